import { connect } from 'node:net';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { SmsEmulator, SmsEmulatorError } from '../../lib/testing/index.js';
import type { SmsEmulatorOptions } from '../../lib/testing/index.js';
import { officialClient } from './official-client.js';

const ISO = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
const started: SmsEmulator[] = [];
const start = async (options?: SmsEmulatorOptions): Promise<SmsEmulator> => {
  const emulator = await SmsEmulator.start(options);
  started.push(emulator);
  return emulator;
};
afterEach(async () => {
  await Promise.all(started.splice(0).map(async (emulator) => emulator.stop()));
});

const send = async (emulator: SmsEmulator): Promise<unknown> =>
  officialClient(emulator).SendSms({
    PhoneNumberSet: ['+8613711112222'],
    SmsSdkAppId: '1400006666',
    SignName: '腾讯云',
    TemplateId: '449739',
    TemplateParamSet: ['042137', '5'],
    SessionContext: 'ctx',
  });

describe('SmsEmulator', () => {
  it('tells where it listens and what to sign with', async () => {
    const emulator = await start();
    expect(emulator.port).toBeGreaterThan(0);
    expect(emulator).toMatchObject({
      host: '127.0.0.1',
      url: `http://127.0.0.1:${emulator.port}`,
      secretKey: 'emulator-secret-key',
    });
  });

  it('shows a text with all there is to know of it', async () => {
    const emulator = await start();
    await send(emulator);
    expect(emulator.messages()).toEqual([
      {
        id: '1',
        sdkAppId: '1400006666',
        serialNo: expect.stringMatching(/^2640:\d{21,23}0{4}$/),
        to: '+8613711112222',
        templateId: '449739',
        signName: '腾讯云',
        params: ['042137', '5'],
        text: '【腾讯云】042137为您的登录验证码，请于5分钟内填写，如非本人操作，请忽略本短信。',
        fee: 1,
        sentAt: expect.stringMatching(ISO),
        sessionContext: 'ctx',
        requestId: expect.stringMatching(/^[\da-f-]{36}$/),
        action: 'SendSms',
        segments: 1,
        requestLogId: '1',
        status: 'accepted',
        code: 'Ok',
        isVerification: true,
        verificationCode: '042137',
        report: {
          status: 'SUCCESS',
          code: 'DELIVRD',
          description: '用户短信送达成功',
          at: expect.stringMatching(ISO),
        },
        events: [
          {
            at: expect.stringMatching(ISO),
            kind: 'accepted',
            detail: expect.stringMatching(/^2640:\d{21,23}0{4}$/),
          },
          { at: expect.stringMatching(ISO), kind: 'reported', detail: 'SUCCESS DELIVRD' },
        ],
      },
    ]);
  });

  it('gives copies, so that no reader changes what the next one sees', async () => {
    const emulator = await start();
    await send(emulator);
    emulator.messages()[0]?.params.push('changed');
    expect(emulator.messages()[0]?.params).toEqual(['042137', '5']);
  });

  it('forgets the texts when cleared', async () => {
    const emulator = await start();
    await send(emulator);
    emulator.clear();
    expect(emulator.messages()).toEqual([]);
  });

  it('takes the key that it is given, and no other', async () => {
    const emulator = await start({ secretKey: 'my-own-key' });
    await send(emulator);
    await expect(
      officialClient(emulator, undefined, 'emulator-secret-key').DescribePhoneNumberInfo({
        PhoneNumberSet: ['+8613711112222'],
      }),
    ).rejects.toMatchObject({ code: 'AuthFailure.SignatureFailure' });
    expect(emulator.messages()).toHaveLength(1);
  });

  it('refuses what it does not know when it is strict', async () => {
    const emulator = await start({ strict: true });
    const { SendStatusSet } = await officialClient(emulator).SendSms({
      PhoneNumberSet: ['+8613711112222'],
      SmsSdkAppId: '1400006666',
      SignName: '腾讯云',
      TemplateId: '1',
    });
    expect(SendStatusSet).toMatchObject([
      { Code: 'FailedOperation.TemplateIncorrectOrUnapproved' },
    ]);
  });

  it('takes undefined for not given', async () => {
    const emulator = await start({ port: undefined, host: undefined, secretKey: undefined });
    expect(emulator.secretKey).toBe('emulator-secret-key');
  });

  it('stops twice as well as once, idle connections and all', async () => {
    const emulator = await start();
    const socket = connect(emulator.port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await emulator.stop();
    await emulator.stop();
    await closed;
    await expect(fetch(`${emulator.url}/readyz`)).rejects.toThrow('fetch failed');
  });

  it('stops at the end of a block that disposes of it', async () => {
    const emulator = await start();
    await emulator[Symbol.asyncDispose]();
    await expect(fetch(`${emulator.url}/readyz`)).rejects.toThrow('fetch failed');
  });

  it('says so when its port is taken', async () => {
    const { port } = await start();
    const error: unknown = await start({ port }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SmsEmulatorError);
    expect(error).toMatchObject({
      code: 'SMS_EMULATOR_PORT_IN_USE',
      message: expect.stringContaining(`Port ${port} of 127.0.0.1 is in use already`),
    });
  });

  it('says so when it can’t listen at an address', async () => {
    await expect(start({ host: '192.0.2.1' })).rejects.toMatchObject({
      code: 'SMS_EMULATOR_NOT_STARTED',
      message: expect.stringContaining('192.0.2.1'),
    });
  });

  it.each<readonly [field: string, options: unknown]>([
    ['port', { port: -1 }],
    ['port', { port: 65_536 }],
    ['port', { port: 1.5 }],
    ['port', { port: '80' }],
    ['host', { host: '' }],
    ['secretKey', { secretKey: '' }],
    ['secretKey', { secretKey: ' \t' }],
    ['strict', { strict: 'yes' }],
    ['limits', { limits: 'on' }],
    ['limits', { limits: { perMinute: 1 } }],
    ['limits', { limits: { perDay: -1 } }],
    ['delivery', { delivery: 'fast' }],
    ['callbackUrl', { callbackUrl: 'ftp://x' }],
    ['replyCallbackUrl', { replyCallbackUrl: 'x' }],
    ['blockedCountries', { blockedCountries: ['England'] }],
    ['packageSize', { packageSize: 1.5 }],
  ])('names %s when it is given %j', async (field, options) => {
    await expect(start(options as SmsEmulatorOptions)).rejects.toMatchObject({
      code: 'SMS_EMULATOR_OPTIONS_INVALID',
      message: expect.stringMatching(new RegExp(`^${field} must `)),
    });
  });
});

const warningsOf = async (run: () => Promise<unknown>): Promise<unknown[]> => {
  const emit = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  await run();
  return emit.mock.calls;
};

describe('an emulator that listens beyond this machine', () => {
  it.each(['0.0.0.0', '::'])(
    'warns that inbox, codes and clock are open to the network: %s',
    async (host) => {
      expect(await warningsOf(async () => start({ host }))).toEqual([
        [
          expect.stringMatching(
            new RegExp(`on ${host}: .*inbox.*codes.*clock.*open to the network`),
          ),
          'SmsEmulatorWarning',
        ],
      ]);
    },
  );

  it.each([undefined, '127.0.0.1', '127.0.0.2', 'localhost', '::1'])(
    'is none that listens on %j, which warns of nothing',
    async (host) => {
      expect(await warningsOf(async () => start({ host }))).toEqual([]);
    },
  );
});
