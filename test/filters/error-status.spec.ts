import { describe, expect, it } from '@jest/globals';
import {
  SmsAbortError,
  SmsApiError,
  SmsCredentialsError,
  SmsError,
  SmsOptionsError,
  SmsProtocolError,
  SmsTimeoutError,
  SmsTransportError,
  SmsValidationError,
} from 'nestjs-tencentcloud-sms';
import { retryAfterSeconds, statusOf } from '../../lib/filters/error-status.js';

function secondsFor(code: string, nowMs: number): number | undefined {
  return retryAfterSeconds(new SmsApiError('SendSms', { code, message: '' }), nowMs);
}

describe('the status of what failed before or beside the API', () => {
  it.each([
    [400, new SmsValidationError([])],
    [500, new SmsOptionsError([])],
    [503, new SmsCredentialsError('No keys.')],
    [502, new SmsTransportError('No way.', 'connect')],
    [502, new SmsTransportError('Gone.', 'write')],
    [504, new SmsTimeoutError('Too late.', 'read')],
    [503, new SmsAbortError('Enough.', 'write')],
    [502, new SmsProtocolError('HTML.', 403)],
    [500, new SmsError('No signature.', { code: 'SMS_SIGNING_FAILED' })],
    [500, new SmsError('What?', { code: 'SMS_UNFORESEEN' })],
    [503, new SmsTransportError('Late.', 'connect', { code: 'SMS_TOO_LATE' })],
    [502, new SmsError('What?', { code: 'SMS_NEWER' })],
  ] as [number, SmsError][])('is %i for %s', (status, error) => {
    expect(statusOf(error)).toBe(status);
  });
});

describe('the time after which to try again', () => {
  const MIDNIGHT_IN_CHINA = Date.parse('2026-03-01T00:00:00+08:00');
  const DAY = 86_400;

  it.each([
    ['LimitExceeded.PhoneNumberThirtySecondLimit', 30],
    ['LimitExceeded.PhoneNumberOneHourLimit', 3600],
    ['RequestLimitExceeded', 1],
    ['RequestLimitExceeded.UinLimitExceeded', 1],
    ['RequestLimitExceeded.New', 1],
    ['LimitExceeded.DeliveryFrequencyLimit', undefined],
    ['LimitExceeded.New', undefined],
    ['AuthFailure.SignatureFailure', undefined],
    ['SMS_TIMEOUT', undefined],
    ['constructor', undefined],
  ])('is for %s: %s', (code, seconds) => {
    expect(secondsFor(code, 0)).toBe(seconds);
  });

  it.each([
    'LimitExceeded.AppCountryOrRegionDailyLimit',
    'LimitExceeded.AppDailyLimit',
    'LimitExceeded.AppGlobalDailyLimit',
    'LimitExceeded.AppMainlandChinaDailyLimit',
    'LimitExceeded.DailyLimit',
    'LimitExceeded.PhoneNumberDailyLimit',
    'LimitExceeded.PhoneNumberSameContentDailyLimit',
  ])('is for %s the next midnight in China', (code) => {
    expect(secondsFor(code, MIDNIGHT_IN_CHINA - 1)).toBe(1);
    expect(secondsFor(code, MIDNIGHT_IN_CHINA)).toBe(DAY);
    expect(secondsFor(code, MIDNIGHT_IN_CHINA + 1)).toBe(DAY);
    expect(secondsFor(code, MIDNIGHT_IN_CHINA + 90_000)).toBe(DAY - 90);
  });

  it('is for marketing at night the next morning at eight in China', () => {
    const code = 'FailedOperation.MarketingSendTimeConstraint';
    expect(secondsFor(code, MIDNIGHT_IN_CHINA)).toBe(8 * 3600);
    expect(secondsFor(code, MIDNIGHT_IN_CHINA - 2 * 3_600_000)).toBe(10 * 3600);
  });
});
