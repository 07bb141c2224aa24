import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cvmRoleCredentials } from 'nestjs-tencentcloud-sms';
import { RawServer, httpResponse } from '../support/raw-server.js';
import type { RawResponse } from '../support/raw-server.js';
import { FakeClock, credentialsOf, metadataOf, settle, temporaryKeys } from './fake-sts.js';

const PATH = '/latest/meta-data/cam/security-credentials/';

/** Names the role, and answers the request for its keys with this. */
function keys(answer: string): RawResponse {
  return (socket, { target }) =>
    socket.write(target === PATH ? httpResponse('sms-sender') : answer);
}

describe('cvmRoleCredentials', () => {
  let server: RawServer;
  let clock: FakeClock;

  beforeEach(async () => {
    clock = new FakeClock();
    server = await RawServer.start(metadataOf('sms-sender', clock));
  });

  afterEach(async () => {
    await server.stop();
  });

  const cvmRole = (more = {}) =>
    cvmRoleCredentials({ endpoint: server.url, now: clock.now, ...more });

  it('asks for the name of the role, then for its keys', async () => {
    expect(await cvmRole()()).toEqual(credentialsOf(1));
    expect(server.requests.map(({ method, target }) => `${method} ${target}`)).toEqual([
      `GET ${PATH}`,
      `GET ${PATH}sms-sender`,
    ]);
  });

  it('asks for the keys of the given role at once', async () => {
    expect(await cvmRole({ roleName: 'sms-sender' })()).toEqual(credentialsOf(1));
    expect(server.requests.map(({ target }) => target)).toEqual([`${PATH}sms-sender`]);
  });

  it('sends nothing but the request: no credentials, no body', async () => {
    await cvmRole()();
    for (const { headers, body } of server.requests) {
      expect(body).toBe('');
      expect(headers).not.toHaveProperty('authorization');
    }
  });

  it('renews 300 seconds, not milliseconds, before the expiry', async () => {
    const provider = cvmRole();
    await provider();
    clock.advance(7200 - 301);
    expect(await provider()).toEqual(credentialsOf(1));
    expect(server.requests).toHaveLength(2);
    clock.advance(1);
    expect(await provider()).toEqual(credentialsOf(1));
    await settle(() => server.requests.length === 4);
    await settle(() => (provider() as { token: string }).token === credentialsOf(2).token);
  });

  it('makes one request for 20 concurrent calls that need keys', async () => {
    const provider = cvmRole();
    const asks = Array.from({ length: 20 }, async () => provider());
    expect(new Set((await Promise.all(asks)).map(({ token }) => token)).size).toBe(1);
    expect(server.requests).toHaveLength(2);
  });

  it('says that this is no CVM when the connection is refused', async () => {
    await server.stop();
    await expect(cvmRole()()).rejects.toMatchObject({
      name: 'SmsCredentialsError',
      code: 'SMS_CREDENTIALS_NOT_FOUND',
      retryable: false,
      message: expect.stringContaining('does not run on a CVM instance'),
      cause: expect.objectContaining({ name: 'SmsTransportError', phase: 'connect' }),
    });
  });

  it('says that this is no CVM when the name can not be resolved', async () => {
    await expect(
      cvmRole({ endpoint: 'http://metadata.tencentyun.invalid' })(),
    ).rejects.toMatchObject({ code: 'SMS_CREDENTIALS_NOT_FOUND' });
  });

  it.each([
    ['404', httpResponse('nothing', { status: 404 })],
    ['an empty answer', httpResponse('')],
  ])('says that no role is bound at %s', async (_, answer) => {
    server.respondWith((socket) => socket.write(answer));
    await expect(cvmRole()()).rejects.toMatchObject({
      code: 'SMS_CREDENTIALS_NOT_FOUND',
      message: expect.stringContaining('no role is bound to this instance'),
    });
  });

  it('fails when the given role is not bound', async () => {
    await expect(cvmRole({ roleName: 'other' })()).rejects.toMatchObject({
      code: 'SMS_CREDENTIALS_UNAVAILABLE',
      retryable: false,
      message: expect.stringContaining('"other" is not bound'),
    });
  });

  it('gives up on a service that hangs', async () => {
    server.respondWith(() => undefined);
    await expect(cvmRole({ timeoutMs: 60 })()).rejects.toMatchObject({
      code: 'SMS_CREDENTIALS_UNAVAILABLE',
      retryable: true,
      message: 'CVM role: the metadata service did not answer within 60 ms.',
      cause: expect.objectContaining({ name: 'SmsTimeoutError' }),
    });
  });

  it('gives both requests one time-out together', async () => {
    const timeoutMs = 1000;
    server.respondWith((socket, { target }) => {
      if (target === PATH) {
        // The name comes at the last moment.
        setTimeout(() => socket.write(httpResponse('sms-sender')), timeoutMs * 0.7);
      }
    });
    const start = performance.now();
    await expect(cvmRole({ timeoutMs })()).rejects.toMatchObject({
      message: expect.stringContaining(`did not answer within ${timeoutMs} ms`),
    });
    expect(server.requests).toHaveLength(2);
    expect(performance.now() - start).toBeLessThan(timeoutMs * 1.6);
  });

  it.each([1, 2000])('may wait %i ms', (timeoutMs) => {
    expect(() => cvmRole({ timeoutMs })).not.toThrow();
  });

  it.each([
    ['timeoutMs', 2001],
    ['timeoutMs', 0],
    ['roleName', 'qcs::cam::uin/1:roleName/x'],
    ['roleName', ''],
    ['endpoint', 'http://host/path'],
  ])('refuses the option %s: %p', (field, value) => {
    expect(() => cvmRole({ [field]: value })).toThrow(
      expect.objectContaining({
        name: 'SmsOptionsError',
        issues: [expect.objectContaining({ field })],
      }),
    );
  });

  it.each([
    ['HTML as name', (socket) => socket.write(httpResponse('<html>Log in</html>'))],
    ['an error as name', (socket) => socket.write(httpResponse('x', { status: 500 }))],
    ['a redirect', (socket) => socket.write(httpResponse('', { status: 302 }))],
    ['HTML as keys', keys(httpResponse('<html>canary</html>'))],
    ['a list as keys', keys(httpResponse('["canary"]'))],
    ['an error as keys', keys(httpResponse(JSON.stringify(temporaryKeys(1)), { status: 503 }))],
  ] as [string, RawResponse][])('fails on %s, and shows nothing of it', async (_, answer) => {
    server.respondWith(answer);
    const asked = cvmRole()();
    await expect(asked).rejects.toMatchObject({
      name: 'SmsCredentialsError',
      code: 'SMS_CREDENTIALS_UNAVAILABLE',
      retryable: true,
      message: expect.stringContaining('did not answer as it should'),
      cause: expect.objectContaining({ name: 'SmsProtocolError' }),
    });
    await expect(asked).rejects.not.toThrow(/canary/);
  });

  it('asks for nothing under a name that is no name of a role', async () => {
    server.respondWith((socket) => socket.write(httpResponse('../../instance-id')));
    await expect(cvmRole()()).rejects.toThrow('did not answer as it should');
    expect(server.requests).toHaveLength(1);
  });

  it('fails on an answer without end', async () => {
    server.respondWith((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
      const chunk = `100000\r\n${'x'.repeat(1 << 20)}\r\n`;
      const flood = () => {
        while (!socket.destroyed && socket.write(chunk));
      };
      socket.on('drain', flood);
      flood();
    });
    await expect(cvmRole()()).rejects.toMatchObject({
      name: 'SmsCredentialsError',
      message: expect.stringContaining('metadata service did not answer as it should'),
    });
  });

  it('fails when the connection breaks, and recovers', async () => {
    const provider = cvmRole();
    server.respondWith((socket) => socket.destroy());
    await expect(provider()).rejects.toMatchObject({
      retryable: true,
      message: expect.stringContaining('closed the connection'),
    });
    server.respondWith(metadataOf('sms-sender', clock));
    expect(await provider()).toEqual(credentialsOf(1));
  });

  it('is set up once it has given keys: a service that is gone for a while is a failure then', async () => {
    const provider = cvmRole();
    await provider();
    await server.stop();
    // Over the connection that was, then over none.
    clock.advance(7200);
    await Promise.allSettled([provider()]);
    await expect(provider()).rejects.toMatchObject({
      code: 'SMS_CREDENTIALS_UNAVAILABLE',
      retryable: true,
      message: 'CVM role: the metadata service, which gave keys before, can not be reached.',
    });
  });

  it('names the Code when the service has no keys', async () => {
    server.respondWith(keys(httpResponse(JSON.stringify({ Code: 'InternalError' }))));
    await expect(cvmRole()()).rejects.toMatchObject({
      message: expect.stringContaining(
        'gave no keys for the role "sms-sender" (Code InternalError)',
      ),
    });
  });

  it.each([
    ['TmpSecretId', undefined],
    ['TmpSecretId', ' '],
    ['TmpSecretKey', ''],
    ['Token', null],
    ['Token', 5],
    ['ExpiredTime', undefined],
    ['ExpiredTime', '1924951200'],
    ['ExpiredTime', Number.MAX_SAFE_INTEGER],
  ])('fails when %s is %p', async (member, value) => {
    const good = { ...temporaryKeys(1), ExpiredTime: clock.now() / 1000 + 60, Code: 'Success' };
    server.respondWith(keys(httpResponse(JSON.stringify({ ...good, [member]: value }))));
    const asked = cvmRole()();
    await expect(asked).rejects.toMatchObject({
      name: 'SmsCredentialsError',
      message: expect.stringContaining(`answered without a usable ${member}`),
    });
    await expect(asked).rejects.not.toThrow(/canary/);
  });

  it('fails on keys that have expired already', async () => {
    server.respondWith(metadataOf('sms-sender', clock, 0));
    await expect(cvmRole()()).rejects.toMatchObject({
      message: expect.stringContaining('had expired when they came'),
    });
  });
});
