import { isObject } from '../api/json-values.js';
import type { SmsFieldIssue } from '../errors/sms.error.js';
import { SmsValidationError } from '../errors/validation.error.js';
import { parseTemplateContent } from './template-content.js';
import type { SmsTemplateContent, SmsTemplateKind } from './template-content.js';
import { previewTemplate } from './preview.js';
import type { SmsPreview, SmsPreviewOptions } from './preview.js';
import type { SmsLooseParams, SmsParamValue, SmsTextParams } from './text-params.js';

/**
 * An approved template, typed by its text. Made by `smsTemplate` and frozen. `Filled` are the names of
 * the code and its minutes, which a verification fills in by itself.
 */
export interface SmsTemplate<
  Params = SmsLooseParams,
  Filled extends string = string,
> extends SmsTemplateContent {
  readonly code: Filled | undefined;
  readonly minutes: Filled | undefined;
  /** Shows the text with its values, how it is billed, and what would keep it from being sent. */
  preview(...args: SmsPreviewArguments<Params>): SmsPreview;
}

/** A template by its id alone, for apps that keep their templates elsewhere. */
export interface SmsRawTemplate {
  /** Tencent's id of the approved template, digits. */
  readonly templateId: string;
  /**
   * Values in the order of the placeholders.
   * @default none, for a text without placeholders
   */
  readonly params?: readonly SmsParamValue[] | undefined;
}

/**
 * A template for each market, so that one call serves a mixed list. Made by `smsTemplate.byMarket` and
 * frozen.
 */
export interface SmsMarketTemplate<Params = SmsLooseParams, Filled extends string = string> {
  /** For texts to the Chinese mainland. */
  readonly mainland: SmsTemplate<SmsLooseParams, Filled>;
  /** For all others. */
  readonly international: SmsTemplate<SmsLooseParams, Filled>;
  /** {@link SmsTemplate.preview} of the template of `market`, or of that of `country`. */
  preview(...args: SmsPreviewArguments<Params>): SmsPreview;
}

/** Whatever can be sent. */
export type SmsAnyTemplate = SmsTemplate | SmsRawTemplate | SmsMarketTemplate;

/** The parameters that a template asks for; an empty list when it asks for none. */
export type SmsTemplateParams<Template> =
  Template extends SmsTemplate<infer Params>
    ? Params
    : Template extends SmsMarketTemplate<infer Params>
      ? Params
      : readonly [];

/** The parameters of a template without those that a verification fills in. */
export type SmsUnfilledParams<Template> =
  Template extends SmsTemplate<infer Params, infer Filled>
    ? Unfilled<Params, Filled>
    : Template extends SmsMarketTemplate<infer Params, infer Filled>
      ? Unfilled<Params, Filled>
      : never;

type Unfilled<Params, Filled extends string> = Params extends readonly unknown[]
  ? readonly []
  : Omit<Params, Filled>;

/**
 * The part of a send's input that its template decides: `params` is required, may be left out, or
 * was already given with a raw template.
 */
export type SmsTemplateInput<Template> = Template extends SmsRawTemplate
  ? { params?: undefined }
  : Template extends SmsTemplate<infer Params>
    ? ParamsInput<Params>
    : Template extends SmsMarketTemplate<infer Params>
      ? ParamsInput<Params>
      : never;

type ParamsInput<Params> =
  IsOptional<Params> extends true ? { params?: Params | undefined } : { params: Params };

/** The parameters that two templates ask for together. */
export type SmsMarketParams<Mainland, International> =
  IsNone<Mainland> extends true
    ? International
    : IsNone<International> extends true
      ? Mainland
      : Mainland & International;

type IsNone<Params> = [Params] extends [readonly []] ? true : false;

/** The arguments of `preview`: parameters may be left out where the text has none. */
export type SmsPreviewArguments<Params> =
  IsOptional<Params> extends true
    ? [params?: Params, options?: SmsPreviewOptions]
    : [params: Params, options?: SmsPreviewOptions];

// An empty list fits: there are no values, or the text is unknown at compile time.
type IsOptional<Params> = [Params] extends [never]
  ? false
  : readonly [] extends Params
    ? true
    : false;

/** What `smsTemplate` makes a template of. */
export interface SmsTemplateDefinition<
  Text extends string,
  Code extends string | number = never,
  Minutes extends string | number = never,
> {
  /**
   * Tencent's id of the approved template, digits; `'new'` for one that `templates push` is to submit,
   * with which nothing can be sent.
   */
  id: string;
  /** What it was approved for; verification takes digits only, marketing has its hours. */
  kind: SmsTemplateKind;
  /**
   * The approved text. Placeholders `{1}`, or with a name before the number: `{code:1}`. Write it
   * in one piece: the compiler can't check a text that is concatenated with `+`.
   */
  text: Text;
  /**
   * The placeholder for a verification code: its name, or its number in a text without names.
   * @default the one called `code`, or `{1}` where a verification template has no other
   */
  code?: Code | undefined;
  /**
   * The placeholder for the minutes that a code holds.
   * @default the one called `minutes`
   */
  minutes?: Minutes | undefined;
}

/**
 * Describes an approved template, so that a missing, surplus or misspelt parameter doesn't compile
 * and its values are checked before anything is paid for.
 *
 * @example
 * export const LoginCode = smsTemplate({
 *   id: '449739',
 *   kind: 'verification',
 *   text: '{code:1}为您的登录验证码，请于{minutes:2}分钟内填写。',
 * });
 *
 * @throws SmsValidationError when it can't be an approved template.
 */
export function smsTemplate<
  const Text extends string,
  const Code extends string | number = never,
  const Minutes extends string | number = never,
>(
  definition: SmsTemplateDefinition<Text, Code, Minutes> & OneForm<Text>,
): SmsTemplate<SmsTextParams<Text>, FilledNames<Text, Code, Minutes>> {
  const { id, kind, text, code, minutes } = definition;
  const content = parseTemplateContent(id, kind, text, { code, minutes });
  return Object.freeze({
    ...content,
    preview: (params?: unknown, options?: SmsPreviewOptions) =>
      previewTemplate({ mainland: content, international: content }, params, options),
  }) as SmsTemplate<SmsTextParams<Text>, FilledNames<Text, Code, Minutes>>;
}

/**
 * Joins the templates of the mainland and of everywhere else, so that one send serves both. Its `params`
 * are those of both: names that the two share are given once.
 *
 * @example
 * export const LoginCode = smsTemplate.byMarket({
 *   mainland: smsTemplate({ id: '449739', kind: 'verification', text: '验证码{code:1}。' }),
 *   international: smsTemplate({ id: '449740', kind: 'verification', text: 'Your code is {code:1}.' }),
 * });
 *
 * @throws SmsValidationError when one is no template, or one names its placeholders and the other
 * numbers them.
 */
function byMarket<Mainland, International, A extends string, B extends string>(
  templates: Readonly<{
    mainland: SmsTemplate<Mainland, A>;
    international: SmsTemplate<International, B>;
  }>,
): SmsMarketTemplate<SmsMarketParams<Mainland, International>, A | B> {
  const { mainland, international } = readMarkets(templates);
  return Object.freeze({
    mainland,
    international,
    preview: (params?: unknown, options?: SmsPreviewOptions) =>
      previewTemplate({ mainland, international }, params, options),
  }) as SmsMarketTemplate<SmsMarketParams<Mainland, International>, A | B>;
}

smsTemplate.byMarket = byMarket;

function readMarkets(given: unknown): { mainland: SmsTemplate; international: SmsTemplate } {
  const templates = isObject(given) ? given : {};
  const issues: SmsFieldIssue[] = [];
  for (const field of Object.keys({ mainland: 1, international: 1, ...templates })) {
    if (field !== 'mainland' && field !== 'international') {
      issues.push({ field, message: `${field} is no market; expected mainland, international.` });
    } else if (!isObject(templates[field]) || !Array.isArray(templates[field]['placeholders'])) {
      issues.push({ field, message: `${field} must be a template made by smsTemplate.` });
    }
  }
  if (issues.length > 0) {
    throw new SmsValidationError(issues);
  }
  const { mainland, international } = templates as Record<string, SmsTemplate>;
  const [a, b] = [mainland, international].map((template) => template?.placeholders ?? []);
  if (!takeTheSame(a ?? [], b ?? [])) {
    throw new SmsValidationError([
      {
        field: 'international',
        message:
          'mainland and international must both name their placeholders, or have as many numbers.',
      },
    ]);
  }
  return { mainland, international } as { mainland: SmsTemplate; international: SmsTemplate };
}

// A name of ours never begins with a digit.
function takeTheSame(a: readonly string[], b: readonly string[]): boolean {
  if (a.length === 0 || b.length === 0) {
    return true;
  }
  return a[0] === '1' || b[0] === '1' ? a[0] === b[0] && a.length === b.length : true;
}

// What is told, or else what has the usual name or is the only one.
type FilledNames<
  Text extends string,
  Code extends string | number,
  Minutes extends string | number,
> = Role<Text, Code, 'code'> | Role<Text, Minutes, 'minutes'>;
type Role<Text extends string, Told extends string | number, Usual extends string> = [
  Told,
] extends [never]
  ? Text extends `${string}{${Usual}:${string}`
    ? Usual
    : never
  : `${Told}`;

// Makes the compiler say what is wrong with a text that mixes `{1}` and `{code:1}`.
type OneForm<Text extends string> = [SmsTextParams<Text>] extends [never]
  ? { text: 'Name all placeholders or none' }
  : unknown;
