import { Agent } from 'node:https';
import type { AgentOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { connect } from 'node:tls';
import { afterEach, describe, expect, it } from '@jest/globals';
// A CommonJS package: its exports are the default import.
// oxlint-disable-next-line import/default
import tencentcloud from 'tencentcloud-sdk-nodejs-sms';
import { SmsEmulator } from '../../../lib/testing/index.js';
import type { SmsEmulatorOptions } from '../../../lib/testing/index.js';
import { AUTHORITY, LOCALHOST, pem } from '../../support/tls-server.js';
import { WAYS } from '../official-client.js';
import type { OfficialClient } from '../official-client.js';

const emulators: SmsEmulator[] = [];
afterEach(async () => {
  await Promise.all(emulators.splice(0).map(async (emulator) => emulator.stop()));
});
const start = async (options?: SmsEmulatorOptions): Promise<SmsEmulator> => {
  const emulator = await SmsEmulator.start(options);
  emulators.push(emulator);
  return emulator;
};

/** Takes what goes to production to an emulator, as an entry in the hosts file does. */
class Detour extends Agent {
  constructor(private readonly emulator: SmsEmulator) {
    super({ ca: AUTHORITY });
  }

  override createConnection(options: AgentOptions): Duplex {
    const { port } = this.emulator;
    // The certificate of the tests is for `localhost`.
    return connect({ ...options, host: '127.0.0.1', port, servername: 'localhost' });
  }
}

const SEND = {
  PhoneNumberSet: ['+8613711112222'],
  SmsSdkAppId: '1400006666',
  SignName: '腾讯云',
  TemplateId: '449739',
  TemplateParamSet: ['042137', '5'],
};

describe('an emulator with a certificate', () => {
  it.each(WAYS)(
    'answers the official SDK over https with $signMethod by $reqMethod',
    async (way) => {
      const emulator = await start({ tls: LOCALHOST });
      expect(emulator.url).toBe(`https://127.0.0.1:${emulator.port}`);
      const { signMethod, reqMethod } = way;
      const agent = new Agent({ ca: AUTHORITY });
      const client: OfficialClient = new tencentcloud.sms.v20210111.Client({
        credential: { secretId: 'AKIDofficial', secretKey: emulator.secretKey },
        region: 'ap-guangzhou',
        profile: {
          signMethod,
          httpProfile: { reqMethod, agent, endpoint: `localhost:${emulator.port}` },
        },
      });
      expect(await client.SendSms(SEND)).toMatchObject({ SendStatusSet: [{ Code: 'Ok' }] });
      expect(emulator.latestCode()).toBe('042137');
      agent.destroy();
    },
  );

  it('takes a client that has the address of production built in', async () => {
    const emulator = await start({
      tls: { cert: LOCALHOST.cert, key: Buffer.from(LOCALHOST.key) },
    });
    const agent = new Detour(emulator);
    const client: OfficialClient = new tencentcloud.sms.v20210111.Client({
      credential: { secretId: 'AKIDofficial', secretKey: emulator.secretKey },
      region: 'ap-guangzhou',
      profile: { httpProfile: { agent } },
    });
    expect(await client.SendSms(SEND)).toMatchObject({ SendStatusSet: [{ Code: 'Ok' }] });
    expect(emulator.requests()).toMatchObject([
      { request: { headers: { host: 'sms.tencentcloudapi.com' } } },
    ]);
    agent.destroy();
  });

  it('lets a client go that does not trust it or speaks no TLS, and answers the next', async () => {
    const emulator = await start({ tls: LOCALHOST });
    await expect(fetch(`${emulator.url}/readyz`)).rejects.toMatchObject({
      message: 'fetch failed',
    });
    await expect(fetch(`http://127.0.0.1:${emulator.port}/readyz`)).rejects.toMatchObject({
      message: 'fetch failed',
    });
    const client: OfficialClient = new tencentcloud.sms.v20210111.Client({
      credential: { secretId: 'AKIDofficial', secretKey: emulator.secretKey },
      region: 'ap-guangzhou',
      profile: { httpProfile: { agent: new Detour(emulator) } },
    });
    expect(await client.SendSms(SEND)).toMatchObject({ SendStatusSet: [{ Code: 'Ok' }] });
  });

  it.each<readonly [name: string, tls: unknown]>([
    ['no key', { cert: LOCALHOST.cert }],
    ['no certificate', { key: LOCALHOST.key }],
    ['a text that is no certificate', { cert: 'cert.pem', key: LOCALHOST.key }],
    ['a text that is no key', { cert: LOCALHOST.cert, key: 'key.pem' }],
    ['an empty text', { cert: '', key: '' }],
    ['a certificate of another key', { cert: pem('ca'), key: LOCALHOST.key }],
    ['true', true],
    ['a member too many', { ...LOCALHOST, passphrase: 'x' }],
  ])('does not start with %s, and says what it takes', async (_, tls) => {
    const starting = start({ tls } as SmsEmulatorOptions);
    await expect(starting).rejects.toMatchObject({
      name: 'SmsEmulatorError',
      code: 'SMS_EMULATOR_OPTIONS_INVALID',
      message: expect.stringMatching(/^tls must be .*cert.*key.*PEM/),
    });
    await expect(starting).rejects.not.toMatchObject({
      message: expect.stringContaining('PRIVATE'),
    });
  });
});
