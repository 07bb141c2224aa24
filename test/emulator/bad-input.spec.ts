import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SmsEmulator } from '../../lib/testing/index.js';
import { exchange, responseOf, sendSigned } from './raw-client.js';
import type { SignedPost } from './raw-client.js';

let emulator: SmsEmulator;
beforeEach(async () => {
  emulator = await SmsEmulator.start();
});
afterEach(async () => {
  // Whatever came in: the next request is answered as ever.
  const { response } = await sendSigned({ port: emulator.port });
  await emulator.stop();
  // oxlint-disable-next-line jest/no-standalone-expect
  expect(response).toMatchObject({ PhoneNumberInfoSet: [{ Code: 'Ok' }] });
});

const now = (): number => Math.floor(Date.now() / 1000);
const replaceHeader = (name: string, value: string | undefined) => (head: string) =>
  head.replace(
    new RegExp(`\\r\\n${name}: [^\\r\\n]*`),
    value === undefined ? '' : `\r\n${name}: ${value}`,
  );
const authorization = (change: (value: string) => string) => (head: string) =>
  head.replace(/(?<=Authorization: )[^\r\n]*/, change);

const form = async (body: string): Promise<string | undefined> => {
  const answer = await exchange(
    emulator.port,
    `POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  return responseOf(answer).Error?.Code;
};
const common = (): string => `SecretId=A&Timestamp=${now()}&Nonce=1&Signature=x`;

const INVALID = 'AuthFailure.InvalidAuthorization';
const FAILED = 'AuthFailure.SignatureFailure';

describe('a request with', () => {
  it.each<readonly [name: string, code: string, request: Partial<SignedPost>]>([
    ['another key', FAILED, { secretKey: 'another' }],
    ['another body than was signed', FAILED, { payload: '{}' }],
    ['a signature of another length', FAILED, { tamper: authorization((v) => v.slice(0, -1)) }],
    [
      'a signature that is no hex',
      FAILED,
      { tamper: authorization((v) => v.replace(/Signature=.*/, 'Signature=¿?')) },
    ],
    ['no signature', INVALID, { tamper: authorization((v) => v.replace(/Signature=.*/, '')) }],
    ['an empty Authorization', INVALID, { tamper: replaceHeader('Authorization', '') }],
    ['no Authorization', INVALID, { tamper: replaceHeader('Authorization', undefined) }],
    ['another scheme', INVALID, { tamper: replaceHeader('Authorization', 'Bearer x') }],
    ['a scope too short', INVALID, { tamper: authorization((v) => v.replace('/sms', '')) }],
    [
      'a scope of another end',
      INVALID,
      { tamper: authorization((v) => v.replace('tc3_request', 'aws4_request')) },
    ],
    [
      'no host among the signed headers',
      INVALID,
      { tamper: authorization((v) => v.replace(';host', '')) },
    ],
    [
      'a signed header that is not sent',
      FAILED,
      { tamper: authorization((v) => v.replace(';host', ';host;x-tc-region')) },
    ],
    [
      'a signed header that every object has',
      FAILED,
      { tamper: authorization((v) => v.replace(';host', ';host;__proto__')) },
    ],
    [
      'a date of the scope that is not the day of the timestamp',
      FAILED,
      { tamper: authorization((v) => v.replace(/\d{4}-\d\d-\d\d/, '2020-01-01')) },
    ],
    [
      'another service for the production host',
      FAILED,
      { host: 'sms.tencentcloudapi.com', service: 'cvm' },
    ],
    [
      'no SecretId',
      'AuthFailure.SecretIdNotFound',
      { tamper: authorization((v) => v.replace('AKIDraw', '')) },
    ],
    [
      'a SecretId with blanks around it',
      'AuthFailure.SecretIdNotFound',
      { tamper: authorization((v) => v.replace('AKIDraw', ' AKIDraw ')) },
    ],
    ['a clock that is late', 'AuthFailure.SignatureExpire', { timestamp: now() - 320 }],
    ['a clock that is early', 'AuthFailure.SignatureExpire', { timestamp: now() + 320 }],
    ['a clock far out', 'AuthFailure.SignatureExpire', { timestamp: 9_999_999_999 }],
    [
      'a timestamp that is none',
      'InvalidParameter',
      { tamper: replaceHeader('X-TC-Timestamp', 'today') },
    ],
    ['no timestamp', 'MissingParameter', { tamper: replaceHeader('X-TC-Timestamp', undefined) }],
    ['an unknown action', 'InvalidAction', { action: 'SendMms' }],
    ['an action that every object has', 'InvalidAction', { action: 'constructor' }],
    ['no action', 'MissingParameter', { tamper: replaceHeader('X-TC-Action', undefined) }],
    ['another version', 'NoSuchVersion', { version: '2019-07-11' }],
    ['no version', 'MissingParameter', { tamper: replaceHeader('X-TC-Version', undefined) }],
    ['broken JSON', 'FailedOperation.JsonParseFail', { body: '{"PhoneNumberSet": [' }],
    ['a list for a body', 'InvalidParameter', { body: '[]' }],
    ['null for a body', 'InvalidParameter', { body: 'null' }],
    ['an unknown member', 'UnknownParameter', { body: '{"PhoneNumberSet":[],"Sender":"x"}' }],
    ['a prototype for a member', 'UnknownParameter', { body: '{"__proto__":{"x":1}}' }],
    ['no member', 'MissingParameter', { body: '{}' }],
    ['null for a member', 'MissingParameter', { body: '{"PhoneNumberSet":null}' }],
    ['a text for a list', 'InvalidParameter', { body: '{"PhoneNumberSet":"x"}' }],
    ['a number for a text', 'InvalidParameter', { body: '{"PhoneNumberSet":[1]}' }],
    [
      'a list too long',
      'LimitExceeded.PhoneNumberCountLimit',
      {
        body: JSON.stringify({ PhoneNumberSet: Array.from({ length: 201 }, () => '1') }),
      },
    ],
    [
      'a body of another content type',
      'InvalidRequest',
      { contentType: 'application/x-www-form-urlencoded' },
    ],
    ['a multipart body', 'InvalidRequest', { contentType: 'multipart/form-data; boundary=x' }],
    [
      'a query too long',
      'RequestSizeLimitExceeded',
      { method: 'GET', queryString: `PhoneNumberSet.0=${'1'.repeat(33 * 1024)}` },
    ],
    [
      'a head too long',
      'RequestSizeLimitExceeded',
      { method: 'GET', queryString: `PhoneNumberSet.0=${'1'.repeat(70 * 1024)}` },
    ],
    [
      'a huge index',
      'InvalidParameter',
      { method: 'GET', queryString: 'PhoneNumberSet.4294967294=1' },
    ],
  ])('%s is refused with %s', async (_, code, request) => {
    const { status, response } = await sendSigned({ port: emulator.port, ...request });
    expect(status).toBe(200);
    expect(response.Error?.Code).toBe(code);
    expect(JSON.stringify(response)).not.toContain(emulator.secretKey);
  });

  it.each([
    ['Sender', '{"PhoneNumberSet":[],"Sender":"x"}'],
    ['PhoneNumberSet', '{}'],
    ['PhoneNumberSet.1', '{"PhoneNumberSet":["1",1]}'],
  ])('a fault at %s names it', async (name, body) => {
    const { response } = await sendSigned({ port: emulator.port, body });
    expect(response.Error?.Message).toContain(`\`${name}\``);
  });

  it('a fault deep inside names it too', async () => {
    const body = '{"SmsSdkAppId":"1","MultiSmsInfoSet":[{"PhoneNumber":"+1","TemplateId":2}]}';
    const { response } = await sendSigned({
      port: emulator.port,
      action: 'SendMultiGlobalSms',
      body,
    });
    expect(response.Error?.Message).toBe(
      'The value type of parameter `MultiSmsInfoSet.0.TemplateId` is not valid.',
    );
  });

  it.each(['PUT', 'DELETE', 'OPTIONS', 'PATCH'])('method %s is refused', async (method) => {
    const answer = await exchange(
      emulator.port,
      `${method} / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`,
    );
    expect(responseOf(answer).Error?.Code).toBe('UnsupportedProtocol');
  });
});

describe('a request of the legacy method', () => {
  it.each([
    ['nothing', () => '', 'MissingParameter'],
    ['no signature', () => 'Action=SendSms&SecretId=A&Nonce=1&Timestamp=1', 'MissingParameter'],
    ['a bad signature', () => `Action=SendSms&${common()}`, 'AuthFailure.SignatureFailure'],
    [
      'an old timestamp',
      () => 'Action=SendSms&SecretId=A&Timestamp=1&Nonce=1&Signature=x',
      'AuthFailure.SignatureExpire',
    ],
    [
      'a nonce of zero',
      () => `Action=SendSms&SecretId=A&Timestamp=${now()}&Nonce=0&Signature=x`,
      'InvalidParameter',
    ],
    [
      'a blank SecretId',
      () => `Action=SendSms&SecretId=+&Timestamp=${now()}&Nonce=1&Signature=x`,
      'AuthFailure.SecretIdNotFound',
    ],
    [
      'a prototype for a name',
      () => `Action=SendSms&__proto__=1&${common()}`,
      'AuthFailure.SignatureFailure',
    ],
    [
      'more than a megabyte',
      () => `Action=SendSms&${common()}&SignName=${'x'.repeat(1024 * 1024)}`,
      'AuthFailure.SignatureFailure',
    ],
  ])('with %s is refused', async (_, body, code) => {
    expect(await form(body())).toBe(code);
  });
});

describe('on the wire', () => {
  it.each([
    ['garbage', '\u0000\u0001not http at all\r\n\r\n'],
    ['a TLS greeting', Buffer.from([22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3])],
    ['a bad header', 'GET / HTTP/1.1\r\nHost: x\r\nBad Header\r\n\r\n'],
    ['a bad length', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n'],
    ['no host', 'GET / HTTP/1.1\r\n\r\n'],
  ])('%s is told to be no request', async (_, bytes) => {
    expect((await exchange(emulator.port, bytes)).status).toBe(400);
  });

  it('a client that disconnects in the middle disturbs no other client', async () => {
    await new Promise<void>((resolve, reject) => {
      const socket = connect(emulator.port, '127.0.0.1', () => {
        socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"Phone', () => {
          socket.resetAndDestroy();
          resolve();
        });
      });
      socket.on('error', reject);
    });
    const { response } = await sendSigned({ port: emulator.port });
    expect(response).toMatchObject({ PhoneNumberInfoSet: [{ Code: 'Ok' }] });
  });

  it('a body of 11 MB is read to its end, and the client reads the answer', async () => {
    const size = 11 * 1024 * 1024;
    const answer = await exchange(
      emulator.port,
      `POST / HTTP/1.1\r\nHost: x\r\nX-TC-Action: SendSms\r\nContent-Length: ${size}\r\n\r\n`,
      Buffer.alloc(size, 'x'),
    );
    expect(answer.status).toBe(200);
    expect(responseOf(answer).Error?.Code).toBe('RequestSizeLimitExceeded');
  });

  it('a body without end is answered and cut off', async () => {
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    const text = await new Promise<string>((resolve, reject) => {
      let received = '';
      const socket = connect(emulator.port, '127.0.0.1');
      const write = (): void => {
        socket.write(`${chunk.length.toString(16)}\r\n`);
        socket.write(chunk);
        if (socket.writable && socket.write('\r\n')) {
          setImmediate(write);
        }
      };
      socket.on('connect', () => {
        socket.write(
          'POST / HTTP/1.1\r\nHost: x\r\nX-TC-Action: A\r\nTransfer-Encoding: chunked\r\n\r\n',
        );
        write();
      });
      socket.on('drain', write);
      socket.on('data', (data) => {
        received += data.toString();
      });
      // Cut off in the middle of a write is a reset or a broken pipe on this side.
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        resolve(received);
      });
      socket.setTimeout(4000, () => {
        socket.destroy();
        reject(new Error('The emulator went on reading.'));
      });
    });
    expect(text === '' || text.includes('RequestSizeLimitExceeded')).toBe(true);
  });
});
