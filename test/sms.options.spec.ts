import { inspect } from 'node:util';
import { Test } from '@nestjs/testing';
import { describe, expect, it } from '@jest/globals';
import { SmsModule, SmsOptionsError, cvmRoleCredentials } from 'nestjs-tencentcloud-sms';
import type { SmsModuleOptions } from 'nestjs-tencentcloud-sms';
import { resolveSmsOptions } from '../lib/sms.options.js';
import { CREDENTIALS, smsOptions } from './support/sms-test-case.js';

function issues(given: unknown): SmsOptionsError['issues'] {
  try {
    resolveSmsOptions(given as never);
  } catch (error) {
    return (error as SmsOptionsError).issues;
  }
  return [];
}

function problems(given: unknown): string[] {
  return issues(given).map(({ message }) => message);
}

describe('the options', () => {
  it('need only credentials and an SdkAppId', () => {
    const resolved = resolveSmsOptions({ credentials: CREDENTIALS, sdkAppId: '1400006666' });
    expect(resolved).toMatchObject({
      sdkAppId: '1400006666',
      signName: undefined,
      region: 'ap-guangzhou',
      endpoint: 'https://sms.tencentcloudapi.com',
      signMethod: 'TC3-HMAC-SHA256',
      method: 'POST',
      timeoutMs: 8000,
    });
    expect(resolved.connection()).toEqual({ connectTimeoutMs: 2000 });
    expect(resolved.credentials()).toMatchObject(CREDENTIALS);
    expect(Object.isFrozen(resolved)).toBe(true);
  });

  it('keep their defaults when undefined is given', () => {
    expect(
      resolveSmsOptions(smsOptions({ region: undefined, timeoutMs: undefined })),
    ).toMatchObject({ region: 'ap-guangzhou', timeoutMs: 8000 });
  });

  it.each([
    ['sms.ap-beijing.tencentcloudapi.com', 'https://sms.ap-beijing.tencentcloudapi.com'],
    ['http://127.0.0.1:9753/', 'http://127.0.0.1:9753'],
    ['http://127.0.0.1:9753', 'http://127.0.0.1:9753'],
    ['localhost:9753', 'https://localhost:9753'],
    ['https://sms.tencentcloudapi.com:443', 'https://sms.tencentcloudapi.com'],
    ['HTTPS://SMS.tencentcloudapi.com', 'https://sms.tencentcloudapi.com'],
    ['http://[::1]:9753', 'http://[::1]:9753'],
  ])('take %s as the endpoint %s', (endpoint, origin) => {
    expect(resolveSmsOptions(smsOptions({ endpoint })).endpoint).toBe(origin);
  });

  it.each([
    '//evil.com',
    '///evil.com',
    '/evil.com',
    '\\\\evil.com',
    'evil.com\r\n',
    'evil.com\t',
    'evil\n.com',
    ' evil.com',
    'evil.com ',
    'ht\ntps://evil.com',
    'http:evil.com',
    'http:/evil.com',
    'https:///evil.com',
    'https:\\\\evil.com',
    'https://evil.com\\',
    'https://@evil.com',
    'evil.com?',
    'evil.com#',
    'evil.com//',
    'evil\u0000.com',
    'evil\u200B.com',
    'sms.tencentcloudapi.com%2eevil.com',
    'evil.com:',
    'evil.com:99999',
    'https://https://evil.com',
    '',
  ])('refuse the endpoint %j', (endpoint) => {
    for (const field of ['endpoint', 'backupEndpoint']) {
      expect(issues(smsOptions({ [field]: endpoint }))).toEqual([
        { field, message: expect.stringContaining('expected a host such as') },
      ]);
    }
    expect(() => cvmRoleCredentials({ endpoint })).toThrow(SmsOptionsError);
  });

  it.each(['http://host:1\r\n', ' http://host:1', 'http:host', 'http:\\\\host', 'http://ho\tst'])(
    'refuse the proxy %j',
    (proxy) => {
      expect(issues(smsOptions({ proxy }))).toMatchObject([{ field: 'proxy' }]);
    },
  );

  it('are refused with one sentence for every bad field at once', () => {
    expect(
      problems({
        credentials: { secretId: ' padded', secretKey: '' },
        sdkAppId: 1_400_006_666,
        signName: '【腾讯云】',
        region: 'Guangzhou!',
        endpoint: 'ftp://x',
        language: 'de',
        signMethod: 'MD5',
        method: 'PUT',
        timeoutMs: 0,
        connectTimeoutMs: '5',
        proxy: 'user:pass@host',
        ca: ['no certificate'],
        signer: {},
        transport: null,
        secretID: 'x',
      }),
    ).toEqual([
      'credentials.secretId is not usable: expected text without blanks or line breaks.',
      'credentials.secretKey is not usable: expected text without blanks or line breaks.',
      'sdkAppId is not usable: expected digits as text, as the SMS console shows them.',
      'signName is not usable: expected the content of the signature without 【】.',
      'region is not usable: expected a region such as "ap-guangzhou".',
      'endpoint is not usable: expected a host such as "sms.tencentcloudapi.com", or a URL with http or https, without path and credentials.',
      'language is not usable: expected "zh-CN" or "en-US".',
      'signMethod is not usable: expected "TC3-HMAC-SHA256", "HmacSHA256" or "HmacSHA1".',
      'method is not usable: expected "POST" or "GET".',
      'timeoutMs is not usable: expected a whole number of milliseconds, at least 1.',
      'connectTimeoutMs is not usable: expected a whole number of milliseconds, at least 1.',
      'proxy is not usable: expected a URL such as "http://host:port", or false.',
      'ca is not usable: expected a certificate as PEM text, or a list of them.',
      'signer is not usable: expected an object with a method "sign".',
      'transport is not usable: expected an object with a method "send".',
      'secretID is not an option; check its spelling.',
    ]);
  });

  it.each([
    [undefined, { share: 1 }],
    [{}, { share: 1 }],
    [{ share: undefined }, { share: 1 }],
    [{ share: 0.25 }, { share: 0.25 }],
    [{ share: 1 }, { share: 1 }],
    [false as const, false],
  ])('take the pace %j for %j', (pace, resolved) => {
    expect(resolveSmsOptions(smsOptions({ pace })).pace).toEqual(resolved);
  });

  it.each([
    [true, 'pace is not usable: expected false, or an object { share? }.'],
    [0.25, 'pace is not usable: expected false, or an object { share? }.'],
    [null, 'pace is not usable: expected false, or an object { share? }.'],
    [{ share: 0 }, 'pace.share is not usable: expected a number above 0 and at most 1.'],
    [{ share: 1.01 }, 'pace.share is not usable: expected a number above 0 and at most 1.'],
    [{ share: -1 }, 'pace.share is not usable: expected a number above 0 and at most 1.'],
    [{ share: Number.NaN }, 'pace.share is not usable: expected a number above 0 and at most 1.'],
    [{ share: '0.25' }, 'pace.share is not usable: expected a number above 0 and at most 1.'],
    [{ part: 1 }, 'pace.part is not an option; check its spelling.'],
  ])('refuse the pace %j', (pace, sentence) => {
    expect(problems(smsOptions({ pace: pace as never }))).toEqual([sentence]);
  });

  it.each([
    [{}, ['credentials is missing', 'sdkAppId is missing']],
    [{ sdkAppId: '1' }, ['credentials is missing']],
    [{ sdkAppId: '1', credentials: null }, ['credentials is not usable']],
    [{ sdkAppId: '1', credentials: 'AKID' }, ['credentials is not usable']],
    [
      { sdkAppId: '1', credentials: {} },
      ['credentials.secretId is missing', 'credentials.secretKey is missing'],
    ],
    [
      { sdkAppId: '1', credentials: { ...CREDENTIALS, key: 'x' } },
      ['credentials.key is not an option'],
    ],
    [{ sdkAppId: '1', credentials: { ...CREDENTIALS, token: '' } }, ['credentials.token is not']],
    [
      { sdkAppId: '1', credentials: CREDENTIALS, retry: { baseDelayMs: -1 } },
      ['retry.baseDelayMs is not usable: expected a whole number of milliseconds, 0 or more.'],
    ],
    [undefined, ['options must be an object']],
    ['x', ['options must be an object']],
  ])('%j are refused: %j', (given, sentences) => {
    expect(problems(given)).toEqual(sentences.map((sentence) => expect.stringContaining(sentence)));
  });

  it.each([
    'https://user:pass@sms.tencentcloudapi.com',
    'https://sms.tencentcloudapi.com/path',
    'https://sms.tencentcloudapi.com/?q',
    'https://',
    '',
    'not a host',
  ])('refuse the endpoint %j without repeating it', (endpoint) => {
    const [sentence] = problems(smsOptions({ endpoint }));
    expect(sentence).toMatch(/^endpoint is not usable/);
    expect(sentence).not.toContain('user:pass');
  });

  it('name every option that there is not, at each level', () => {
    expect(
      problems(smsOptions({ first: 1, second: 2, retry: { third: 3, fourth: 4 } } as object)),
    ).toEqual([
      'retry.third is not an option; check its spelling.',
      'retry.fourth is not an option; check its spelling.',
      'first is not an option; check its spelling.',
      'second is not an option; check its spelling.',
    ]);
  });

  it('say in words what each of them takes', () => {
    const every: Record<keyof SmsModuleOptions, symbol> = {
      credentials: Symbol(),
      sdkAppId: Symbol(),
      signName: Symbol(),
      region: Symbol(),
      endpoint: Symbol(),
      backupEndpoint: Symbol(),
      language: Symbol(),
      signMethod: Symbol(),
      method: Symbol(),
      timeoutMs: Symbol(),
      connectTimeoutMs: Symbol(),
      shutdownTimeoutMs: Symbol(),
      proxy: Symbol(),
      ca: Symbol(),
      retry: Symbol(),
      pace: Symbol(),
      now: Symbol(),
      http: Symbol(),
      signer: Symbol(),
      transport: Symbol(),
    };
    const sentences = problems(every);
    expect(sentences.map((sentence) => sentence.split(' ')[0])).toEqual(Object.keys(every));
    expect(
      sentences.filter((sentence) => !/ is not usable: expected (?!Invalid)./.test(sentence)),
    ).toEqual([]);
  });

  it('may come from an instance whose class has the getters', () => {
    class Given {
      get credentials() {
        return CREDENTIALS;
      }
      get sdkAppId() {
        return '1400006666';
      }
    }
    expect(resolveSmsOptions(new Given())).toMatchObject({ sdkAppId: '1400006666' });
  });

  it('never repeat a secret in an error', () => {
    const sentences = problems({
      credentials: { secretId: 'AKID canary', secretKey: 'canary key', token: 'canary\ntoken' },
      sdkAppId: 'canary-app',
    }).join('');
    expect(sentences).not.toContain('canary');
    const misplaced = { canarykey7c2b9d4e1f6a: 'AKIDcanaryid0001' };
    const shown = inspect(issues(smsOptions(misplaced as never)));
    expect(shown).toContain('**** is not an option');
    expect(shown).not.toContain('canary');
  });

  it.each([
    ['forRoot', () => SmsModule.forRoot({ sdkAppId: '1' } as never)],
    ['forRoot without anything', () => SmsModule.forRoot(undefined as never)],
    ['forRootAsync', () => SmsModule.forRootAsync({ useFactory: () => ({}) as never })],
  ])('stop the app at start-up when they are bad, given to %s', async (_, module) => {
    await expect(Test.createTestingModule({ imports: [module()] }).compile()).rejects.toMatchObject(
      {
        name: 'SmsOptionsError',
        code: 'SMS_OPTIONS_INVALID',
        message: expect.stringContaining('- credentials is missing'),
      },
    );
  });
});
