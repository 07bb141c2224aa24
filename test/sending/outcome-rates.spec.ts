import { describe, expect, it } from '@jest/globals';
import { SmsTransportError } from 'nestjs-tencentcloud-sms';
import { SmsRejected, unsent } from '../../lib/sending/outcome.js';
import { OutcomeRates } from '../../lib/sending/outcome-rates.js';

const row = unsent({ index: 0, to: '' });
const rejected = new SmsRejected(row, new SmsTransportError('no', 'connect'));

describe('OutcomeRates', () => {
  it('forgets what is older than the window, and everything after ten minutes', () => {
    let now = 1_000_000;
    const rates = new OutcomeRates(() => now);
    const count = (windowMs: number) => rates.recent(windowMs).rejected;
    rates.add([rejected, rejected]);
    now += 60_000;
    rates.add([rejected]);
    expect([count(10_000), count(60_000), count(70_000), count(600_000)]).toEqual([1, 1, 3, 3]);
    now += 530_000;
    expect([count(10_000), count(600_000), count(9e9)]).toEqual([0, 3, 3]);
    now += 10_000;
    expect(count(9e9)).toBe(1);
    now += 600_000;
    expect(count(9e9)).toBe(0);
    rates.add([rejected]);
    expect(count(9e9)).toBe(1);
  });
});
