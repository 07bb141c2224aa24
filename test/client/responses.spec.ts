import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SmsApiError, SmsError } from 'nestjs-tencentcloud-sms';
import { RawServer, httpResponse } from '../support/raw-server.js';
import { startSms } from '../support/sms-test-case.js';
import type { SmsTestCase } from '../support/sms-test-case.js';

const PULL = { Limit: 100 };
const ITEM = { PhoneNumber: '+8613711112222', SerialNo: '5000:1045710669157053657849499619' };

describe('an answer', () => {
  let server: RawServer;
  let started: SmsTestCase;

  beforeEach(async () => {
    server = await RawServer.start(() => undefined);
    started = await startSms({ endpoint: server.url });
  });

  afterEach(async () => {
    await started.module.close();
    await server.stop();
  });

  function respondWith(body: string, options?: Parameters<typeof httpResponse>[1]): void {
    server.respondWith((socket) => socket.write(httpResponse(body, options)));
  }

  it('comes without its envelope', async () => {
    respondWith(JSON.stringify({ Response: { PullSmsSendStatusSet: [ITEM], RequestId: 'r-1' } }));
    await expect(started.sms.pullSmsSendStatus(PULL)).resolves.toEqual({
      PullSmsSendStatusSet: [ITEM],
      RequestId: 'r-1',
    });
  });

  it('that refuses becomes an SmsApiError with Tencent’s code and request id', async () => {
    respondWith(
      JSON.stringify({
        Response: {
          Error: {
            Code: 'AuthFailure.SignatureFailure',
            Message: 'no match for +8613711112222 with 042137 and AKIDcanaryid0001',
          },
          RequestId: 'r-2',
        },
      }),
    );
    const pulled = started.sms.pullSmsSendStatus(PULL);
    await expect(pulled).rejects.toBeInstanceOf(SmsApiError);
    await expect(pulled).rejects.toBeInstanceOf(SmsError);
    await expect(pulled).rejects.toMatchObject({
      name: 'SmsAuthenticationError',
      action: 'PullSmsSendStatus',
      code: 'AuthFailure.SignatureFailure',
      requestId: 'r-2',
      message: expect.not.stringMatching(/13711112222|042137|canaryid/),
    });
  });

  it.each([
    ['status 500 with HTML', '<h1>oops</h1>', { status: 500, type: 'text/html' }],
    ['status 204', '', { status: 204 }],
    ['status 403 with JSON', '{"Response":{"PullSmsSendStatusSet":[]}}', { status: 403 }],
    ['HTML', '<h1>captive portal 13711112222</h1>', { type: 'text/html' }],
    ['nothing', '', {}],
    ['half of the JSON', '{"Response":{"PullSmsSendStatusSet":[{"PhoneNumber":"+86137', {}],
    ['null', 'null', {}],
    ['a list', '[]', {}],
    ['{}', '{}', {}],
    ['a Response of null', '{"Response":null}', {}],
    ['a Response of text', '{"Response":"ok"}', {}],
    ['an Error of text', '{"Response":{"Error":"no"}}', {}],
    ['an Error without code', '{"Response":{"Error":{"Message":"no"}}}', {}],
    ['an Error with a number', '{"Response":{"Error":{"Code":5}}}', {}],
    ['no list', '{"Response":{"RequestId":"r-3"}}', {}],
    ['a list of null', '{"Response":{"PullSmsSendStatusSet":null}}', {}],
    ['an object for a list', '{"Response":{"PullSmsSendStatusSet":{}}}', {}],
    ['items of null', '{"Response":{"PullSmsSendStatusSet":[null]}}', {}],
    [
      'a number too large',
      '{"Response":{"PullSmsSendStatusSet":[{"UserReceiveTime":12345678901234567890}]}}',
      {},
    ],
  ] as [string, string, { status?: number; type?: string }][])(
    'of %s becomes an SmsProtocolError that may have been sent',
    async (_, body, options) => {
      respondWith(body, options);
      await expect(started.sms.pullSmsSendStatus(PULL)).rejects.toMatchObject({
        name: 'SmsProtocolError',
        code: 'SMS_PROTOCOL',
        maybeSent: true,
        retryable: false,
        httpStatus: options.status ?? 200,
        message: expect.not.stringMatching(/137/),
      });
    },
  );

  it('may hold members that this version does not know, and lack some inside its items', async () => {
    respondWith('{"Response":{"PullSmsSendStatusSet":[{"New":1}],"Also":2,"RequestId":"r-4"}}');
    await expect(started.sms.pullSmsSendStatus(PULL)).resolves.toEqual({
      PullSmsSendStatusSet: [{ New: 1 }],
      Also: 2,
      RequestId: 'r-4',
    });
  });

  it('comes within the time-out of the call', async () => {
    await expect(started.sms.pullSmsSendStatus(PULL, { timeoutMs: 30 })).rejects.toMatchObject({
      name: 'SmsTimeoutError',
      phase: 'write',
      maybeSent: true,
    });
  });

  it('is no longer waited for once the caller’s signal fires', async () => {
    const abort = new AbortController();
    server.respondWith(() => {
      abort.abort('changed my mind');
    });
    await expect(
      started.sms.pullSmsSendStatus(PULL, { signal: abort.signal }),
    ).rejects.toMatchObject({ name: 'SmsAbortError', phase: 'write', cause: 'changed my mind' });
    expect(server.requests).toHaveLength(1);
  });
});
