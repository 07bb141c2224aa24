import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { webIdentityCredentials } from 'nestjs-tencentcloud-sms';
import type { SmsEnvironment } from 'nestjs-tencentcloud-sms';
import { RawServer } from '../support/raw-server.js';
import { CANARIES, FakeClock, START, credentialsOf, grantingSts, refusingSts } from './fake-sts.js';

const { webIdentityToken } = CANARIES;
const ROLE = 'qcs::cam::uin/12345678:roleName/pod';

describe('webIdentityCredentials', () => {
  let server: RawServer;
  let clock: FakeClock;
  let folder: string;
  let env: Record<string, string>;

  beforeEach(async () => {
    clock = new FakeClock();
    server = await RawServer.start(grantingSts(clock));
    folder = await mkdtemp(join(tmpdir(), 'sms-pod-'));
    env = {
      TKE_REGION: 'ap-shanghai',
      TKE_PROVIDER_ID: 'cls-oidc',
      TKE_WEB_IDENTITY_TOKEN_FILE: join(folder, 'token'),
      TKE_ROLE_ARN: ROLE,
    };
    await writeFile(join(folder, 'token'), `${webIdentityToken}\n`);
  });

  afterEach(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  const webIdentity = (more = {}) =>
    webIdentityCredentials({ env, endpoint: server.url, now: clock.now, ...more });

  it('exchanges the pod’s token without a signature', async () => {
    expect(await webIdentity()()).toEqual(credentialsOf(1));
    const [request] = server.requests;
    expect(request).toMatchObject({
      method: 'POST',
      target: '/',
      headers: {
        authorization: 'SKIP',
        'content-type': 'application/json',
        'x-tc-action': 'AssumeRoleWithWebIdentity',
        'x-tc-version': '2018-08-13',
        'x-tc-region': 'ap-shanghai',
        'x-tc-timestamp': String(START / 1000),
      },
    });
    expect(JSON.parse(request?.body ?? '')).toEqual({
      ProviderId: 'cls-oidc',
      WebIdentityToken: webIdentityToken,
      RoleArn: ROLE,
      RoleSessionName: 'nestjs-tencentcloud-sms',
      DurationSeconds: 7200,
    });
  });

  it('takes options before the variables', async () => {
    await writeFile(join(folder, 'other'), 'other-token');
    await webIdentity({
      env: {},
      roleArn: `${ROLE}2`,
      providerId: 'mine',
      tokenFile: join(folder, 'other'),
      durationSeconds: 900,
    })();
    const [request] = server.requests;
    expect(request?.headers['x-tc-region']).toBe('ap-guangzhou');
    expect(JSON.parse(request?.body ?? '')).toMatchObject({
      ProviderId: 'mine',
      WebIdentityToken: 'other-token',
      RoleArn: `${ROLE}2`,
      DurationSeconds: 900,
    });
  });

  it('reads the token file anew for each exchange', async () => {
    const provider = webIdentity();
    await provider();
    await writeFile(join(folder, 'token'), 'renewed-token');
    clock.advance(7200);
    await provider();
    expect(server.requests.map(({ body }) => JSON.parse(body) as object)).toEqual([
      expect.objectContaining({ WebIdentityToken: webIdentityToken }),
      expect.objectContaining({ WebIdentityToken: 'renewed-token' }),
    ]);
  });

  it('says that it is not set up off TKE', async () => {
    const nowhere: SmsEnvironment = { TKE_REGION: 'ap-shanghai', TKE_ROLE_ARN: '' };
    await expect(webIdentity({ env: nowhere })()).rejects.toMatchObject({
      code: 'SMS_CREDENTIALS_NOT_FOUND',
      retryable: false,
      message: expect.stringContaining(
        'TKE_ROLE_ARN, TKE_PROVIDER_ID, TKE_WEB_IDENTITY_TOKEN_FILE are not set',
      ),
    });
  });

  it('fails when half of it is set up', async () => {
    delete env['TKE_PROVIDER_ID'];
    await expect(webIdentity()()).rejects.toMatchObject({
      code: 'SMS_CREDENTIALS_UNAVAILABLE',
      retryable: false,
      message: expect.stringContaining('TKE_PROVIDER_ID not set, but the rest is'),
    });
  });

  it('fails without the token file, and recovers when it is mounted', async () => {
    const provider = webIdentity();
    await rm(join(folder, 'token'));
    await expect(provider()).rejects.toMatchObject({
      name: 'SmsCredentialsError',
      retryable: true,
      message: expect.stringContaining("can't be read (ENOENT)"),
    });
    await writeFile(join(folder, 'token'), ' \n');
    await expect(provider()).rejects.toThrow('holds no token');
    expect(server.requests).toHaveLength(0);
    await writeFile(join(folder, 'token'), webIdentityToken);
    expect(await provider()).toEqual(credentialsOf(1));
  });

  it('says what to do when STS refuses, and shows no token', async () => {
    const long = 'x'.repeat(60);
    server.respondWith(
      refusingSts('InvalidParameter.WebIdentityTokenError', `${webIdentityToken} or ${long}`),
    );
    await expect(webIdentity()()).rejects.toMatchObject({
      name: 'SmsCredentialsError',
      retryable: false,
      message: expect.stringContaining(
        'STS refused AssumeRoleWithWebIdentity with InvalidParameter.WebIdentityTokenError. Check',
      ),
      cause: expect.objectContaining({
        message: expect.stringContaining('Tencent says: "**** or ****"'),
      }),
    });
  });
});
