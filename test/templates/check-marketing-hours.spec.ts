import { describe, expect, it } from '@jest/globals';
import { SmsValidationError } from 'nestjs-tencentcloud-sms';
import { checkMarketingHours } from '../../lib/templates/check-marketing-hours.js';

function at(time: string): Date {
  return new Date(`2026-11-03T${time}+08:00`);
}

describe('a marketing text to the mainland', () => {
  it.each(['08:00:00.000', '08:00:00.001', '12:00:00', '21:59:59.999'])(
    'may leave at %s',
    (time) => {
      expect(() => checkMarketingHours('marketing', 'mainland', at(time))).not.toThrow();
    },
  );

  it.each(['22:00:00.000', '23:59:59.999', '00:00:00', '03:30:00', '07:59:59.999'])(
    'may not leave at %s',
    (time) => {
      expect(() => checkMarketingHours('marketing', 'mainland', at(time))).toThrow(
        SmsValidationError,
      );
    },
  );

  it('goes by China time, summer and winter', () => {
    for (const day of ['2026-01-01', '2026-07-01']) {
      const check = (time: string) => (): void =>
        checkMarketingHours('marketing', 'mainland', new Date(`${day}T${time}Z`));
      expect(check('00:00:00')).not.toThrow();
      expect(check('14:00:00')).toThrow(SmsValidationError);
    }
  });
});

describe('any other text', () => {
  it.each([
    ['marketing', 'international'],
    ['notification', 'mainland'],
    ['verification', 'mainland'],
    [undefined, 'mainland'],
  ] as const)('may leave at night: %s, %s', (kind, market) => {
    expect(() => checkMarketingHours(kind, market, at('03:00'))).not.toThrow();
  });
});
