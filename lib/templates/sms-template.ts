import { parseTemplateContent } from './template-content.js';
import type { SmsTemplateContent, SmsTemplateKind } from './template-content.js';
import { previewTemplate } from './preview.js';
import type { SmsPreview, SmsPreviewOptions } from './preview.js';
import type { SmsLooseParams, SmsParamValue, SmsTextParams } from './text-params.js';

/**
 * An approved template, typed by its text. Made by `smsTemplate` and frozen.
 */
export interface SmsTemplate<Params = SmsLooseParams> extends SmsTemplateContent {
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

/** Whatever can be sent. */
export type SmsAnyTemplate = SmsTemplate | SmsRawTemplate;

/** The parameters that a template asks for; an empty list when it asks for none. */
export type SmsTemplateParams<Template> =
  Template extends SmsTemplate<infer Params> ? Params : readonly [];

/**
 * The part of a send's input that its template decides: `params` is required, may be left out, or
 * was already given with a raw template.
 */
export type SmsTemplateInput<Template> = Template extends SmsRawTemplate
  ? { params?: undefined }
  : Template extends SmsTemplate<infer Params>
    ? IsOptional<Params> extends true
      ? { params?: Params | undefined }
      : { params: Params }
    : never;

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
export interface SmsTemplateDefinition<Text extends string> {
  /** Tencent's id of the approved template, digits. */
  id: string;
  /** What it was approved for; verification takes digits only, marketing has its hours. */
  kind: SmsTemplateKind;
  /**
   * The approved text. Placeholders `{1}`, or with a name before the number: `{code:1}`. Write it
   * in one piece: the compiler can't check a text that is concatenated with `+`.
   */
  text: Text;
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
export function smsTemplate<const Text extends string>(
  definition: SmsTemplateDefinition<Text> & OneForm<Text>,
): SmsTemplate<SmsTextParams<Text>> {
  const { id, kind, text } = definition;
  const content = parseTemplateContent(id, kind, text);
  return Object.freeze({
    ...content,
    preview: (params?: unknown, options?: SmsPreviewOptions) =>
      previewTemplate(content, params, options),
  });
}

// Makes the compiler say what is wrong with a text that mixes `{1}` and `{code:1}`.
type OneForm<Text extends string> = [SmsTextParams<Text>] extends [never]
  ? { text: 'Name all placeholders or none' }
  : unknown;
