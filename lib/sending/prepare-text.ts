import { MAX_SESSION_CONTEXT_BYTES } from '../api/limits.js';
import { findTextFault } from '../api/text-faults.js';
import type { SmsFieldIssue } from '../errors/sms.error.js';
import { SmsValidationError } from '../errors/validation.error.js';
import type { SmsMarket } from '../recipients/normalize-recipients.js';
import { checkMarketingHours } from '../templates/check-marketing-hours.js';
import { checkTextLength, checkValueLengths } from '../templates/check-params.js';
import { isRawTemplate, renderForMarkets, templateFor } from '../templates/render-params.js';
import { findSignFault, signNameFor } from '../templates/sign-name.js';
import type { SmsSignName, SmsSignNames } from '../templates/sign-name.js';
import type { SmsTemplateKind } from '../templates/template-content.js';
import type { SmsAnyTemplate, SmsRawTemplate, SmsTemplate } from '../templates/sms-template.js';

/**
 * How a text is sent, beside its template and its recipients. An empty text asks for none, where a
 * default would hold otherwise.
 */
export interface SmsSendSettings {
  /**
   * Signature for this send, or one for each market; an empty text asks for none, which texts abroad
   * can do without.
   * @default the account's `signName`
   */
  signName?: SmsSignName | undefined;
  /**
   * Text that comes back with the status, and with reports where Tencent has enabled it. Less than
   * 512 bytes.
   * @default our `callRef`
   */
  sessionContext?: string | undefined;
  /**
   * Digits that extend the sender's number; must be enabled by Tencent.
   * @default none
   */
  extendCode?: string | undefined;
  /**
   * Sender id outside the mainland, where one was granted.
   * @default none
   */
  senderId?: string | undefined;
  /**
   * SdkAppId of the SMS application, digits as text.
   * @default the account's `sdkAppId`
   */
  sdkAppId?: string | undefined;
  /**
   * Your own label, such as an order number. Comes back with the outcome and is never sent; several
   * texts may have the same.
   * @default none
   */
  ref?: string | undefined;
  /**
   * Whether the delivery module keeps what becomes of the text.
   * @default by its kind and by how many rows are sent, as the options of the module say
   */
  track?: boolean | undefined;
}

/** A text whose parts are all checked. */
export interface PreparedText extends Readonly<Omit<SmsSendSettings, 'ref' | 'signName'>> {
  readonly templateId: string;
  readonly values: readonly string[];
  /** The signature that it carries; never empty. */
  readonly signName: string | undefined;
  /** What its template was approved for; `undefined` for one that is known by its id alone. */
  readonly kind: SmsTemplateKind | undefined;
  /** The approved text of its template; `undefined` for one that is known by its id alone. */
  readonly content: string | undefined;
}

/** A text as it goes to each market. */
export type MarketTexts = Readonly<Record<SmsMarket, PreparedText>>;

/**
 * Checks a template and its values before anything is paid for.
 *
 * @param signNames where a signature comes from that the settings do not give, the first that has one
 * @throws SmsValidationError
 */
export function prepareText(
  template: SmsAnyTemplate,
  params: unknown,
  settings: SmsSendSettings,
  ...signNames: readonly (SmsSignName | undefined)[]
): MarketTexts {
  assertSettings(settings);
  const rendered = renderForMarkets(template, params);
  // Member by member: spread into a literal, the two would take a third of the time of a send.
  const toText = (market: SmsMarket): PreparedText => ({
    templateId: rendered[market].templateId,
    values: rendered[market].values,
    signName: orNone(signNameFor(market, settings.signName, ...signNames)),
    sessionContext: orNone(settings.sessionContext),
    extendCode: orNone(settings.extendCode),
    senderId: orNone(settings.senderId),
    sdkAppId: settings.sdkAppId,
    track: settings.track,
    kind: kindOf(templateFor(template, market)),
    content: contentOf(templateFor(template, market)),
  });
  const mainland = toText('mainland');
  const isForAll =
    rendered.mainland === rendered.international &&
    typeof settings.signName !== 'object' &&
    signNames.every((signName) => typeof signName !== 'object');
  return { mainland, international: isForAll ? mainland : toText('international') };
}

/** What a text has in common wherever it goes, for a row of which that is not known. */
export function textAnywhere({
  mainland,
  international,
}: MarketTexts): Partial<Pick<PreparedText, 'templateId' | 'signName'>> {
  return {
    ...(mainland.templateId === international.templateId
      ? { templateId: mainland.templateId }
      : {}),
    ...(mainland.signName === international.signName ? { signName: mainland.signName } : {}),
  };
}

function contentOf(template: SmsTemplate | SmsRawTemplate): string | undefined {
  return 'text' in template ? template.text : undefined;
}

function kindOf(template: SmsAnyTemplate): SmsTemplateKind | undefined {
  return 'kind' in template ? template.kind : undefined;
}

// An empty text asks for none, which is how a row differs from the options of its run.
function orNone(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

/** Texts that go out as they are, and whether they may have several lines. */
const TEXTS = [
  ['sessionContext', true],
  ['senderId', false],
] as const;

/**
 * Checks what stands beside a template and its values. JavaScript callers are not type-checked, and an
 * error of Node would show the wrong value.
 *
 * @throws SmsValidationError
 */
export function assertSettings(settings: SmsSendSettings): void {
  const issues: SmsFieldIssue[] = [];
  const { signName, track, ...others } = settings;
  if (track !== undefined && typeof track !== 'boolean') {
    issues.push({ field: 'track', message: 'track must be true or false.' });
  }
  const signNames = typeof signName === 'object' ? toFields(signName) : [['signName', signName]];
  for (const [field, value] of [...signNames, ...Object.entries(others)] as [string, unknown][]) {
    if (value !== undefined && typeof value !== 'string') {
      issues.push({ field, message: `${field} must be text.` });
    }
  }
  const { sessionContext, extendCode, sdkAppId } = settings;
  for (const [field, value] of signNames as [string, unknown][]) {
    const fault = typeof value === 'string' && value !== '' ? findSignFault(value) : undefined;
    if (fault !== undefined) {
      issues.push({ field, message: `${field} must be ${fault}.` });
    }
  }
  if (
    typeof sessionContext === 'string' &&
    Buffer.byteLength(sessionContext) > MAX_SESSION_CONTEXT_BYTES
  ) {
    issues.push({
      field: 'sessionContext',
      message: `sessionContext must have at most ${MAX_SESSION_CONTEXT_BYTES} bytes.`,
    });
  }
  for (const [field, lines] of TEXTS) {
    const value: unknown = settings[field];
    const fault = typeof value === 'string' ? findTextFault(value, lines) : undefined;
    if (fault !== undefined) {
      issues.push({ field, message: `${field} must not have ${fault}.` });
    }
  }
  if (typeof extendCode === 'string' && !/^\d*$/.test(extendCode)) {
    issues.push({ field: 'extendCode', message: 'extendCode must be digits, as text.' });
  }
  if (typeof sdkAppId === 'string' && !/^\d+$/.test(sdkAppId)) {
    issues.push({ field: 'sdkAppId', message: 'sdkAppId must be digits, as text.' });
  }
  if (issues.length > 0) {
    throw new SmsValidationError(issues);
  }
}

function toFields(signNames: SmsSignNames | null): [field: string, value: unknown][] {
  return Object.entries(signNames ?? { '': null }).map(([market, value]) => [
    market === '' ? 'signName' : `signName.${market}`,
    value,
  ]);
}

/**
 * Checks what depends on where a text goes: mainland texts need a signature, marketing has its hours
 * there, and how long a text may be differs.
 *
 * @throws SmsValidationError
 */
export function checkMarket(
  given: SmsAnyTemplate,
  market: SmsMarket,
  { values, signName }: Pick<PreparedText, 'values' | 'signName'>,
  now: Date,
): void {
  const template = templateFor(given, market);
  if (market === 'mainland' && signName === undefined) {
    throw new SmsValidationError([
      {
        field: 'signName',
        message:
          'signName is missing: mainland texts need a signature, from the send or from the options of SmsModule.',
      },
    ]);
  }
  if (isRawTemplate(template)) {
    checkValueLengths(values, market);
  } else {
    checkTextLength(template, values, market, signName);
  }
  checkMarketingHours(isRawTemplate(template) ? undefined : template.kind, market, now);
}
