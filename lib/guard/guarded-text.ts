import { SmsValidationError } from '../errors/validation.error.js';
import { normalizeRecipients } from '../recipients/normalize-recipients.js';
import type { SmsMarket } from '../recipients/normalize-recipients.js';
import { renderForMarkets, templateFor } from '../templates/render-params.js';
import type { SmsAnyTemplate, SmsTemplate, SmsTemplateInput } from '../templates/sms-template.js';
import type { SmsTemplateKind } from '../templates/template-content.js';
import type { SmsSendSettings } from '../sending/prepare-text.js';
import { endOfNextWindow } from './marketing-window.js';
import type { MarketingWindow } from './marketing-window.js';
import type { TextIdentity } from './key-digests.js';

/** The text of a job: as `send` takes it, without the limits, which are the guard's. */
export type SmsGuardInput<Template extends SmsAnyTemplate> = Omit<SmsSendSettings, 'track'> &
  SmsTemplateInput<Template> & {
    /** A phone number: E.164, or any form that Tencent takes for the mainland. */
    to: string;
  };

/** What is known of a text before it is sent. */
export interface GuardedText extends TextIdentity {
  readonly market: SmsMarket;
  readonly kind: SmsTemplateKind | undefined;
  /** How long a code holds, in minutes, where the text says so. */
  readonly minutes: number | undefined;
}

/** Longest that a code waits, whatever its text says. */
const MOST_MINUTES = 5;
const DAY_MS = 86_400_000;

/** @throws SmsValidationError when it can't be sent. */
export async function readGuardedText(
  template: SmsAnyTemplate,
  input: { readonly to?: unknown; readonly params?: unknown },
): Promise<GuardedText> {
  const { to: given, params } = Object(input) as typeof input;
  const [recipient] = await normalizeRecipients(typeof given === 'string' ? given : '');
  if (recipient === undefined || recipient.error !== undefined) {
    throw (
      recipient?.error ??
      new SmsValidationError([{ field: 'to', message: 'to must be a phone number, as text.' }])
    );
  }
  const { to, market } = recipient;
  const { templateId, values } = renderForMarkets(template, params)[market];
  const own = templateFor(template, market);
  const isKnown = 'kind' in own;
  return {
    template: templateId,
    to,
    values,
    market,
    kind: isKnown ? own.kind : undefined,
    minutes: isKnown ? minutesOf(own, values) : undefined,
  };
}

/**
 * When a text is not wanted any more: milliseconds since 1970.
 *
 * @param since when it was asked for
 */
export function staleAtOf(
  { kind, minutes = MOST_MINUTES }: Pick<GuardedText, 'kind' | 'minutes'>,
  since: number,
  window: MarketingWindow,
): number {
  switch (kind) {
    case 'verification':
      return since + Math.min(minutes, MOST_MINUTES) * 60_000;
    case 'marketing':
      return endOfNextWindow(window, since);
    case 'notification':
    case undefined:
      return since + DAY_MS;
  }
}

function minutesOf(
  { minutes, placeholders }: SmsTemplate,
  values: readonly string[],
): number | undefined {
  const value = minutes === undefined ? undefined : values[placeholders.indexOf(minutes)];
  return value !== undefined && /^\d{1,4}$/.test(value) ? Number(value) : undefined;
}
