import { Agent } from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { encodeParams } from '../../lib/signing/flatten-params.js';
import { signV1 } from '../../lib/signing/v1-signature.js';
import { SmsEmulator } from '../../lib/testing/index.js';
import { productionClient } from './official-client.js';
import { exchange, responseOf, sendSigned } from './raw-client.js';
import type { LooseResponse, SignedPost } from './raw-client.js';

let emulator: SmsEmulator;
beforeEach(async () => {
  emulator = await SmsEmulator.start();
});
afterEach(async () => {
  await emulator.stop();
});

const get = async (path: string, init?: RequestInit): Promise<Response> =>
  fetch(`${emulator.url}${path}`, init);

const list = async (query: string): Promise<unknown> =>
  (await get(`/_emulator/messages${query}`)).json();

const ESCAPED = String.raw`{"PhoneNumberSet": ["+8613711112222"], "SmsSdkAppId": "1400006666", "TemplateId": "449739", "SignName": "\u817e\u8baf\u4e91", "TemplateParamSet": ["1234", "5"], "SessionContext": "ctx"}`;

/** A request to sign as SDKs do with the method before TC3. */
interface SignedV1 {
  readonly method: 'GET' | 'POST';
  readonly signatureMethod: 'HmacSHA1' | 'HmacSHA256';
  /** As signed, when it differs from the one sent. */
  readonly host?: string;
  /** Changes the signature before it is sent. */
  readonly toSent?: (signature: string) => string;
}

const sendV1 = async ({
  method,
  signatureMethod,
  host,
  toSent = (signature) => signature,
}: SignedV1): Promise<LooseResponse> => {
  const sentHost = `127.0.0.1:${emulator.port}`;
  const params = {
    'PhoneNumberSet.0': '+8613711112222',
    Action: 'DescribePhoneNumberInfo',
    Version: '2021-01-11',
    Timestamp: String(Math.floor(Date.now() / 1000)),
    Nonce: '3021029291169912863',
    SecretId: 'AKIDv1',
    Token: 'a-token',
    Language: 'zh-CN',
    RequestClient: 'SDK_GO',
    SignatureMethod: signatureMethod,
  };
  const { secretKey } = emulator;
  const { signature } = signV1({
    method,
    host: host ?? sentHost,
    signatureMethod,
    secretKey,
    params,
  });
  const encoded = encodeParams(Object.entries({ ...params, Signature: toSent(signature) }));
  const [query, body] = method === 'GET' ? [`?${encoded}`, ''] : ['', encoded];
  const answer = await exchange(
    emulator.port,
    `${method} /${query} HTTP/1.1\r\nHost: ${sentHost}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  return responseOf(answer);
};

const breakInside = (signature: string): string =>
  `${signature.slice(0, 10)}\n${signature.slice(10)}`;

describe('a request as some SDK sends it', () => {
  it.each<readonly [name: string, request: (port: number) => Partial<SignedPost>]>([
    ['the host with its port and the service sms', () => ({ service: 'sms' })],
    [
      'the host without its port and the service 127',
      () => ({ service: '127', signedHost: '127.0.0.1' }),
    ],
    [
      'localhost and a service that holds a colon',
      (port) => ({
        host: `localhost:${port}`,
        signedHost: 'localhost',
        service: `localhost:${port}`,
      }),
    ],
    ['a whole URL for a host', (port) => ({ host: `http://127.0.0.1:${port}` })],
    ['a charset in the content type', () => ({ contentType: 'application/json; charset=utf-8' })],
    [
      'a content type signed in lower case',
      () => ({
        contentType: 'application/json; charset=UTF-8',
        signedContentType: 'application/json; charset=utf-8',
      }),
    ],
    ['a third signed header', () => ({ signedHeaders: 'content-type;host;x-tc-action' })],
    [
      'further signed headers',
      () => ({
        signedHeaders: 'content-type;host;x-tc-action;x-tc-region',
        headers: { 'X-TC-Region': 'ap-Guangzhou' },
      }),
    ],
    [
      'an unsigned payload',
      () => ({
        payload: 'UNSIGNED-PAYLOAD',
        headers: { 'X-TC-Content-SHA256': 'UNSIGNED-PAYLOAD' },
      }),
    ],
    [
      'the absolute form and the production host',
      () => ({ path: 'http://sms.tencentcloudapi.com/', host: 'sms.tencentcloudapi.com' }),
    ],
    [
      'header names in upper case',
      () => ({
        tamper: (head: string) => head.replace(/^[\w-]+:/gm, (name) => name.toUpperCase()),
      }),
    ],
    [
      'a token and a language',
      () => ({ headers: { 'X-TC-Token': 'a-token', 'X-TC-Language': 'zh-CN' } }),
    ],
    ['a GET', () => ({ method: 'GET', queryString: 'PhoneNumberSet.0=%2B8613711112222' })],
  ])('is answered with %s', async (_, request) => {
    const { response } = await sendSigned({ port: emulator.port, ...request(emulator.port) });
    expect(response).toMatchObject({ PhoneNumberInfoSet: [{ PhoneNumber: '+8613711112222' }] });
  });

  it('may escape its JSON to ASCII', async () => {
    await sendSigned({ port: emulator.port, action: 'SendSms', body: ESCAPED });
    expect(emulator.messages()).toMatchObject([{ signName: '腾讯云', sessionContext: 'ctx' }]);
  });

  it.each(['a+b%26c', 'a%20b%26c'])('may write the blanks of a query as in %s', async (written) => {
    const queryString = `PhoneNumberSet.0=%2B8613711112222&SmsSdkAppId=1400006666&TemplateId=449739&SignName=%E8%85%BE%E8%AE%AF%E4%BA%91&TemplateParamSet.0=1234&TemplateParamSet.1=5&SessionContext=${written}`;
    await sendSigned({ port: emulator.port, method: 'GET', action: 'SendSms', queryString });
    expect(emulator.messages()).toMatchObject([{ sessionContext: 'a b&c', params: ['1234', '5'] }]);
  });

  it('may have no body at all when the action needs none', async () => {
    const { response } = await sendSigned({ port: emulator.port, body: '' });
    expect(response.Error).toMatchObject({
      Code: 'MissingParameter',
      Message: expect.stringContaining('PhoneNumberSet'),
    });
  });

  it('may come from the official SDK that believes it talks to production', async () => {
    class Detour extends Agent {
      override createConnection(): Socket {
        return connect(emulator.port, '127.0.0.1');
      }
    }
    const client = productionClient(emulator, new Detour());
    await client.DescribePhoneNumberInfo({ PhoneNumberSet: ['+8613711112222'] });
    await expect(client.DescribePhoneNumberInfo({ PhoneNumberSet: [] })).rejects.toMatchObject({
      code: 'MissingParameter.EmptyPhoneNumberSet',
    });
  });

  it.each(['HmacSHA1', 'HmacSHA256'] as const)(
    'may be signed with %s for either host',
    async (signatureMethod) => {
      for (const host of [`127.0.0.1:${emulator.port}`, '127.0.0.1']) {
        const v1 = { method: 'POST', signatureMethod, host } as const;
        // oxlint-disable-next-line no-await-in-loop
        expect(await sendV1(v1)).toMatchObject({ PhoneNumberInfoSet: [{ Code: 'Ok' }] });
      }
    },
  );

  // Ruby's `Base64.encode64` ends every line, so its official SDK sends `…%3D%0A`.
  it.each([
    ['HmacSHA1', 'POST'],
    ['HmacSHA1', 'GET'],
    ['HmacSHA256', 'POST'],
    ['HmacSHA256', 'GET'],
  ] as const)(
    'may end its %s signature with a line break by %s',
    async (signatureMethod, method) => {
      for (const end of ['\n', '\r\n']) {
        const v1 = { method, signatureMethod, toSent: (signature: string) => `${signature}${end}` };
        // oxlint-disable-next-line no-await-in-loop
        expect(await sendV1(v1)).toMatchObject({ PhoneNumberInfoSet: [{ Code: 'Ok' }] });
      }
      expect(emulator.requests()).toMatchObject([
        { signature: { result: 'valid', given: { signature: expect.stringMatching(/=$/) } } },
        { signature: { result: 'valid' } },
      ]);
    },
  );

  it('may have no line break within its signature', async () => {
    const answer = await sendV1({
      method: 'POST',
      signatureMethod: 'HmacSHA256',
      toSent: breakInside,
    });
    expect(answer.Error?.Code).toBe('AuthFailure.SignatureFailure');
  });
});

describe('an answer', () => {
  it('comes in one segment, as plain application/json', async () => {
    const answer = await sendSigned({ port: emulator.port });
    expect(answer.chunks).toHaveLength(1);
    expect(answer.head).toMatch(/^content-type: application\/json\r?$/im);
    expect(answer.head).not.toMatch(/access-control/i);
  });

  it('has status 200 and a fresh id for a refusal too', async () => {
    const first = await sendSigned({ port: emulator.port, secretKey: 'wrong' });
    const second = await sendSigned({ port: emulator.port, secretKey: 'wrong' });
    expect(first.status).toBe(200);
    expect(first.chunks).toHaveLength(1);
    expect(first.head).toMatch(/^content-type: application\/json\r?$/im);
    expect(first.response.RequestId).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
    expect(first.response.RequestId).not.toBe(second.response.RequestId);
  });
});

describe('the emulator’s own paths', () => {
  it('tell that it is ready', async () => {
    const answer = await get('/readyz');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ status: 'ok' });
  });

  it('list the texts, by phone or by template', async () => {
    await sendSigned({ port: emulator.port, action: 'SendSms', body: ESCAPED });
    const all = { messages: emulator.messages(), lastEventId: '2' };
    expect(all.messages).toHaveLength(1);
    expect(await list('')).toEqual(all);
    expect(await list('?to=%2B8613711112222&template=449739')).toEqual(all);
    expect(await list('?to=13711112222')).toEqual(all);
    expect(await list('?to=+8613711112222')).toEqual(all);
    expect(await list('?to=%2B8613711113333')).toMatchObject({ messages: [] });
    expect(await list('?to=nobody')).toMatchObject({ messages: [] });
    expect(await list('?template=1')).toMatchObject({ messages: [] });
  });

  it('empty the inbox', async () => {
    await sendSigned({ port: emulator.port, action: 'SendSms', body: ESCAPED });
    const answer = await get('/_emulator/messages', { method: 'DELETE' });
    expect(answer.status).toBe(204);
    expect(emulator.messages()).toEqual([]);
  });

  it('greet a browser', async () => {
    const answer = await get('/');
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await answer.text()).toContain('<!doctype html>');
  });

  it.each(['/sms', '/_emulator/nothing', '/favicon.ico', '/_emulator'])(
    'have nothing at %s',
    async (path) => {
      const answer = await get(path, { method: 'POST' });
      expect(answer.status).toBe(404);
      expect(answer.headers.get('content-type')).toBe('application/json');
      expect(await answer.json()).toHaveProperty('error');
    },
  );

  it('refuse methods they do not know', async () => {
    expect((await get('/_emulator/messages', { method: 'PUT' })).status).toBe(405);
    expect((await get('/readyz', { method: 'DELETE' })).status).toBe(405);
  });

  it('are closed to a page that made its own domain point here', async () => {
    const { port } = emulator;
    const answer = await exchange(
      port,
      `GET /_emulator/messages HTTP/1.1\r\nHost: evil.example.com:${port}\r\n\r\n`,
    );
    expect(answer.status).toBe(403);
  });
});

describe('JSON', () => {
  it.each([
    ['an answer of the API', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n'],
    ['an inbox', 'GET /_emulator/messages HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['a refusal', 'GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['a host name that is not served', 'GET /readyz HTTP/1.1\r\nHost: evil.example\r\n\r\n'],
    ['what is no HTTP', 'HELLO\r\n\r\n'],
    [
      'a head that is too large',
      `POST / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(70_000)}\r\n\r\n`,
    ],
  ])('with %s is kept by no cache and taken for no page', async (_, request) => {
    const { head } = await exchange(emulator.port, request);
    expect(head).toMatch(/^content-type: application\/json$/im);
    expect(head).toMatch(/^cache-control: no-store$/im);
    expect(head).toMatch(/^x-content-type-options: nosniff$/im);
  });
});

describe('the language of a request', () => {
  it('decides what the gateway says over a socket, too', async () => {
    const wrong = { port: emulator.port, secretKey: 'another-key' };
    const inChinese = await sendSigned({ ...wrong, headers: { 'X-TC-Language': 'zh-CN' } });
    expect(inChinese.response.Error).toEqual({
      Code: 'AuthFailure.SignatureFailure',
      Message: '请求签名验证失败，请检查您的签名计算是否正确。',
    });
    const { response } = await sendSigned({ ...wrong, headers: { 'X-TC-Language': 'en-US' } });
    expect(response.Error?.Message).toMatch(/^The provided credentials/);
  });
});
