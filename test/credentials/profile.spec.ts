import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { profileCredentials } from 'nestjs-tencentcloud-sms';
import { CANARIES, FakeClock, settle } from './fake-sts.js';

const { secretId, secretKey, token } = CANARIES;
const INI = `; keys\n[default]\nsecret_id = ${secretId}\nsecret_key = ${secretKey}\n`;

describe('profileCredentials', () => {
  let folder: string;
  let path: string;
  let clock: FakeClock;

  beforeEach(async () => {
    clock = new FakeClock();
    folder = await mkdtemp(join(tmpdir(), 'sms-profile-'));
    await mkdir(join(folder, '.tencentcloud'));
    path = join(folder, '.tencentcloud', 'credentials');
    await writeFile(path, INI);
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('takes the default section of ~/.tencentcloud/credentials', async () => {
    const provider = profileCredentials({ env: { HOME: folder } });
    expect(await provider()).toEqual({ secretId, secretKey, token: undefined });
    const windows = profileCredentials({ env: { USERPROFILE: folder } });
    expect(await windows()).toMatchObject({ secretId });
  });

  it('takes the file that TENCENTCLOUD_CREDENTIALS_FILE names before the one at home', async () => {
    const named = join(folder, 'named');
    await writeFile(named, INI.replace(secretId, 'AKIDnamed'));
    const env = { HOME: folder, TENCENTCLOUD_CREDENTIALS_FILE: named };
    expect(await profileCredentials({ env })()).toMatchObject({ secretId: 'AKIDnamed' });
    expect(await profileCredentials({ env, path })()).toMatchObject({ secretId });
  });

  it('takes another section, with its token', async () => {
    await writeFile(
      path,
      `${INI}[sms]\r\nsecret_id="AKIDsms"\r\nsecret_key='k'\r\ntoken=${token}==\r\n`,
    );
    const provider = profileCredentials({ path, profile: 'sms' });
    expect(await provider()).toEqual({ secretId: 'AKIDsms', secretKey: 'k', token: `${token}==` });
  });

  it('reads a changed file again within a minute, in the background', async () => {
    const provider = profileCredentials({ path, now: clock.now });
    await provider();
    await writeFile(path, INI.replace(secretId, 'AKIDnew'));
    clock.advance(29);
    expect(provider()).toMatchObject({ secretId });
    clock.advance(1);
    expect(provider()).toMatchObject({ secretId });
    await settle(() => (provider() as { secretId: string }).secretId === 'AKIDnew');
  });

  it('reads a changed file at once when its keys were refused', async () => {
    const provider = profileCredentials({ path });
    const refused = await provider();
    await writeFile(path, INI.replace(secretId, 'AKIDnew'));
    expect(await provider({ refused })).toMatchObject({ secretId: 'AKIDnew' });
  });

  it('is there as soon as the file is', async () => {
    const provider = profileCredentials({ path: join(folder, 'late') });
    await expect(provider()).rejects.toMatchObject({ code: 'SMS_CREDENTIALS_NOT_FOUND' });
    await writeFile(join(folder, 'late'), INI);
    expect(await provider()).toMatchObject({ secretId });
  });

  it('says that it is not set up without the file or the section', async () => {
    const missing = join(folder, 'missing');
    await expect(profileCredentials({ path: missing })()).rejects.toMatchObject({
      name: 'SmsCredentialsError',
      code: 'SMS_CREDENTIALS_NOT_FOUND',
      retryable: false,
      message: `Profile: there is no file ${missing}.`,
    });
    await expect(profileCredentials({ path, profile: 'none' })()).rejects.toMatchObject({
      code: 'SMS_CREDENTIALS_NOT_FOUND',
      message: `Profile: ${path} has no section [none].`,
    });
  });

  it.each([
    ['no key', `[default]\nsecret_id=${secretId}`, 'secret_key is missing in [default]'],
    ['an empty id', `[default]\nsecret_id=\nsecret_key=${secretKey}`, 'secret_id is missing in'],
    [
      'a key in two words',
      `[default]\nsecret_id=${secretId}\nsecret_key=${secretKey} x`,
      'secret_key holds blanks',
    ],
  ])('fails on %s, without showing any', async (_, ini, sentence) => {
    await writeFile(path, ini);
    const asked = profileCredentials({ path })();
    await expect(asked).rejects.toMatchObject({
      code: 'SMS_CREDENTIALS_UNAVAILABLE',
      retryable: false,
      message: expect.stringContaining(sentence),
    });
    await expect(asked).rejects.not.toThrow(/canary/);
  });

  it('says so when the file can not be read', async () => {
    // A folder, because the tests may run as root, who can read every file.
    await expect(profileCredentials({ path: folder })()).rejects.toMatchObject({
      code: 'SMS_CREDENTIALS_UNAVAILABLE',
      retryable: false,
      message: `Profile: ${folder} can't be read (EISDIR). Let the user of this process read it.`,
      cause: expect.objectContaining({ code: 'EISDIR' }),
    });
  });
});
