import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  SmsCredentialsError,
  chainCredentials,
  defaultCredentials,
  environmentCredentials,
} from 'nestjs-tencentcloud-sms';
import type { SmsCredentialsAsk } from 'nestjs-tencentcloud-sms';
import { RawServer } from '../support/raw-server.js';
import {
  CANARIES,
  FakeClock,
  credentialsOf,
  grantingSts,
  metadataOf,
  refusingSts,
} from './fake-sts.js';

const NOT_FOUND = { code: 'SMS_CREDENTIALS_NOT_FOUND' } as const;

/** A source whose fate the test decides. */
function source(name: string) {
  const asks: (SmsCredentialsAsk | undefined)[] = [];
  const state: { failure: Error | undefined } = { failure: undefined };
  const provider = (ask?: SmsCredentialsAsk) => {
    asks.push(ask);
    if (state.failure !== undefined) {
      throw state.failure;
    }
    return credentialsOf(name);
  };
  return {
    provider,
    asks,
    fails: (failure: Error | undefined) => {
      state.failure = failure;
    },
    isEmpty: () => {
      state.failure = new SmsCredentialsError(`${name} is empty.`, undefined, NOT_FOUND);
    },
  };
}

describe('chainCredentials', () => {
  it('returns the credentials of the first provider, and calls no other', async () => {
    const [a, b] = [source('a'), source('b')];
    expect(await chainCredentials(a.provider, b.provider)()).toEqual(credentialsOf('a'));
    expect(b.asks).toHaveLength(0);
  });

  it('passes over providers that are not set up, and then calls the one that is alone', async () => {
    const [a, b] = [source('a'), source('b')];
    a.isEmpty();
    const chain = chainCredentials(a.provider, b.provider);
    expect(await chain()).toEqual(credentialsOf('b'));
    expect(await chain()).toEqual(credentialsOf('b'));
    expect([a.asks.length, b.asks.length]).toEqual([1, 2]);
  });

  it('does not step over a failure', async () => {
    const [a, b] = [source('a'), source('b')];
    const failure = new SmsCredentialsError('STS refused.');
    a.fails(failure);
    const chain = chainCredentials(a.provider, b.provider);
    await expect(chain()).rejects.toBe(failure);
    expect(b.asks).toHaveLength(0);
    a.fails(undefined);
    expect(await chain()).toEqual(credentialsOf('a'));
  });

  it('does not step over a provider that gives something unusable', async () => {
    const b = source('b');
    const chain = chainCredentials(() => ({ secretId: '', secretKey: '' }), b.provider);
    await expect(chain()).rejects.toThrow('no usable secretId');
    expect(b.asks).toHaveLength(0);
  });

  it('starts from the first provider again after the chosen one failed', async () => {
    const [a, b] = [source('a'), source('b')];
    a.isEmpty();
    const chain = chainCredentials(a.provider, b.provider);
    await chain();
    b.fails(new Error('down'));
    a.fails(undefined);
    await expect(chain()).rejects.toMatchObject({ name: 'SmsCredentialsError' });
    expect(await chain()).toEqual(credentialsOf('a'));
  });

  it('looks further at once when the winner is set up no more', async () => {
    const [a, b] = [source('a'), source('b')];
    const chain = chainCredentials(a.provider, b.provider);
    await chain();
    a.isEmpty();
    expect(await chain()).toEqual(credentialsOf('b'));
  });

  it('passes on which credentials were refused', async () => {
    const [a, b] = [source('a'), source('b')];
    a.isEmpty();
    const chain = chainCredentials(a.provider, b.provider);
    const refused = await chain();
    await chain({ refused });
    expect(b.asks).toEqual([undefined, { refused }]);
    b.isEmpty();
    a.fails(undefined);
    await chain({ refused });
    expect(a.asks).toEqual([undefined, { refused }]);
  });

  it('says what was tried and why each had nothing', async () => {
    const [a, b] = [source('a'), source('b')];
    a.isEmpty();
    b.isEmpty();
    await expect(chainCredentials(a.provider, b.provider)()).rejects.toMatchObject({
      name: 'SmsCredentialsError',
      code: 'SMS_CREDENTIALS_NOT_FOUND',
      retryable: false,
      message:
        'No credentials found in 2 places. Set up one of them:\n- a is empty.\n- b is empty.',
      cause: expect.objectContaining({
        errors: [
          expect.objectContaining({ message: 'a is empty.' }),
          expect.objectContaining({ message: 'b is empty.' }),
        ],
      }),
    });
  });

  it('can be a link of another chain', async () => {
    const b = source('b');
    const inner = chainCredentials(environmentCredentials({ env: {} }));
    expect(await chainCredentials(inner, b.provider)()).toEqual(credentialsOf('b'));
  });

  it.each([[[]], [[undefined]], [[{ secretId: 'a', secretKey: 'b' }]]])('refuses %j', (links) => {
    expect(() => chainCredentials(...(links as []))).toThrow(
      expect.objectContaining({ name: 'SmsOptionsError' }),
    );
  });
});

describe('defaultCredentials', () => {
  let clock: FakeClock;
  let metadata: RawServer;
  let sts: RawServer;
  let folder: string;

  beforeEach(async () => {
    clock = new FakeClock();
    metadata = await RawServer.start(metadataOf('node', clock));
    sts = await RawServer.start(grantingSts(clock));
    folder = await mkdtemp(join(tmpdir(), 'sms-default-'));
    await writeFile(join(folder, 'token'), CANARIES.webIdentityToken);
    await writeFile(join(folder, 'ini'), '[default]\nsecret_id=AKIDini\nsecret_key=k\n');
  });

  afterEach(async () => {
    await metadata.stop();
    await sts.stop();
    await rm(folder, { recursive: true });
  });

  const pod = () => ({
    TKE_PROVIDER_ID: 'cls-oidc',
    TKE_WEB_IDENTITY_TOKEN_FILE: join(folder, 'token'),
    TKE_ROLE_ARN: 'qcs::cam::uin/1:roleName/pod',
  });
  const noFile = () => ({ TENCENTCLOUD_CREDENTIALS_FILE: join(folder, 'none') });

  function byDefault(env: Record<string, string>) {
    return defaultCredentials({
      env,
      cvmRole: { endpoint: metadata.url, now: clock.now },
      webIdentity: { endpoint: sts.url, now: clock.now },
    });
  }

  it('looks into the environment, the file, the instance and the pod, in this order', async () => {
    const everything = {
      ...pod(),
      TENCENTCLOUD_CREDENTIALS_FILE: join(folder, 'ini'),
      TENCENTCLOUD_SECRET_ID: 'AKIDenv',
      TENCENTCLOUD_SECRET_KEY: 'k',
    };
    expect(await byDefault(everything)()).toMatchObject({ secretId: 'AKIDenv' });
    const { TENCENTCLOUD_SECRET_ID: _, TENCENTCLOUD_SECRET_KEY: __, ...withFile } = everything;
    expect(await byDefault(withFile)()).toMatchObject({ secretId: 'AKIDini' });
    expect([metadata.requests.length, sts.requests.length]).toEqual([0, 0]);
    expect(await byDefault({ ...pod(), ...noFile() })()).toEqual(credentialsOf(1));
    expect([metadata.requests.length, sts.requests.length]).toEqual([2, 0]);
    await metadata.stop();
    expect(await byDefault({ ...pod(), ...noFile() })()).toEqual(credentialsOf(1));
    expect(sts.requests).toHaveLength(1);
  });

  it('says in one sentence each what it looked for when there is nothing', async () => {
    await metadata.stop();
    const asked = byDefault(noFile())();
    await expect(asked).rejects.toMatchObject({ code: 'SMS_CREDENTIALS_NOT_FOUND' });
    for (const sentence of [
      'No credentials found in 4 places',
      '- Environment: TENCENTCLOUD_SECRET_ID',
      '- Profile: there is no file',
      '- CVM role: no metadata service',
      '- Web identity: TKE_ROLE_ARN',
    ]) {
      // oxlint-disable-next-line no-await-in-loop -- one promise, looked at several times
      await expect(asked).rejects.toThrow(sentence);
    }
  });

  it('stops at a source that is set up and fails', async () => {
    await metadata.stop();
    sts.respondWith(refusingSts('AuthFailure.UnauthorizedOperation'));
    await expect(byDefault({ ...pod(), ...noFile() })()).rejects.toMatchObject({
      code: 'SMS_CREDENTIALS_UNAVAILABLE',
      message: expect.stringContaining('AuthFailure.UnauthorizedOperation'),
    });
    const half = { TENCENTCLOUD_SECRET_ID: 'AKIDenv', ...pod(), ...noFile() };
    await expect(byDefault(half)()).rejects.toThrow('TENCENTCLOUD_SECRET_KEY is not set');
  });

  it('renews what the winner gave, without looking elsewhere', async () => {
    const provider = byDefault(noFile());
    await provider();
    clock.advance(7200);
    expect(await provider()).toEqual(credentialsOf(2));
    expect(sts.requests).toHaveLength(0);
  });
});
