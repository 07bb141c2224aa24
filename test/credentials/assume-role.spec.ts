import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { assumeRoleCredentials, signTc3 } from 'nestjs-tencentcloud-sms';
import type { SmsAssumeRoleCredentialsOptions } from 'nestjs-tencentcloud-sms';
import { RawServer, httpResponse } from '../support/raw-server.js';
import type { RawResponse } from '../support/raw-server.js';
import {
  CANARIES,
  FakeClock,
  START,
  credentialsOf,
  grantingSts,
  refusingSts,
  settle,
  temporaryKeys,
} from './fake-sts.js';

const { secretId, secretKey, token } = CANARIES;
const ROLE = 'qcs::cam::uin/12345678:roleName/sms-sender';

const blank = () => ({ secretId: '', secretKey });

/** The same answer with a `Date`. */
function dated(date: string | undefined, answer: RawResponse): RawResponse {
  return (socket, request, count) => {
    const write = socket.write.bind(socket);
    const header = date === undefined ? '' : `Date: ${date}\r\n`;
    socket.write = (bytes: string) => write(bytes.replace('\r\n', `\r\n${header}`));
    answer(socket, request, count);
    socket.write = write;
  };
}

describe('assumeRoleCredentials', () => {
  let server: RawServer;
  let clock: FakeClock;

  beforeEach(async () => {
    clock = new FakeClock();
    server = await RawServer.start(grantingSts(clock));
  });

  afterEach(async () => {
    await server.stop();
  });

  function assumeRole(more: Partial<SmsAssumeRoleCredentialsOptions> = {}) {
    return assumeRoleCredentials({
      roleArn: ROLE,
      source: { secretId, secretKey },
      endpoint: server.url,
      now: clock.now,
      ...more,
    });
  }

  it('asks STS for the role, signed with the source for the service sts', async () => {
    expect(await assumeRole()()).toEqual(credentialsOf(1));
    const [request] = server.requests;
    expect(request).toMatchObject({
      method: 'POST',
      target: '/',
      headers: {
        'content-type': 'application/json',
        'x-tc-action': 'AssumeRole',
        'x-tc-version': '2018-08-13',
        'x-tc-region': 'ap-guangzhou',
        'x-tc-timestamp': String(START / 1000),
      },
    });
    expect(JSON.parse(request?.body ?? '')).toEqual({
      RoleArn: ROLE,
      RoleSessionName: 'nestjs-tencentcloud-sms',
      DurationSeconds: 7200,
    });
    const { authorization } = signTc3({
      method: 'POST',
      host: `127.0.0.1:${server.port}`,
      service: 'sts',
      action: 'AssumeRole',
      timestamp: START / 1000,
      secretId,
      secretKey,
      contentType: 'application/json',
      body: request?.body,
    });
    expect(authorization).toContain('/sts/tc3_request');
    expect(request?.headers['authorization']).toBe(authorization);
    expect(request?.headers).not.toHaveProperty('x-tc-token');
  });

  it('passes on every option, the policy URL-encoded', async () => {
    const policy = '{"version":"2.0","statement":[{"effect":"allow","action":["sms:SendSms"]}]}';
    await assumeRole({
      roleSessionName: 'shop@eu',
      durationSeconds: 1800,
      policy,
      externalId: 'partner:1',
      region: 'ap-singapore',
    })();
    const [request] = server.requests;
    expect(request?.headers['x-tc-region']).toBe('ap-singapore');
    expect(JSON.parse(request?.body ?? '')).toEqual({
      RoleArn: ROLE,
      RoleSessionName: 'shop@eu',
      DurationSeconds: 1800,
      Policy: encodeURIComponent(policy),
      ExternalId: 'partner:1',
    });
  });

  it('calls its source anew each time, and sends the token of temporary keys', async () => {
    let asked = 0;
    const provider = assumeRole({
      source: async () => {
        asked += 1;
        return Promise.resolve({ secretId, secretKey, token: `${token}-${asked}` });
      },
    });
    await provider();
    clock.advance(7200);
    await provider();
    expect(server.requests.map(({ headers }) => headers['x-tc-token'])).toEqual([
      `${token}-1`,
      `${token}-2`,
    ]);
  });

  it('makes one call for 20 concurrent requests, at the start and at the expiry', async () => {
    const provider = assumeRole();
    const ask = async () => {
      const given = await Promise.all(Array.from({ length: 20 }, async () => provider()));
      return new Set(given.map(({ secretId: id }) => id)).size;
    };
    expect(await ask()).toBe(1);
    expect(server.requests).toHaveLength(1);
    clock.advance(7200);
    expect(await ask()).toBe(1);
    expect(server.requests).toHaveLength(2);
  });

  it('renews minutes ahead in the background, while the old ones are given', async () => {
    const provider = assumeRole();
    await provider();
    clock.advance(7200 - 300);
    expect(provider()).toEqual(credentialsOf(1));
    await settle(() => server.requests.length === 2);
    await settle(() => (provider() as { secretId: string }).secretId.endsWith('-2'));
  });

  it('recovers from a failure with the next request', async () => {
    const provider = assumeRole();
    server.respondWith((socket) => socket.destroy());
    await expect(provider()).rejects.toMatchObject({
      name: 'SmsCredentialsError',
      retryable: true,
      message: expect.stringContaining('STS could not be asked for AssumeRole'),
      cause: expect.objectContaining({ name: 'SmsTransportError' }),
    });
    server.respondWith(grantingSts(clock));
    expect(await provider()).toEqual(credentialsOf(2));
  });

  it('gets new credentials when the present ones were refused', async () => {
    const provider = assumeRole();
    const refused = await provider();
    expect(await provider({ refused })).toEqual(credentialsOf(2));
  });

  it.each([
    ['AuthFailure.UnauthorizedOperation', false],
    ['InvalidParameter.RoleNotExist', false],
    ['InternalError.SystemError', true],
    ['RequestLimitExceeded', true],
  ])('says what to do when STS refuses with %s', async (code, retryable) => {
    server.respondWith(refusingSts(code, `you (${secretId}) with ${token}, ${secretKey} may not`));
    const asked = assumeRole({ source: { secretId, secretKey, token } })();
    await expect(asked).rejects.toMatchObject({
      name: 'SmsCredentialsError',
      code: 'SMS_CREDENTIALS_UNAVAILABLE',
      retryable,
      requestId: 'sts-refused',
      message: expect.stringMatching(`^STS refused AssumeRole with ${code}. Check that the role`),
      cause: expect.objectContaining({
        name: 'SmsApiError',
        code,
        requestId: 'sts-refused',
        message: expect.stringContaining('Tencent says: "you (AKID****) with ****, **** may not"'),
      }),
    });
  });

  it.each([3600, -3600])('is right at an STS whose clock is %i s ahead of ours', async (ahead) => {
    server.respondWith((socket, request, count) => {
      const time = clock.now() / 1000 + ahead;
      const skew = Math.abs(Number(request.headers['x-tc-timestamp']) - time);
      const answer = skew > 300 ? refusingSts('AuthFailure.SignatureExpire') : grantingSts(clock);
      dated(new Date(time * 1000).toUTCString(), answer)(socket, request, count);
    });
    const provider = assumeRole();
    expect(await provider()).toEqual(credentialsOf(2));
    // What was learned holds for the next time.
    clock.advance(7200);
    expect(await provider()).toEqual(credentialsOf(3));
    expect(server.requests).toHaveLength(3);
  });

  it.each([
    ['no time', undefined, 1],
    ['the same time as ours', new Date(START).toUTCString(), 1],
    ['another time', new Date(START + 400_000).toUTCString(), 2],
  ])('says to check the clock when STS goes on to refuse it, naming %s', async (...row) => {
    const [, date, requests] = row;
    server.respondWith(dated(date, refusingSts('AuthFailure.SignatureExpire')));
    await expect(assumeRole()()).rejects.toMatchObject({
      name: 'SmsCredentialsError',
      message:
        'STS refused AssumeRole with AuthFailure.SignatureExpire. Check the clock of this machine.',
    });
    expect(server.requests).toHaveLength(requests);
  });

  it('asks its source for newer keys once when STS refuses their token', async () => {
    const asks: unknown[] = [];
    const provider = assumeRole({
      source: (ask) => {
        asks.push(ask?.refused?.token);
        return { secretId, secretKey, token: `${token}-${asks.length}` };
      },
    });
    server.respondWith((socket, request, count) => {
      const answer = count === 1 ? refusingSts('AuthFailure.TokenFailure') : grantingSts(clock);
      answer(socket, request, count);
    });
    expect(await provider()).toEqual(credentialsOf(2));
    expect(asks).toEqual([undefined, `${token}-1`]);
    server.respondWith(refusingSts('AuthFailure.TokenFailure'));
    clock.advance(7200);
    await expect(provider()).rejects.toThrow('AuthFailure.TokenFailure');
    expect(server.requests).toHaveLength(4);
  });

  it.each([
    ['HTML', httpResponse('<html>canary</html>', { type: 'text/html' })],
    ['a gateway error', httpResponse('{"Response":{}}', { status: 502 })],
    ['no Response', httpResponse('{"canary":1}')],
    ['a list', httpResponse('[]')],
  ])('says that something else answered on %s', async (_, answer) => {
    server.respondWith((socket) => socket.write(answer));
    const asked = assumeRole()();
    await expect(asked).rejects.toMatchObject({
      name: 'SmsCredentialsError',
      retryable: true,
      message: expect.stringContaining('STS did not answer AssumeRole; something else did'),
      cause: expect.objectContaining({ name: 'SmsProtocolError' }),
    });
    await expect(asked).rejects.not.toThrow(/canary/);
  });

  it.each([
    ['Credentials', undefined, 'TmpSecretId'],
    ['Credentials', [], 'TmpSecretId'],
    ['Credentials', { ...temporaryKeys(1), TmpSecretKey: '' }, 'TmpSecretKey'],
    ['Credentials', { ...temporaryKeys(1), Token: ' ' }, 'Token'],
    ['ExpiredTime', undefined, 'ExpiredTime'],
    ['ExpiredTime', 1.5, 'ExpiredTime'],
  ])('refuses an answer whose %s is %j', async (member, value, named) => {
    const Response = { Credentials: temporaryKeys(1), ExpiredTime: START, [member]: value };
    server.respondWith((socket) => socket.write(httpResponse(JSON.stringify({ Response }))));
    const asked = assumeRole()();
    await expect(asked).rejects.toMatchObject({
      name: 'SmsCredentialsError',
      message: expect.stringContaining(`STS answered without a usable ${named}`),
    });
    await expect(asked).rejects.not.toThrow(/canary/);
  });

  it('times out when STS hangs', async () => {
    server.respondWith(() => undefined);
    await expect(assumeRole({ timeoutMs: 50 })()).rejects.toMatchObject({
      message: expect.stringContaining('No answer within 50 ms'),
      cause: expect.objectContaining({ name: 'SmsTimeoutError' }),
    });
  });

  it('makes no call when its source has nothing', async () => {
    await expect(assumeRole({ source: blank })()).rejects.toMatchObject({
      name: 'SmsCredentialsError',
      message: expect.stringContaining('no usable secretId'),
    });
    expect(server.requests).toHaveLength(0);
  });

  it('goes through a transport of your own, and keeps back what that throws', async () => {
    const leaky = Object.assign(new Error(secretKey), { config: { headers: token } });
    const transport = { send: async () => Promise.reject(leaky) };
    const asked = assumeRole({ transport })();
    await expect(asked).rejects.toMatchObject({
      name: 'SmsCredentialsError',
      message: expect.stringContaining('the transport failed'),
    });
    await expect(asked).rejects.not.toHaveProperty('cause');
  });

  it.each([
    ['roleArn', undefined],
    ['roleArn', 'sms-sender'],
    ['source', undefined],
    ['source', { secretId: ' ', secretKey }],
    ['durationSeconds', 43_201],
    ['durationSeconds', 0],
    ['roleSessionName', 'x'],
    ['roleSessionName', 'a b'],
    ['policy', '%7B%7D'],
    ['externalId', 'a'],
    ['endpoint', 'https://user:pass@host'],
    ['region', 'Guangzhou'],
    ['timeoutMs', 0],
    ['transport', {}],
    ['rolArn', ROLE],
  ])('refuses the option %s: %p where it is made', (field, value) => {
    expect(() => assumeRole({ [field]: value })).toThrow(
      expect.objectContaining({
        name: 'SmsOptionsError',
        issues: [expect.objectContaining({ field })],
      }),
    );
  });
});
