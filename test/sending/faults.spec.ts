import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { describeSmsError } from 'nestjs-tencentcloud-sms';
import type { SmsModuleOptions, SmsService } from 'nestjs-tencentcloud-sms';
import { NEVER_TWICE, read, send } from '../support/call-kinds.js';
import type { Observed, CallKind } from '../support/call-kinds.js';
import { httpResponse } from '../support/raw-server.js';
import { startSms } from '../support/sms-test-case.js';
import type { SmsTestCase } from '../support/sms-test-case.js';
import {
  FakeTencent,
  accepting,
  executingThen,
  executingThenWriting,
  givingEachNumber,
  okResponse,
  okStatus,
  refusing,
  respond,
} from '../support/fake-tencent.js';
import type { Respond, Response } from '../support/fake-tencent.js';

/** What a fault makes of a call: what the caller learns, and what reached the server for it. */
interface Consequence extends Observed {
  /** Requests that reached the server. */
  received: number;
  /** Requests that the server acted on. */
  executed: number;
}

/** Name of the fault, what the server does, what becomes of a send, what becomes of a read. */
type FaultRow = [string, Respond, Consequence, Consequence];

const UNSAFE_CODES = [
  'InternalError.OtherError',
  'InternalError.SendAndRecvFail',
  'InternalError.Timeout',
  'InternalError.UnknownError',
  'InternalError',
  'FailedOperation',
  'ResponseSizeLimitExceeded',
  'ServiceUnavailable',
  // Not in any catalogue.
  'InternalError.Brandnew',
  'FailedOperation.Brandnew',
  'Foo.Bar',
  'constructor',
];
const CERTAIN_CODES = [
  'FailedOperation.InsufficientBalanceInSmsPackage',
  'LimitExceeded.PhoneNumberDailyLimit',
  'FailedOperation.MarketingSendTimeConstraint',
  'AuthFailure.SignatureFailure',
  'UnauthorizedOperation.SmsSdkAppIdVerifyFail',
];

const done = (received = 1): Consequence => ({ result: 'done', received, executed: 1 });
const notDone = (code: string, received = 1): Consequence => ({
  result: 'not done',
  code,
  received,
  executed: 0,
});
const unknown = (code: string, reason: string, requests = 1): Consequence => ({
  result: 'unknown',
  code,
  reason,
  received: requests,
  executed: requests,
});
const always =
  (reaction: Response): Respond =>
  () =>
    reaction;
const once =
  (reaction: Response): Respond =>
  (_, count) =>
    count === 1 ? reaction : accepting();

const HTML = '<html><h1>Bad Gateway</h1></html>';
const html = (status: number) =>
  executingThenWriting(httpResponse(HTML, { status, type: 'text/html' }));
const json = (body: string) => executingThenWriting(httpResponse(body));
const reset = executingThen((socket) => socket.resetAndDestroy());
const silence = executingThen(() => undefined);
const stalled = executingThenWriting('HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"Response":{');
const brokenOff = executingThen((socket) => {
  socket.end('HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"Response":{');
});

const lost = (name: string, reaction: Response, code: string, reason: string): FaultRow[] => [
  [`${name}, always`, always(reaction), unknown(code, reason), unknown(code, reason, 3)],
  [
    `${name}, once`,
    once(reaction),
    unknown(code, reason),
    { result: 'done', received: 2, executed: 2 },
  ],
];

const FAULTS: FaultRow[] = [
  ['nothing wrong', always(accepting()), done(), done()],
  ...lost('a reset after the write', reset, 'SMS_CONNECTION_LOST', 'connection-lost'),
  ...lost(
    'a close after the write',
    executingThen((socket) => socket.end()),
    'SMS_CONNECTION_LOST',
    'connection-lost',
  ),
  ...lost('an answer broken off', brokenOff, 'SMS_CONNECTION_LOST', 'connection-lost'),
  ...lost('no answer', silence, 'SMS_TIMEOUT', 'time-out'),
  ...lost('a stalled body', stalled, 'SMS_TIMEOUT', 'time-out'),
  ...lost('a 500 with HTML', html(500), 'SMS_PROTOCOL', 'protocol'),
  ...lost('a 502 with HTML', html(502), 'SMS_PROTOCOL', 'protocol'),
  ...lost('a 200 with HTML', html(200), 'SMS_PROTOCOL', 'protocol'),
  ...lost(
    'bytes that are not HTTP',
    executingThenWriting(HTML),
    'SMS_CONNECTION_LOST',
    'connection-lost',
  ),
  ...[
    '{}',
    '[]',
    'null',
    '""',
    '',
    '{"Response":null}',
    '{"Response":{}}',
    '{"Response":{"Re',
  ].flatMap((body) =>
    lost(`the body ${body || 'of no bytes'}`, json(body), 'SMS_PROTOCOL', 'protocol'),
  ),
  ...lost(
    'an Error without a Code',
    json('{"Response":{"Error":{"Message":"no"},"RequestId":"r"}}'),
    'SMS_PROTOCOL',
    'protocol',
  ),
  ...['RequestLimitExceeded', 'RequestLimitExceeded.UinLimitExceeded'].flatMap<FaultRow>((code) => [
    [`${code}, once`, once(refusing(code)), done(2), done(2)],
    [`${code}, always`, always(refusing(code)), notDone(code, 3), notDone(code, 3)],
  ]),
  ...UNSAFE_CODES.flatMap((code) =>
    lost(`${code} at the top`, refusing(code, { executes: true }), code, 'code'),
  ),
  ...CERTAIN_CODES.map<FaultRow>((code) => [
    `${code} at the top`,
    always(refusing(code)),
    notDone(code),
    notDone(code),
  ]),
  ...['AuthFailure.TokenFailure', 'AuthFailure.SignatureExpire'].map<FaultRow>((code) => [
    `${code} with fixed keys and no date`,
    always(refusing(code)),
    notDone(code),
    notDone(code),
  ]),
];

describe('a fault of the answer', () => {
  let tencent: FakeTencent;
  let started: SmsTestCase | undefined;

  beforeEach(async () => {
    tencent = await FakeTencent.start();
  });

  afterEach(async () => {
    await started?.module.close();
    await tencent.stop();
  });

  async function sms(more: Partial<SmsModuleOptions> = {}): Promise<SmsService> {
    started = await startSms({
      endpoint: tencent.url,
      retry: { attempts: 3, baseDelayMs: 1 },
      timeoutMs: 5000,
      ...more,
    });
    return started.sms;
  }

  async function callUnder(call: CallKind, react: Respond, more?: Partial<SmsModuleOptions>) {
    tencent.respondWith(react);
    const patience = /no answer|stalled/.test(nameOf(react)) ? { timeoutMs: 150 } : {};
    const observed = await call(await sms({ ...patience, ...more }));
    const { received, executed } = tencent;
    expect(received.every(({ genuine }) => genuine)).toBe(true);
    return { ...observed, received: received.length, executed: executed.length };
  }

  it.each(FAULTS)(
    'lets a send be classified rightly and executed once at most: %s',
    async (...row) => {
      const [, react, expected] = row;
      await expect(callUnder(send, react)).resolves.toEqual(expected);
      expect(expected.executed).toBeLessThanOrEqual(1);
    },
  );

  it.each(FAULTS)('makes a read try again where that can help: %s', async (...row) => {
    const [, react, , { reason: _, ...expected }] = row;
    await expect(callUnder(read, react)).resolves.toEqual(expected);
  });

  it.each(FAULTS)('is treated alike for a change: %s', async (...row) => {
    const [, react, { reason: _, ...expected }] = row;
    await expect(callUnder(NEVER_TWICE.change, react)).resolves.toEqual(expected);
  });

  it.each(FAULTS)('is treated alike for what is handed out once: %s', async (...row) => {
    const [, react, { reason: _, ...expected }] = row;
    await expect(callUnder(NEVER_TWICE.pull, react)).resolves.toEqual(expected);
  });

  it.each(FAULTS)('never makes a second attempt with `retry: false`: %s', async (...row) => {
    const [, react] = row;
    for (const call of [send, read]) {
      tencent.received.length = 0;
      // oxlint-disable-next-line no-await-in-loop -- one kind after the other
      await callUnder(call, react, { retry: false });
      // oxlint-disable-next-line no-await-in-loop -- see above
      await started?.module.close();
      expect(tencent.received).toHaveLength(1);
    }
  });

  it.each(UNSAFE_CODES)('leaves a number unknown that has %s', async (code) => {
    expect(describeSmsError(code).retry).toBe('unsafe');
    await expect(callUnder(send, always(givingEachNumber(code)))).resolves.toEqual(
      unknown(code, 'code'),
    );
  });

  it.each([
    ...CERTAIN_CODES,
    'RequestLimitExceeded',
    'AuthFailure.TokenFailure',
    // Not in any catalogue.
    'LimitExceeded.Brandnew',
    'FailedOperation.Brandnew',
  ])('rejects a number that has %s, and does not send again', async (code) => {
    const react = always(givingEachNumber(code, { executes: false }));
    await expect(callUnder(send, react)).resolves.toEqual(notDone(code));
  });

  it('accepts nothing but the code Ok', async () => {
    for (const Code of ['OK', 'ok', 'Ok ', 'oK', 'Success', '']) {
      tencent.received.length = 0;
      tencent.executed.length = 0;
      // oxlint-disable-next-line no-await-in-loop -- one spelling after the other
      const observed = await callUnder(send, () => ({
        executes: true,
        answer: (socket, call) => {
          const [phone = ''] = call.params['PhoneNumberSet'] as string[];
          const members = { ...okResponse(call), SendStatusSet: [okStatus(phone, Code)] };
          socket.write(httpResponse(respond(members)));
        },
      }));
      expect(observed.result).not.toBe('done');
      // oxlint-disable-next-line no-await-in-loop -- see above
      await started?.module.close();
    }
  });
});

function nameOf(react: Respond): string {
  return FAULTS.find(([, known]) => known === react)?.[0] ?? '';
}
