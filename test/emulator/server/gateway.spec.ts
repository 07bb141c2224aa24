import { afterEach, describe, expect, it } from '@jest/globals';
import { SmsEmulator } from '../../../lib/testing/index.js';
import type { SmsEmulatorOptions } from '../../../lib/testing/index.js';
import { exchange, sendSigned } from '../raw-client.js';
import type { RawResponse } from '../raw-client.js';

const SEND = {
  action: 'SendSms',
  queryString:
    'PhoneNumberSet.0=%2B8613711112222&SmsSdkAppId=1400006666&TemplateId=77&SignName=%E7%A4%BA%E4%BE%8B',
  method: 'GET',
} as const;

let emulator: SmsEmulator;
afterEach(async () => {
  await emulator.stop();
});
const start = async (options?: SmsEmulatorOptions): Promise<void> => {
  emulator = await SmsEmulator.start(options);
};

const get = async (path: string, host: string, ...headers: string[]): Promise<RawResponse> =>
  exchange(
    emulator.port,
    [`GET ${path} HTTP/1.1`, `Host: ${host}`, ...headers, '', ''].join('\r\n'),
  );

describe('a host name with a dot', () => {
  it.each(['sms-emulator.default.svc', 'emu.test', 'SMS.Example.COM'])(
    'opens the inbox and the control API once it is allowed: %s',
    async (name) => {
      await start({ allowedHosts: ['other.test', name] });
      for (const host of [name, name.toLowerCase(), `${name}:${emulator.port}`, `${name}.`]) {
        for (const path of ['/', '/_emulator/messages', '/readyz']) {
          // oxlint-disable-next-line no-await-in-loop
          expect({ host, path, status: (await get(path, host)).status }).toEqual({
            host,
            path,
            status: 200,
          });
        }
      }
    },
  );

  it.each(['/', '/_emulator/messages', '/readyz', '/_emulator/events'])(
    'gets a 403 that names the flag when it is not allowed, at %s',
    async (path) => {
      await start({ allowedHosts: ['emu.test'] });
      for (const host of ['evil.test', 'emu.test.evil.test', 'evil-emu.test', 'sub.emu.test']) {
        // oxlint-disable-next-line no-await-in-loop
        const { status, body } = await get(path, `${host}:${emulator.port}`);
        expect(status).toBe(403);
        expect(body).toContain(`--allowed-host ${host}`);
        expect(body).toContain('allowedHosts');
      }
    },
  );

  it.each(['POST', 'GET'] as const)(
    'needs no permission for a signed %s: the signature is checked under any name',
    async (method) => {
      await start();
      const request = {
        ...(method === 'GET' ? SEND : {}),
        port: emulator.port,
        method,
        host: `sms-emulator.default.svc:${emulator.port}`,
      };
      expect((await sendSigned(request)).response.Error).toBeUndefined();
      const forged = await sendSigned({ ...request, secretKey: 'another' });
      expect(forged.response.Error?.Code).toBe('AuthFailure.SignatureFailure');
    },
  );

  // A page under a domain of its own that points here names neither its origin nor its site with a GET,
  // and may name itself another browser; its languages it can change, but not leave out.
  it.each([
    'User-Agent: Mozilla/5.0 (X11; Linux x86_64)',
    'Accept-Language: *',
    'Accept-Language: ',
  ])('lets no page sign a GET that comes with %s', async (header) => {
    await start();
    const [name = '', value = ''] = header.split(/: ?/);
    const answer = await sendSigned({
      ...SEND,
      port: emulator.port,
      host: 'evil.test',
      headers: { [name]: value },
    });
    expect(answer.status).toBe(403);
    expect(answer.body).toContain('--allowed-host evil.test');
    expect(emulator.requests()).toEqual([]);
    expect(emulator.messages()).toEqual([]);
  });

  it('is not echoed when it could not be a name', async () => {
    await start();
    const { status, body } = await get('/readyz', 'a.b<script>"$(rm)`');
    expect(status).toBe(403);
    expect(body).toContain('--allowed-host <name>');
    expect(body).not.toContain('script');
  });

  it.each([[['emu.test:9753']], [['http://emu.test']], [['']], ['emu.test'], [[5]], [['a b']]])(
    'is refused as an option when it is more or less than a name: %j',
    async (allowedHosts) => {
      await start();
      const options = { allowedHosts } as unknown as SmsEmulatorOptions;
      await expect(SmsEmulator.start(options)).rejects.toMatchObject({
        code: 'SMS_EMULATOR_OPTIONS_INVALID',
        message: expect.stringContaining('allowedHosts must be'),
      });
    },
  );
});
