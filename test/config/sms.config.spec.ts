import { Injectable } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { Test } from '@nestjs/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SmsModule, SmsService, getSmsServiceToken } from 'nestjs-tencentcloud-sms';
import type { SmsOptionsError } from 'nestjs-tencentcloud-sms';
import { smsConfig, smsEnvSchema } from 'nestjs-tencentcloud-sms/config';
import { RawServer, answering } from '../support/raw-server.js';

const GOOD = {
  TENCENTCLOUD_SECRET_ID: 'AKIDcanary',
  TENCENTCLOUD_SECRET_KEY: 'canary-key',
  SMS_SDK_APP_ID: '1400006666',
};

describe('smsConfig', () => {
  let environment: NodeJS.ProcessEnv;

  beforeEach(() => {
    environment = process.env;
    process.env = { ...GOOD };
  });

  afterEach(() => {
    process.env = environment;
  });

  it('needs three variables', () => {
    expect(smsConfig()).toMatchObject({
      credentials: { secretId: 'AKIDcanary', secretKey: 'canary-key' },
      sdkAppId: '1400006666',
    });
  });

  it('reads all ten', () => {
    Object.assign(process.env, {
      TENCENTCLOUD_SESSION_TOKEN: 'canary-token',
      TENCENTCLOUD_REGION: 'ap-nanjing',
      SMS_SIGN_NAME: '腾讯云',
      SMS_ENDPOINT: 'http://127.0.0.1:9753',
      SMS_LANGUAGE: 'en-US',
      SMS_TIMEOUT_MS: '1500',
      SMS_PROXY: 'http://user:pass@proxy:3128',
    });
    expect(smsConfig()).toEqual({
      credentials: { secretId: 'AKIDcanary', secretKey: 'canary-key', token: 'canary-token' },
      sdkAppId: '1400006666',
      signName: '腾讯云',
      region: 'ap-nanjing',
      endpoint: 'http://127.0.0.1:9753',
      language: 'en-US',
      timeoutMs: 1500,
      proxy: 'http://user:pass@proxy:3128',
    });
  });

  it('reads what SCF and CloudBase set for the role of a function, unless the documented names are set', () => {
    const runtime = {
      TENCENTCLOUD_SECRETID: 'AKIDruntime',
      TENCENTCLOUD_SECRETKEY: 'runtime-key',
      TENCENTCLOUD_SESSIONTOKEN: 'runtime-token',
    };
    process.env = { ...runtime, SMS_SDK_APP_ID: '1400006666' };
    expect(smsConfig().credentials).toEqual({
      secretId: 'AKIDruntime',
      secretKey: 'runtime-key',
      token: 'runtime-token',
    });
    expect(smsEnvSchema['~standard'].validate(process.env)).not.toHaveProperty('issues');
    process.env = { ...runtime, ...GOOD };
    expect(smsConfig().credentials).toEqual({ secretId: 'AKIDcanary', secretKey: 'canary-key' });
  });

  it('names the variables of a runtime that are missing or can not be used', () => {
    process.env = {
      TENCENTCLOUD_SECRETID: 'AKIDruntime',
      TENCENTCLOUD_SESSIONTOKEN: 'padded ',
      SMS_SDK_APP_ID: '1400006666',
    };
    expect(smsConfig).toThrow(
      expect.objectContaining({
        issues: [
          expect.objectContaining({ field: 'TENCENTCLOUD_SECRETKEY' }),
          expect.objectContaining({ field: 'TENCENTCLOUD_SESSIONTOKEN' }),
        ],
      }),
    );
  });

  it('treats an empty variable as one that is not set', () => {
    Object.assign(process.env, { SMS_PROXY: '', SMS_TIMEOUT_MS: '', TENCENTCLOUD_REGION: '' });
    expect(smsConfig()).toMatchObject({
      proxy: undefined,
      timeoutMs: undefined,
      region: undefined,
    });
  });

  it('takes the word false for no proxy, as its error says', () => {
    process.env['SMS_PROXY'] = 'false';
    expect(smsConfig().proxy).toBe(false);
  });

  it('names every variable that is missing or can’t be used, and none of their values', () => {
    process.env = {
      TENCENTCLOUD_SECRET_KEY: 'canary key',
      SMS_SDK_APP_ID: 'canary-app',
      SMS_ENDPOINT: 'canary://',
      SMS_LANGUAGE: 'canary',
      SMS_TIMEOUT_MS: 'canary',
      SMS_PROXY: 'canary',
      SMS_SIGN_NAME: '【canary】',
      TENCENTCLOUD_REGION: 'canary!',
      TENCENTCLOUD_SESSION_TOKEN: 'can ary',
    };
    let error: SmsOptionsError | undefined;
    try {
      smsConfig();
    } catch (thrown) {
      error = thrown as SmsOptionsError;
    }
    expect(error?.issues.map(({ field }) => field).toSorted()).toEqual([
      'SMS_ENDPOINT',
      'SMS_LANGUAGE',
      'SMS_PROXY',
      'SMS_SDK_APP_ID',
      'SMS_SIGN_NAME',
      'SMS_TIMEOUT_MS',
      'TENCENTCLOUD_REGION',
      'TENCENTCLOUD_SECRET_ID',
      'TENCENTCLOUD_SECRET_KEY',
      'TENCENTCLOUD_SESSION_TOKEN',
    ]);
    expect(error?.message).toContain('- TENCENTCLOUD_SECRET_ID is missing: expected text');
    expect(error?.message).not.toMatch(/canary|can ary/);
  });

  it('configures the module through asProvider', async () => {
    const server = await RawServer.start(answering({ PullSmsSendStatusSet: [] }));
    process.env['SMS_ENDPOINT'] = server.url;
    const app = await Test.createTestingModule({
      imports: [ConfigModule.forRoot(), SmsModule.forRootAsync(smsConfig.asProvider())],
    }).compile();
    await app.get(SmsService).pullSmsSendStatus({ Limit: 1 });
    expect(server.requests).toHaveLength(1);
    await app.close();
    await server.stop();
  });

  it('stops the boot', async () => {
    process.env = {};
    const app = Test.createTestingModule({
      imports: [SmsModule.forRootAsync(smsConfig.asProvider())],
    });
    await expect(app.compile()).rejects.toMatchObject({
      name: 'SmsOptionsError',
      message: expect.stringMatching(
        /TENCENTCLOUD_SECRET_ID is missing[^]*TENCENTCLOUD_SECRET_KEY is missing[^]*SMS_SDK_APP_ID is missing/,
      ),
    });
  });

  it('gives a named account its own variables through a custom factory', async () => {
    @Injectable()
    class Marketing {
      constructor(readonly config: ConfigService) {}
    }
    process.env['MARKETING_APP'] = '1400000001';
    const app = await Test.createTestingModule({
      imports: [
        ConfigModule.forRoot({ isGlobal: true, load: [smsConfig] }),
        SmsModule.forRootAsync({
          name: 'marketing',
          inject: [smsConfig.KEY, ConfigService],
          useFactory: (base: ReturnType<typeof smsConfig>, config: ConfigService) => ({
            ...base,
            sdkAppId: config.getOrThrow<string>('MARKETING_APP'),
          }),
        }),
      ],
      providers: [Marketing],
    }).compile();
    expect(app.get(Marketing).config.get('sms.sdkAppId')).toBe('1400006666');
    await app.close();
  });
});

describe('smsConfig.forAccount', () => {
  let environment: NodeJS.ProcessEnv;

  beforeEach(() => {
    environment = process.env;
    process.env = { ...GOOD };
  });

  afterEach(() => {
    process.env = environment;
  });

  const marketing = smsConfig.forAccount('marketing', { prefix: 'MARKETING_' });

  it('reads every variable with its prefix', () => {
    Object.assign(process.env, {
      SMS_SIGN_NAME: '腾讯云',
      MARKETING_TENCENTCLOUD_SECRET_ID: 'AKIDmarketing',
      MARKETING_TENCENTCLOUD_SECRET_KEY: 'marketing-key',
      MARKETING_TENCENTCLOUD_SESSION_TOKEN: 'marketing-token',
      MARKETING_TENCENTCLOUD_REGION: 'ap-nanjing',
      MARKETING_SMS_SDK_APP_ID: '1400007777',
      MARKETING_SMS_SIGN_NAME: '云上小店',
      MARKETING_SMS_ENDPOINT: 'http://127.0.0.1:9753',
      MARKETING_SMS_LANGUAGE: 'en-US',
      MARKETING_SMS_TIMEOUT_MS: '1500',
      MARKETING_SMS_PROXY: 'false',
    });
    expect(marketing()).toEqual({
      credentials: {
        secretId: 'AKIDmarketing',
        secretKey: 'marketing-key',
        token: 'marketing-token',
      },
      sdkAppId: '1400007777',
      signName: '云上小店',
      region: 'ap-nanjing',
      endpoint: 'http://127.0.0.1:9753',
      language: 'en-US',
      timeoutMs: 1500,
      proxy: false,
    });
    expect(smsConfig()).toMatchObject({ sdkAppId: '1400006666', signName: '腾讯云' });
  });

  it('takes what it has no variable of its own for from the others, but no application and no signature', () => {
    Object.assign(process.env, {
      TENCENTCLOUD_SESSION_TOKEN: 'canary-token',
      TENCENTCLOUD_REGION: 'ap-nanjing',
      SMS_SIGN_NAME: '腾讯云',
      SMS_ENDPOINT: 'http://127.0.0.1:9753',
      SMS_PROXY: 'false',
      MARKETING_SMS_SDK_APP_ID: '1400007777',
    });
    expect(marketing()).toEqual({
      credentials: { secretId: 'AKIDcanary', secretKey: 'canary-key', token: 'canary-token' },
      sdkAppId: '1400007777',
      signName: undefined,
      region: 'ap-nanjing',
      endpoint: 'http://127.0.0.1:9753',
      language: undefined,
      timeoutMs: undefined,
      proxy: false,
    });
  });

  it('never mixes the keys of two accounts', () => {
    Object.assign(process.env, {
      TENCENTCLOUD_SESSION_TOKEN: 'canary-token',
      MARKETING_SMS_SDK_APP_ID: '1400007777',
      MARKETING_TENCENTCLOUD_SECRET_ID: 'AKIDmarketing',
    });
    expect(() => marketing()).toThrow(/MARKETING_TENCENTCLOUD_SECRET_KEY is missing/);
    process.env['MARKETING_TENCENTCLOUD_SECRET_KEY'] = 'marketing-key';
    expect(marketing().credentials).toEqual({
      secretId: 'AKIDmarketing',
      secretKey: 'marketing-key',
    });
  });

  it('names the variable that is missing or can’t be used, its own or the other', () => {
    process.env = { TENCENTCLOUD_REGION: 'canary!', MARKETING_SMS_LANGUAGE: 'canary' };
    let error: SmsOptionsError | undefined;
    try {
      marketing();
    } catch (thrown) {
      error = thrown as SmsOptionsError;
    }
    expect(error?.issues.map(({ field }) => field).toSorted()).toEqual([
      'MARKETING_SMS_LANGUAGE',
      'MARKETING_SMS_SDK_APP_ID',
      'MARKETING_TENCENTCLOUD_SECRET_ID',
      'MARKETING_TENCENTCLOUD_SECRET_KEY',
      'TENCENTCLOUD_REGION',
    ]);
    expect(error?.message).not.toContain('canary');
  });

  it.each([
    ['', { prefix: 'MARKETING_' }, 'name'],
    [undefined, { prefix: 'MARKETING_' }, 'name'],
    ['marketing', { prefix: '' }, 'prefix'],
    ['marketing', { prefix: 'MARKE TING_' }, 'prefix'],
    ['marketing', { prefix: 5 }, 'prefix'],
    ['marketing', {}, 'prefix'],
    ['marketing', undefined, 'prefix'],
  ])('refuses the name %j with %j', (name, options, field) => {
    expect(() => smsConfig.forAccount(name as string, options as { prefix: string })).toThrow(
      expect.objectContaining({
        name: 'SmsOptionsError',
        issues: [expect.objectContaining({ field })],
      }),
    );
  });

  it('configures a second account beside the first through asProvider', async () => {
    const server = await RawServer.start(answering({ PullSmsSendStatusSet: [] }));
    Object.assign(process.env, {
      SMS_ENDPOINT: server.url,
      MARKETING_SMS_SDK_APP_ID: '1400007777',
      MARKETING_TENCENTCLOUD_SECRET_ID: 'AKIDmarketing',
      MARKETING_TENCENTCLOUD_SECRET_KEY: 'marketing-key',
    });
    const app = await Test.createTestingModule({
      imports: [
        ConfigModule.forRoot({ isGlobal: true, load: [smsConfig, marketing] }),
        SmsModule.forRootAsync(smsConfig.asProvider()),
        SmsModule.forRootAsync(marketing.asProvider()),
      ],
    }).compile();
    await app.get(SmsService).pullSmsSendStatus({ Limit: 1 });
    await app
      .get<SmsService>(getSmsServiceToken('marketing'), { strict: false })
      .pullSmsSendStatus({ Limit: 1 });
    expect(server.requests.map(({ body }) => /"SmsSdkAppId":"(\d+)"/.exec(body)?.[1])).toEqual([
      '1400006666',
      '1400007777',
    ]);
    expect(String(server.requests[1]?.headers['authorization'])).toContain('AKIDmarketing');
    expect(marketing.KEY).not.toBe(smsConfig.KEY);
    expect(app.get(marketing.KEY, { strict: false })).toMatchObject({ sdkAppId: '1400007777' });
    await app.close();
    await server.stop();
  });
});

describe('smsEnvSchema', () => {
  it('is a Standard Schema that lets other variables pass', async () => {
    const { validate, vendor, version } = smsEnvSchema['~standard'];
    expect([vendor, version]).toEqual(['valibot', 1]);
    expect(await validate({ ...GOOD, HOME: '/root' })).toEqual({
      typed: true,
      value: { ...GOOD, HOME: '/root' },
    });
  });

  it('tells of every variable, by its name', async () => {
    const { issues } = await smsEnvSchema['~standard'].validate({ SMS_ENDPOINT: 'ftp://x' });
    expect(
      issues?.map(({ path, message }) => [
        path?.map((part) => (typeof part === 'object' ? part.key : part)),
        message,
      ]),
    ).toEqual([
      [['TENCENTCLOUD_SECRET_ID'], 'is missing: expected text without blanks or line breaks.'],
      [['TENCENTCLOUD_SECRET_KEY'], 'is missing: expected text without blanks or line breaks.'],
      [['SMS_SDK_APP_ID'], 'is missing: expected digits as text, as the SMS console shows them.'],
      [['SMS_ENDPOINT'], expect.stringContaining('is not usable: expected a host')],
    ]);
  });
});
