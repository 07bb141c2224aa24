import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SmsApiError, describeSmsError } from 'nestjs-tencentcloud-sms';
import { statusOf } from '../../lib/filters/error-status.js';
import { DOCUMENTED, FORMER } from './documented-codes.fixture.js';

const CHINESE = /\p{Script=Han}/u;
const FAMILIES =
  /^(request|authentication|rate-limit|quota|content|recipient|template|sign|permission|unsupported|internal)$/;
const OWNERS = /^(caller|developer|operator|tencent)$/;
const ADVICE = /^(safe-now|safe-later|unsafe|never)$/;
const STATUSES = new Set([400, 403, 404, 409, 422, 429, 500, 501, 502, 503, 504]);

const ROWS = DOCUMENTED.flatMap(([status, retry, codes]) =>
  codes.map((code) => ({ code, status, retry })),
);

function statusOfCode(code: string): number {
  return statusOf(new SmsApiError('SendSms', { code, message: '' }));
}

/** Every code that the sources give an error; the emulator's belong to tests. */
function ownCodes(): string[] {
  const sources = ['client', 'credentials', 'errors', 'http', 'sending'].flatMap((folder) =>
    readdirSync(`lib/${folder}`).map((file) => readFileSync(`lib/${folder}/${file}`, 'utf8')),
  );
  const found = sources.flatMap((source) => source.match(/(?<=')SMS_[A-Z_]+(?=')/g) ?? []);
  return [...new Set(found)].toSorted();
}

describe('the error catalogue', () => {
  it('is checked against all 129 documented codes', () => {
    expect(new Set(ROWS.map(({ code }) => code)).size).toBe(129);
  });

  it.each(ROWS)('knows $code: $retry, status $status', ({ code, status, retry }) => {
    const description = describeSmsError(code);
    expect(description).toEqual({
      code,
      family: expect.stringMatching(FAMILIES),
      owner: expect.stringMatching(OWNERS),
      retry,
      en: expect.stringMatching(/^[A-Z][\x20-\x7E]+[.]$/),
      zh: expect.stringMatching(/。$/),
      known: true,
    });
    expect(description.zh).toMatch(CHINESE);
    expect(description.en).toMatch(/[,;] /);
    expect(statusOfCode(code)).toBe(status);
  });

  it.each(FORMER)('takes %s for %s', (former, code) => {
    expect(describeSmsError(former)).toEqual({ ...describeSmsError(code), code: former });
    expect(statusOfCode(former)).toBe(statusOfCode(code));
  });

  it.each(ownCodes())('describes our own %s', (code) => {
    const description = describeSmsError(code);
    expect(description).toMatchObject({
      known: true,
      en: expect.stringMatching(/^[A-Z][\x20-\x7E]+[,;] [\x20-\x7E]+[.]$/),
      zh: expect.stringMatching(CHINESE),
    });
    expect(description.en).not.toMatch(/not known here/);
  });

  it('finds our own codes in the sources', () => {
    expect(ownCodes()).toEqual(
      expect.arrayContaining(['SMS_CREDENTIALS_NOT_FOUND', 'SMS_SHUT_DOWN', 'SMS_TIMEOUT']),
    );
    expect(statusOfCode('SMS_CREDENTIALS_NOT_FOUND')).toBe(500);
  });

  it.each([
    ['AuthFailure.New', 'authentication', 'operator', 'never', 500],
    ['FailedOperation.New', 'internal', 'tencent', 'unsafe', 502],
    ['InternalError.New', 'internal', 'tencent', 'unsafe', 502],
    ['InvalidParameter.New', 'request', 'caller', 'never', 400],
    ['InvalidParameterValue.New', 'request', 'caller', 'never', 400],
    ['LimitExceeded.New', 'rate-limit', 'caller', 'safe-later', 429],
    ['MissingParameter.New', 'request', 'caller', 'never', 400],
    ['RequestLimitExceeded.New', 'rate-limit', 'developer', 'safe-now', 503],
    ['ServiceUnavailable.New', 'internal', 'tencent', 'unsafe', 502],
    ['UnauthorizedOperation.New', 'permission', 'operator', 'never', 500],
    ['UnsupportedOperation.New', 'unsupported', 'caller', 'never', 422],
    ['FailedOperation.New.Newer', 'internal', 'tencent', 'unsafe', 502],
  ])('describes %s by its first part', (code, family, owner, retry, status) => {
    expect(describeSmsError(code)).toMatchObject({ code, family, owner, retry, known: false });
    expect(statusOfCode(code)).toBe(status);
  });

  it.each(['InternalErrorish', 'InternalError.New', 'FailedOperationX'])(
    'takes “%s” for one that may have been executed',
    (code) => {
      expect(describeSmsError(code)).toMatchObject({ retry: 'unsafe', known: false });
    },
  );

  it.each(['', '.', 'constructor', '__proto__', 'toString', 'hasOwnProperty.x', 'ok'])(
    'takes “%s” for one that may have been executed, since it is no code that is known',
    (code) => {
      expect(describeSmsError(code)).toMatchObject({
        code,
        family: 'internal',
        owner: 'tencent',
        retry: 'unsafe',
        known: false,
      });
      expect(statusOfCode(code)).toBe(502);
    },
  );

  it.each([
    ['limitexceeded.phonenumberdailylimit', 'LimitExceeded.PhoneNumberDailyLimit'],
    [' InternalError.Timeout\n', 'InternalError.Timeout'],
    ['INTERNALERROR', 'InternalError'],
    ['failedoperation.phonenumberonblacklist', 'FailedOperation.PhoneNumberInBlacklist'],
    ['sms_timeout', 'SMS_TIMEOUT'],
  ])('takes “%s” for %s', (given, code) => {
    expect(describeSmsError(given)).toEqual({ ...describeSmsError(code), code: given });
    expect(describeSmsError(given).known).toBe(true);
    expect(statusOfCode(given)).toBe(statusOfCode(code));
  });

  it('describes any text in full, and never lets itself be changed', () => {
    const anyCode = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .tuple(fc.constantFrom(...ROWS.map(({ code }) => code)), fc.string())
        .map(([code, more]) => code + more),
    );
    fc.assert(fc.property(anyCode, isDescribedInFull));
    expect(isDescribedInFull('FailedOperation')).toBe(true);
  });
});

/** Without `expect`, which costs more than all that it checks here. */
function isDescribedInFull(code: string): boolean {
  const description = describeSmsError(code);
  const { family, owner, retry, en, zh, known, ...others } = description;
  return (
    Object.isFrozen(description) &&
    others.code === code &&
    Object.keys(others).length === 1 &&
    FAMILIES.test(family) &&
    OWNERS.test(owner) &&
    ADVICE.test(retry) &&
    en.endsWith('.') &&
    zh.endsWith('。') &&
    typeof known === 'boolean' &&
    STATUSES.has(statusOfCode(code))
  );
}
