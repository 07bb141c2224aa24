import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import * as families from '../../lib/errors/api.errors.js';
import { SmsCredentialsError } from '../../lib/errors/credentials.error.js';
import { SmsOptionsError } from '../../lib/errors/options.error.js';
import { SmsProtocolError } from '../../lib/errors/protocol.error.js';
import { SmsError } from '../../lib/errors/sms.error.js';
import {
  SmsAbortError,
  SmsTimeoutError,
  SmsTransportError,
} from '../../lib/errors/transport.errors.js';
import { SmsValidationError } from '../../lib/errors/validation.error.js';

const { SmsApiError } = families;
const cause = { is: 'whatever lies beneath, an Error or not' };
const REQUEST_ID = 'f36e4f00-605e-49b1-ad0d-bfaba81c7325';
const messageOf = (code: string): string =>
  new SmsApiError('SendSms', { code, message: '' }).message;
const ISSUES = [
  { field: 'region', message: 'region must be a text.' },
  { field: 'timeoutMs', message: 'timeoutMs must be a positive number.' },
];

/** Every class, made with a message of one's own wherever it takes one. */
const CLASSES = {
  SmsError: (message: string) => new SmsError(message, { code: 'SMS_TEST', cause }),
  SmsApiError: (message: string) =>
    new SmsApiError('SendSms', {
      code: 'AuthFailure.SignatureFailure',
      message,
      requestId: REQUEST_ID,
    }),
  SmsCredentialsError: (message: string) => new SmsCredentialsError(message, cause),
  SmsOptionsError: (message: string) => new SmsOptionsError([{ field: 'region', message }]),
  SmsProtocolError: (message: string) =>
    new SmsProtocolError(message, 502, { requestId: REQUEST_ID, cause }),
  SmsTransportError: (message: string) => new SmsTransportError(message, 'write', { cause }),
  SmsTimeoutError: (message: string) => new SmsTimeoutError(message, 'read', cause),
  SmsAbortError: (message: string) => new SmsAbortError(message, 'connect', cause),
  SmsValidationError: (message: string) => new SmsValidationError([{ field: 'to', message }]),
};
const NAMES = Object.keys(CLASSES) as (keyof typeof CLASSES)[];

const EVERY_CLASS: [name: string, create: (message: string) => SmsError][] = [
  ...Object.entries(CLASSES),
  ...Object.entries(families)
    .filter(([name]) => !(name in CLASSES))
    .map(([name, Family]): [string, (message: string) => SmsError] => [
      name,
      (message) => new Family('SendSms', { code: 'AuthFailure.SignatureFailure', message }),
    ]),
];

describe.each(EVERY_CLASS)('%s', (name, create) => {
  it('is an SmsError by class and an Error by nature', () => {
    const error = create('It went wrong.');
    expect(error).toBeInstanceOf(SmsError);
    expect(error).toBeInstanceOf(Error);
  });

  it('bears its name as a literal, which no minifier changes', () => {
    expect(create('It went wrong.').name).toBe(name);
    expect(Object.hasOwn(create('It went wrong.'), 'name')).toBe(true);
  });

  it('says what happened, and where', () => {
    const error = create('It went wrong.');
    expect(error.message).toContain('It went wrong.');
    expect(error.stack).toContain('errors.spec');
  });

  it('has a code', () => {
    expect(create('It went wrong.').code).toMatch(/^SMS_[A-Z_]+$|^AuthFailure\.SignatureFailure$/);
  });

  it('shows no whole number, key id or password, in whatever way it is printed', () => {
    const error = create(
      'To +8613711112222, 13711113333 and +447911123456 with AKIDz8krbsJ5yKBZQpn74WFk via http://user:pass-word@proxy:3128.',
    );
    const printed = [error.message, String(error), error.stack ?? '', inspect(error)];
    for (const text of [...printed, JSON.stringify(error)]) {
      expect(text).not.toMatch(/3711112222|3711113333|7911123456|z8krbsJ5|pass-word/);
    }
    expect(error.message).toContain('http://****@proxy:');
  });

  it('goes into JSON without its cause', () => {
    expect(JSON.stringify(create('It went wrong.'))).not.toContain('beneath');
  });
});

describe('the cause', () => {
  it.each(NAMES.filter((name) => !/Api|Options|Validation/.test(name)))('is kept by %s', (name) => {
    expect(CLASSES[name]('It went wrong.').cause).toBe(cause);
  });

  it.each([
    new SmsError('x', { code: 'SMS_TEST' }),
    new SmsCredentialsError('x'),
    new SmsProtocolError('x', 200),
    new SmsTimeoutError('x', 'write'),
    new SmsAbortError('x', 'write'),
  ])('is no property of $name when there is none', (error) => {
    expect(Object.hasOwn(error, 'cause')).toBe(false);
  });

  it.each([null, 0, '', false])('is kept though it be %p', (odd) => {
    expect(new SmsError('x', { code: 'SMS_TEST', cause: odd }).cause).toBe(odd);
  });
});

describe('SmsError', () => {
  it('has no request id and is not retryable unless told', () => {
    expect(new SmsError('x', { code: 'SMS_TEST' })).toMatchObject({
      code: 'SMS_TEST',
      requestId: undefined,
      retryable: false,
    });
  });

  it('takes over what it is told', () => {
    expect(
      new SmsError('x', { code: 'Some.Code', requestId: REQUEST_ID, retryable: true }),
    ).toMatchObject({ code: 'Some.Code', requestId: REQUEST_ID, retryable: true });
  });
});

describe('SmsApiError', () => {
  it("keeps Tencent's code and id, and names action and code in its message", () => {
    const error = CLASSES.SmsApiError('Please check your signature.');
    expect(error).toMatchObject({
      action: 'SendSms',
      code: 'AuthFailure.SignatureFailure',
      requestId: REQUEST_ID,
      retryable: false,
    });
    expect(error.message).toMatch(
      /^SendSms was refused with AuthFailure\.SignatureFailure: .* Tencent says: "Please check your signature\."$/,
    );
  });

  it('names the doctor where keys, permissions, the clock or the region are to be looked at', () => {
    for (const code of [
      'AuthFailure.SecretIdNotFound',
      'AuthFailure.SignatureFailure',
      'AuthFailure.SignatureExpire',
      'AuthFailure.UnauthorizedOperation',
      'UnauthorizedOperation.SmsSdkAppIdVerifyFail',
      'UnsupportedRegion',
    ]) {
      expect(messageOf(code)).toContain('npx nestjs-tencentcloud-sms doctor');
    }
    for (const code of [
      'LimitExceeded.PhoneNumberDailyLimit',
      'InternalError.Timeout',
      'MissingParameter',
      'AuthFailure.InvalidAuthorization',
    ]) {
      expect(messageOf(code)).not.toContain('doctor');
    }
  });

  it("leaves out of Tencent's text the values that were sent", () => {
    expect(CLASSES.SmsApiError('value 483920 of +8613711112222 is wrong').message).toMatch(
      /"value \*{4} of \+\*+ is wrong"$/,
    );
  });

  it.each(['constructor', '__proto__', '', 'Ganz.Neu'])('takes %p for a code', (code) => {
    expect(new SmsApiError('SendSms', { code, message: 'm' }).code).toBe(code);
  });
});

describe('SmsCredentialsError', () => {
  it('may go better next time, since nothing was sent', () => {
    expect(new SmsCredentialsError('x')).toMatchObject({
      code: 'SMS_CREDENTIALS_UNAVAILABLE',
      retryable: true,
    });
  });
});

describe('SmsOptionsError', () => {
  it('lists every bad field on a line of its own', () => {
    const error = new SmsOptionsError(ISSUES);
    expect(error).toMatchObject({ code: 'SMS_OPTIONS_INVALID', retryable: false, issues: ISSUES });
    expect(error.message).toBe(
      "SmsModule can't start with these options:\n- region must be a text.\n- timeoutMs must be a positive number.",
    );
  });
});

describe('SmsValidationError', () => {
  it('strings its sentences together', () => {
    const error = new SmsValidationError(ISSUES);
    expect(error).toMatchObject({
      code: 'SMS_PARAMETER_INVALID',
      retryable: false,
      issues: ISSUES,
    });
    expect(error.message).toBe('region must be a text. timeoutMs must be a positive number.');
  });
});

describe('SmsProtocolError', () => {
  it('may have been sent, and is never to be repeated blindly', () => {
    expect(CLASSES.SmsProtocolError('x')).toMatchObject({
      code: 'SMS_PROTOCOL',
      httpStatus: 502,
      maybeSent: true,
      requestId: REQUEST_ID,
      retryable: false,
    });
  });
});

describe.each([
  { phase: 'connect', code: 'SMS_CONNECT_FAILED', maybeSent: false },
  { phase: 'write', code: 'SMS_CONNECTION_LOST', maybeSent: true },
  { phase: 'read', code: 'SMS_CONNECTION_LOST', maybeSent: true },
] as const)('in the phase $phase', ({ phase, code, maybeSent }) => {
  it('SmsTransportError says whether Tencent may have acted', () => {
    expect(new SmsTransportError('x', phase)).toMatchObject({
      code,
      phase,
      maybeSent,
      retryable: !maybeSent,
      requestId: undefined,
    });
  });

  it('SmsTransportError keeps its defaults when a detail is undefined', () => {
    expect(
      new SmsTransportError('x', phase, { code: undefined, retryable: undefined }),
    ).toMatchObject({ code, retryable: !maybeSent });
  });

  it('SmsTransportError takes over a code and an advice', () => {
    expect(
      new SmsTransportError('x', phase, { code: 'SMS_OTHER', retryable: maybeSent }),
    ).toMatchObject({ code: 'SMS_OTHER', retryable: maybeSent, maybeSent });
  });

  it('SmsTimeoutError is a transport error that says the same', () => {
    const error = new SmsTimeoutError('x', phase);
    expect(error).toBeInstanceOf(SmsTransportError);
    expect(error).toMatchObject({ code: 'SMS_TIMEOUT', phase, maybeSent, retryable: !maybeSent });
  });

  it('SmsAbortError says the same, and may be made again when nothing was sent', () => {
    const error = new SmsAbortError('x', phase);
    expect(error).not.toBeInstanceOf(SmsTransportError);
    expect(error).toMatchObject({
      code: 'SMS_ABORTED',
      phase,
      maybeSent,
      retryable: !maybeSent,
    });
  });
});
