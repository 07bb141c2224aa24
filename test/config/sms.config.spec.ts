import { Injectable } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { Test } from '@nestjs/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SmsModule, SmsService } from 'nestjs-tencentcloud-sms';
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
