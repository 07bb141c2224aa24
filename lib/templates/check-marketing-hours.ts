import { SmsValidationError } from '../errors/validation.error.js';
import { isMarketingHour } from '../time/marketing-hours.js';
import type { SmsTemplateKind } from './template-content.js';

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
  if (kind === 'marketing' && market === 'mainland' && !isMarketingHour(now.getTime())) {
    throw new SmsValidationError([
      {
        field: 'template',
        message:
          'Marketing texts to the mainland may be sent from 08:00 to 22:00 China time only (UTC+8).',
        reason: 'marketing-at-night',
      },
    ]);
  }
}
