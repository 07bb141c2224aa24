import { SmsValidationError } from '../errors/validation.error.js';
import { hourOfChinaDay } from '../time/china-time.js';
import type { SmsTemplateKind } from './template-content.js';

const FIRST_HOUR = 8;
const END_HOUR = 22;

/**
 * Checks that a marketing text to the mainland leaves between 08:00 and 22:00 China time. All other
 * texts may leave at any time, and so may those whose kind is not known.
 *
 * @throws SmsValidationError at night, 22:00 sharp included.
 */
export function checkMarketingHours(
  kind: SmsTemplateKind | undefined,
  market: 'mainland' | 'international',
  now: Date,
): void {
  const hour = hourOfChinaDay(now.getTime());
  if (kind === 'marketing' && market === 'mainland' && (hour < FIRST_HOUR || hour >= END_HOUR)) {
    throw new SmsValidationError([
      {
        field: 'template',
        message:
          'Marketing texts to the mainland may be sent from 08:00 to 22:00 China time only (UTC+8).',
      },
    ]);
  }
}
