import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { smsTemplate } from 'nestjs-tencentcloud-sms';
import type { SmsService } from 'nestjs-tencentcloud-sms';
import { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import { startSms } from '../support/sms-test-case.js';
import type { SmsTestCase } from '../support/sms-test-case.js';

const Note = smsTemplate({ id: '77', kind: 'notification', text: 'Note {1}' });
const PHONE = '+8613711112222';
const SINGAPORE = '+6598765432';
const MALAYSIA = '+60123456789';

const input = (length: number, to = SINGAPORE) => ({
  to,
  params: ['x'.repeat(length)] as const,
});
const raw = (length: number) => ({ templateId: '77', params: ['x'.repeat(length)] as const });
const tooLong = { name: 'SmsValidationError', issues: [{ field: 'params' }] };

describe('the length of a text', () => {
  let emulator: SmsEmulator;
  let started: SmsTestCase;
  let sms: SmsService;

  beforeEach(async () => {
    emulator = await SmsEmulator.start();
    started = await startSms({
      endpoint: emulator.url,
      credentials: { secretId: 'any', secretKey: emulator.secretKey },
      signName: '腾讯云',
    });
    ({ sms } = started);
  });

  afterEach(async () => {
    await started.module.close();
    await emulator.stop();
  });

  it('is at most 500 characters on the mainland, signature included', async () => {
    expect(await sms.trySend(Note, input(490, PHONE))).toMatchObject({ status: 'accepted' });
    await expect(sms.trySend(Note, input(491, PHONE))).rejects.toMatchObject(tooLong);
    await expect(
      sms.sendMany(Note, { ...input(491), to: [SINGAPORE, PHONE] }),
    ).rejects.toMatchObject(tooLong);
    expect(emulator.messages()).toHaveLength(1);
  });

  it('is left to Tencent abroad above 500, and is 2,000 at most', async () => {
    for (const length of [491, 1990]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await sms.trySend(Note, input(length))).toMatchObject({ status: 'accepted' });
    }
    await expect(sms.trySend(Note, input(1991))).rejects.toMatchObject(tooLong);
    const { outcomes } = await sms.sendMany(Note, { ...input(1990), to: [SINGAPORE, MALAYSIA] });
    expect(outcomes.map(({ status }) => status)).toEqual(['accepted', 'accepted']);
  });

  it('is judged row by row in a run, by where each goes', async () => {
    const rows = [input(491), input(491, PHONE), input(490, PHONE), input(1991)];
    const outcomes = [];
    for await (const outcome of sms.sendEach(Note, rows)) {
      outcomes.push(outcome);
    }
    expect(outcomes.map(({ status }) => status)).toEqual([
      'accepted',
      'rejected',
      'accepted',
      'rejected',
    ]);
    expect(outcomes[1]).toMatchObject({ error: tooLong });
    expect(outcomes[3]).toMatchObject({ error: tooLong });
  });

  it('is judged value by value where only the id of the template is known', async () => {
    await expect(sms.trySend(raw(501), { to: PHONE })).rejects.toMatchObject({
      name: 'SmsValidationError',
      issues: [{ field: 'params' }],
    });
    expect(await sms.trySend(raw(501), { to: SINGAPORE })).toMatchObject({ status: 'accepted' });
    await expect(sms.trySend(raw(2001), { to: SINGAPORE })).rejects.toMatchObject({
      name: 'SmsValidationError',
      issues: [{ field: 'params[0]' }],
    });
  });

  it.each([
    ['GSM text', 'x', 154, [1, 2]],
    ['text of another alphabet', '字', 64, [1, 2]],
    ['long GSM text', 'x', 146 + 153 + 1, [2, 3]],
  ])(
    'is billed in Malaysia with seven characters more, and the preview agrees: %s',
    async (_what, character, characters, [elsewhere, there]) => {
      await sms.addSmsTemplate({
        TemplateName: 'Note',
        TemplateContent: 'Note {1}',
        SmsType: 2,
        International: 1,
        Remark: 'none',
      });
      const Added = smsTemplate({ id: '2000001', kind: 'notification', text: 'Note {1}' });
      const settings = {
        signName: '',
        params: [character.repeat(characters - 'Note '.length)] as const,
      };
      const fees = await Promise.all(
        [SINGAPORE, MALAYSIA].map(async (to) => sms.send(Added, { ...settings, to })),
      );
      expect(fees.map(({ fee }) => fee)).toEqual([elsewhere, there]);
      const both = await sms.sendMany(Added, { ...settings, to: [MALAYSIA, SINGAPORE] });
      expect(both.summary().fee).toBe(Number(elsewhere) + Number(there));
      expect(
        ['SG', 'MY'].map((country) => Added.preview(settings.params, { country }).segments),
      ).toEqual([elsewhere, there]);
    },
  );
});
