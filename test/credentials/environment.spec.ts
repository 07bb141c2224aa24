import { afterEach, describe, expect, it } from '@jest/globals';
import { defaultCredentials, environmentCredentials } from 'nestjs-tencentcloud-sms';
import { CANARIES } from './fake-sts.js';

const { secretId, secretKey, token } = CANARIES;
/** As Tencent's own serverless runtimes set them. */
const RUNTIME = {
  TENCENTCLOUD_SECRETID: 'AKIDruntime',
  TENCENTCLOUD_SECRETKEY: 'runtime-key',
  TENCENTCLOUD_SESSIONTOKEN: 'runtime-token',
};
const OF_RUNTIME = { secretId: 'AKIDruntime', secretKey: 'runtime-key', token: 'runtime-token' };
const PAIR = { TENCENTCLOUD_SECRET_ID: secretId, TENCENTCLOUD_SECRET_KEY: secretKey };

async function ask(env: Record<string, string | undefined>) {
  return environmentCredentials({ env })();
}

describe('environmentCredentials', () => {
  const saved = { ...process.env };

  afterEach(() => {
    for (const name of Object.keys(PAIR)) {
      delete process.env[name];
    }
    Object.assign(process.env, saved);
  });

  it('takes the pair', async () => {
    expect(await ask(PAIR)).toEqual({ secretId, secretKey, token: undefined });
  });

  it('takes the session token along, unless it is empty', async () => {
    expect(await ask({ ...PAIR, TENCENTCLOUD_SESSION_TOKEN: token })).toMatchObject({ token });
    expect(await ask({ ...PAIR, TENCENTCLOUD_SESSION_TOKEN: '' })).toMatchObject({
      token: undefined,
    });
  });

  it('takes what SCF and CloudBase set for the role of a function', async () => {
    expect(await ask(RUNTIME)).toEqual(OF_RUNTIME);
    expect(
      await ask({ ...RUNTIME, TENCENTCLOUD_SECRET_ID: '', TENCENTCLOUD_SECRET_KEY: '' }),
    ).toEqual(OF_RUNTIME);
    expect(await defaultCredentials({ env: RUNTIME })()).toEqual(OF_RUNTIME);
  });

  it('prefers the documented names, and never mixes a key of one with a token of the other', async () => {
    expect(await ask({ ...RUNTIME, ...PAIR })).toEqual({ secretId, secretKey, token: undefined });
    expect(await ask({ ...RUNTIME, TENCENTCLOUD_SESSION_TOKEN: token })).toEqual(OF_RUNTIME);
    expect(await ask({ ...RUNTIME, ...PAIR, TENCENTCLOUD_SESSION_TOKEN: token })).toEqual({
      secretId,
      secretKey,
      token,
    });
  });

  it('reads process.env when asked, not when made', async () => {
    const provider = environmentCredentials();
    Object.assign(process.env, PAIR);
    expect(await provider()).toMatchObject({ secretId });
    process.env['TENCENTCLOUD_SECRET_ID'] = 'AKIDother';
    expect(await provider()).toMatchObject({ secretId: 'AKIDother' });
  });

  it.each([{}, { TENCENTCLOUD_SECRET_ID: '', TENCENTCLOUD_SECRET_KEY: '' }])(
    'says that it is not set up with %j',
    (env) => {
      expect(() => environmentCredentials({ env })()).toThrow(
        expect.objectContaining({
          name: 'SmsCredentialsError',
          code: 'SMS_CREDENTIALS_NOT_FOUND',
          retryable: false,
          message: 'Environment: TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY are not set.',
        }),
      );
    },
  );

  it.each([
    ['half a pair', { TENCENTCLOUD_SECRET_ID: secretId }, 'TENCENTCLOUD_SECRET_KEY is not set'],
    [
      'half a pair, beside that of a runtime',
      { ...RUNTIME, TENCENTCLOUD_SECRET_ID: secretId },
      'TENCENTCLOUD_SECRET_KEY is not set',
    ],
    [
      'half of what a runtime sets',
      { TENCENTCLOUD_SECRETID: secretId },
      'TENCENTCLOUD_SECRETKEY is not set',
    ],
    [
      'a padded token of a runtime',
      { ...RUNTIME, TENCENTCLOUD_SESSIONTOKEN: `${token} ` },
      'TENCENTCLOUD_SESSIONTOKEN holds blanks',
    ],
    ['the other half', { TENCENTCLOUD_SECRET_KEY: secretKey }, 'TENCENTCLOUD_SECRET_ID is not set'],
    [
      'a padded id',
      { ...PAIR, TENCENTCLOUD_SECRET_ID: ` ${secretId}` },
      'TENCENTCLOUD_SECRET_ID holds blanks',
    ],
    [
      'a key with its line end',
      { ...PAIR, TENCENTCLOUD_SECRET_KEY: `${secretKey}\n` },
      'TENCENTCLOUD_SECRET_KEY holds blanks',
    ],
    [
      'a blank token',
      { ...PAIR, TENCENTCLOUD_SESSION_TOKEN: ' ' },
      'TENCENTCLOUD_SESSION_TOKEN holds blanks',
    ],
  ])('fails on %s, without showing it', (_, env, sentence) => {
    const provider = environmentCredentials({ env });
    expect(() => provider()).toThrow(
      expect.objectContaining({
        name: 'SmsCredentialsError',
        code: 'SMS_CREDENTIALS_UNAVAILABLE',
        retryable: false,
        message: expect.stringContaining(sentence),
      }),
    );
    expect(() => provider()).not.toThrow(/canary/);
  });
});
