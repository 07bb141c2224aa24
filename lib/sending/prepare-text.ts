import { SmsValidationError } from '../errors/validation.error.js';
import type { SmsMarket } from '../recipients/normalize-recipients.js';
import { checkMarketingHours } from '../templates/check-marketing-hours.js';
import { checkTextLength } from '../templates/check-params.js';
import { isRawTemplate, renderParams } from '../templates/render-params.js';
import type { SmsAnyTemplate } from '../templates/sms-template.js';

/** How a text is sent, beside its template and its recipients. */
export interface SmsSendSettings {
  /**
   * Signature for this send.
   * @default the account's `signName`
   */
  signName?: string | undefined;
  /**
   * Text that comes back with the status, and with reports where Tencent has enabled it. Less than
   * 512 bytes. Without one our own `ref` travels there.
   * @default our `ref`
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
}

/** A text whose every part was found right. */
export interface PreparedText extends SmsSendSettings {
  readonly templateId: string;
  readonly values: readonly string[];
  /** Whether the send named its signature itself, rather than taking the account's. */
  readonly signNameGiven: boolean;
}

const MAX_CONTEXT_BYTES = 511;

/**
 * Checks a template and its values before anything is paid for.
 *
 * @throws SmsValidationError
 */
export function prepareText(
  template: SmsAnyTemplate,
  params: unknown,
  settings: SmsSendSettings,
  accountSignName: string | undefined,
): PreparedText {
  const { signName = accountSignName, sessionContext, extendCode, senderId } = settings;
  assertTexts({ signName, sessionContext, extendCode, senderId });
  const { templateId, values } = renderParams(template, params);
  if (!isRawTemplate(template)) {
    checkTextLength(template, values, signName);
  }
  if (sessionContext !== undefined && Buffer.byteLength(sessionContext) > MAX_CONTEXT_BYTES) {
    throw new SmsValidationError([
      {
        field: 'sessionContext',
        message: `sessionContext must have at most ${MAX_CONTEXT_BYTES} bytes.`,
      },
    ]);
  }
  const signNameGiven = settings.signName !== undefined;
  return { templateId, values, signName, signNameGiven, sessionContext, extendCode, senderId };
}

// Not everybody has a compiler at hand, and what Node says of a wrong value shows it.
function assertTexts(settings: SmsSendSettings): void {
  const issues = Object.entries(settings as Record<string, unknown>)
    .filter(([, value]) => value !== undefined && typeof value !== 'string')
    .map(([field]) => ({ field, message: `${field} must be text.` }));
  if (issues.length > 0) {
    throw new SmsValidationError(issues);
  }
}

/**
 * Checks what depends on where a text goes: mainland texts need a signature, and marketing has its
 * hours there.
 *
 * @throws SmsValidationError
 */
export function checkMarket(
  template: SmsAnyTemplate,
  market: SmsMarket,
  signName: string | undefined,
  now: Date,
): void {
  if (market === 'mainland' && (signName === undefined || signName === '')) {
    throw new SmsValidationError([
      {
        field: 'signName',
        message:
          'signName is missing: mainland texts need a signature, from the send or from the options of SmsModule.',
      },
    ]);
  }
  checkMarketingHours(isRawTemplate(template) ? undefined : template.kind, market, now);
}
