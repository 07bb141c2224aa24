import { Logger } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SmsModule, smsTemplate } from 'nestjs-tencentcloud-sms';
import type { SmsModuleOptions, SmsOptionsError, SmsService } from 'nestjs-tencentcloud-sms';
import { smsConfig, smsEnvSchema } from 'nestjs-tencentcloud-sms/config';
import { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import { CREDENTIALS, smsOptions, startSms } from '../support/sms-test-case.js';
import type { SmsTestCase } from '../support/sms-test-case.js';

const Code = smsTemplate({ id: '1', kind: 'notification', text: 'Code {code:1}' });
const PHONE = '+8613711112222';
const ABROAD = '+6598765432';
const params = { code: '1' };

/** What can't be a signature, and the words of the sentence that says so. */
const BAD: [what: string, signName: string, words: string][] = [
  ['a blank behind it', '腾讯云 ', 'without blanks or line breaks around it'],
  ['a blank before it', ' 腾讯云', 'without blanks or line breaks around it'],
  ['a wide blank behind it', '腾讯云\u3000', 'without blanks or line breaks around it'],
  ['a line break behind it', '腾讯云\r\n', 'without blanks or line breaks around it'],
  ['blanks only', '  ', 'without blanks or line breaks around it'],
  ['quotes around it', '"腾讯云"', 'without quotes or brackets around it'],
  ['single quotes around it', "'腾讯云'", 'without quotes or brackets around it'],
  ['Chinese quotes around it', '“腾讯云”', 'without quotes or brackets around it'],
  ['quotes around nothing', '""', 'without quotes or brackets around it'],
  ['a quote alone', '"', 'without quotes or brackets around it'],
  ['square brackets around it', '[Tencent]', 'without quotes or brackets around it'],
  ['Tencent’s brackets around it', '【腾讯云】', 'without 【】'],
  ['half a bracket', '腾讯云】', 'without 【】'],
  ['an emoji', '🎉店', 'without emoji'],
  ['an emoji of several parts', '店👨‍👩‍👧', 'without emoji'],
  ['a flag', '店🇨🇳', 'without emoji'],
  ['a keycap', '店1️⃣', 'without emoji'],
  ['a heart', '爱❤店', 'without emoji'],
  ['a NUL', '腾讯\u0000云', 'without control characters'],
  ['a line break inside', '腾讯\n云', 'without control characters'],
  ['an escape', '腾讯\u001B[31m云', 'without control characters'],
  ['a zero-width blank', '腾讯云\u200B', 'without control characters'],
  ['a mark that turns the direction', '腾讯\u202E云', 'without control characters'],
  ['half an emoji', '腾讯\uD83C', 'without control characters'],
];

describe('a signature that can be none', () => {
  let emulator: SmsEmulator;
  let started: SmsTestCase;
  let sms: SmsService;

  beforeEach(async () => {
    emulator = await SmsEmulator.start();
    started = await startSms({
      endpoint: emulator.url,
      credentials: { secretId: 'any', secretKey: emulator.secretKey },
    });
    ({ sms } = started);
  });

  afterEach(async () => {
    await started.module.close();
    await emulator.stop();
  });

  it.each([...BAD, ['nothing in it', '', 'is not empty']])(
    'is refused by the options: %s',
    async (_what, signName, words) => {
      const imports = [SmsModule.forRoot(smsOptions({ signName }))];
      await expect(Test.createTestingModule({ imports }).compile()).rejects.toMatchObject({
        name: 'SmsOptionsError',
        issues: [{ field: 'signName', message: expect.stringContaining(words) }],
      });
    },
  );

  it.each([...BAD, ['nothing in it', '', 'is not empty']])(
    'is refused in the environment: %s',
    (_what, signName, words) => {
      const environment = process.env;
      const env = {
        TENCENTCLOUD_SECRET_ID: CREDENTIALS.secretId,
        TENCENTCLOUD_SECRET_KEY: CREDENTIALS.secretKey,
        SMS_SDK_APP_ID: '1400006666',
        SMS_SIGN_NAME: signName,
      };
      process.env = env;
      let issues: SmsOptionsError['issues'] = [];
      try {
        smsConfig();
      } catch (error) {
        ({ issues } = error as SmsOptionsError);
      } finally {
        process.env = environment;
      }
      expect(issues).toEqual([{ field: 'SMS_SIGN_NAME', message: expect.stringContaining(words) }]);
      expect(smsEnvSchema['~standard'].validate(env)).toMatchObject({
        issues: [{ message: expect.stringContaining(words) }],
      });
    },
  );

  it.each(BAD)('is refused by every way to send: %s', async (_what, signName, words) => {
    const refused = {
      name: 'SmsValidationError',
      issues: [{ field: 'signName', message: expect.stringContaining(words) }],
    };
    const input = { params, signName };
    for (const to of [PHONE, ABROAD]) {
      for (const sent of [
        sms.send(Code, { ...input, to }),
        sms.trySend(Code, { ...input, to }),
        sms.sendMany(Code, { ...input, to: [to] }),
      ]) {
        // oxlint-disable-next-line no-await-in-loop -- each on its own
        await expect(sent).rejects.toMatchObject(refused);
      }
    }
    expect(() => sms.sendEach(Code, [], { signName })).toThrow(expect.objectContaining(refused));
    for await (const outcome of sms.sendEach(Code, [{ ...input, to: PHONE }])) {
      expect(outcome).toMatchObject({ status: 'rejected', error: refused });
    }
    const raw = { PhoneNumberSet: [PHONE], TemplateId: '1', SignName: signName };
    await expect(sms.sendSms(raw)).rejects.toMatchObject({
      name: 'SmsValidationError',
      issues: [{ field: 'SignName', message: expect.stringContaining(words) }],
    });
    expect(emulator.messages()).toEqual([]);
  });

  it.each(BAD)('is told by a preview: %s', (_what, signName, words) => {
    for (const market of ['mainland', 'international'] as const) {
      expect(Code.preview(params, { signName, market }).issues).toEqual([
        expect.stringContaining(words),
      ]);
    }
  });

  it('is empty: a text to the mainland is refused, a preview tells so, and one abroad goes without', async () => {
    const input = { params, signName: '' };
    await expect(sms.trySend(Code, { ...input, to: PHONE })).rejects.toMatchObject({
      issues: [{ field: 'signName' }],
    });
    expect(Code.preview(params, { signName: '' }).issues).toEqual([
      expect.stringContaining('is not empty'),
    ]);
    const abroad = { signName: '', market: 'international' as const };
    expect(Code.preview(params, abroad).issues).toEqual([]);
    expect(await sms.trySend(Code, { ...input, to: ABROAD })).toMatchObject({ status: 'accepted' });
  });

  it('is in no error, whatever it is', async () => {
    const sent = sms.trySend(Code, { to: PHONE, params, signName: '"canary"' });
    await expect(sent).rejects.toMatchObject({ message: expect.not.stringContaining('canary') });
  });
});

describe('a signature of another form than Tencent documents', () => {
  const lines: unknown[][] = [];

  beforeEach(() => {
    lines.length = 0;
    for (const level of ['warn', 'error'] as const) {
      jest.spyOn(Logger.prototype, level).mockImplementation((...said: unknown[]) => {
        lines.push([level, ...said]);
      });
    }
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  it.each([
    ['a hyphen', '腾讯-云', 'Chinese characters, letters and digits, nothing else'],
    ['a blank inside', '腾讯 云', 'Chinese characters, letters and digits, nothing else'],
    ['one character', '云', '2 to 12'],
    ['13 characters', '云'.repeat(13), '2 to 12'],
    ['15 letters', 'a'.repeat(15), '2 to 12'],
    ['letters of another script', 'Café', 'Chinese characters, letters and digits'],
    ['a sign that is no emoji', '腾讯®', 'Chinese characters, letters and digits'],
    ['digits only, as an id has', '500001', 'not its id'],
  ])('is warned of once an account, when the app starts: %s', async (_what, signName, words) => {
    await start({ ...smsOptions({ signName }), name: 'main' }, smsOptions(), {
      ...smsOptions({ signName }),
      name: 'marketing',
    });
    expect(lines).toEqual(
      ['main', 'marketing'].map((account) => ['warn', expect.stringContaining(words), { account }]),
    );
    expect(JSON.stringify(lines)).not.toContain(signName);
  });

  it.each(['腾讯云', 'Ab', '12306铁路', '𠮷野家', '云'.repeat(12), '𠮷'.repeat(12)])(
    'is not what %s is: nothing is said',
    async (signName) => {
      await start(smsOptions({ signName }));
      await start(smsOptions({ signName: undefined }));
      expect(lines).toEqual([]);
    },
  );

  it('is warned of for each market by its own rule', async () => {
    await start(smsOptions({ signName: { mainland: '腾讯-云', international: '500001' } }));
    await start(smsOptions({ signName: { mainland: '腾讯云', international: 'a'.repeat(16) } }));
    await start(smsOptions({ signName: { mainland: '腾讯云', international: 'Tencent Cloud' } }));
    await start(smsOptions({ signName: { international: 'Tencent-Cloud' } }));
    expect(lines.map(([, ...said]) => said.length)).toEqual([1, 1, 1]);
    expect(lines.map(([, sentence]) => sentence)).toEqual([
      expect.stringMatching(/^signName\.mainland .* 2 to 12 Chinese characters/),
      expect.stringMatching(/^signName\.international has digits only/),
      expect.stringMatching(/^signName\.international .* 2 to 15 characters/),
    ]);
  });

  it('can be sent with all the same', async () => {
    const emulator = await SmsEmulator.start();
    const { module, sms } = await startSms({
      endpoint: emulator.url,
      credentials: { secretId: 'any', secretKey: emulator.secretKey },
    });
    const outcome = await sms.trySend(Code, { to: ABROAD, params, signName: 'Tencent Cloud' });
    expect(outcome).toMatchObject({ status: 'accepted', signName: 'Tencent Cloud' });
    await module.close();
    await emulator.stop();
  });
});

async function start(...accounts: (SmsModuleOptions & { name?: string })[]): Promise<void> {
  const imports = accounts.map((account) => SmsModule.forRoot(account));
  const module = await Test.createTestingModule({ imports }).compile();
  await module.init();
  await module.close();
}
