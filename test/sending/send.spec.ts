import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { smsTemplate } from 'nestjs-tencentcloud-sms';
import type { SmsService } from 'nestjs-tencentcloud-sms';
import { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import { startSms } from '../support/sms-test-case.js';
import type { SmsTestCase } from '../support/sms-test-case.js';

const PHONE = '+8613711112222';
const LoginCode = smsTemplate({
  id: '449739',
  kind: 'verification',
  text: '{code:1}为您的登录验证码，请于{minutes:2}分钟内填写，如非本人操作，请忽略本短信。',
});
const params = { code: '042137', minutes: 5 };

describe('sending through the emulator', () => {
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

  it('gives a receipt for a text that was accepted', async () => {
    const receipt = await sms.send(LoginCode, { to: '137 1111 2222', params });
    expect(receipt).toMatchObject({
      status: 'accepted',
      to: PHONE,
      fee: 1,
      isoCode: 'CN',
      serialNo: emulator.messages()[0]?.serialNo,
      requestId: emulator.messages()[0]?.requestId,
    });
    expect(emulator.messages()[0]).toMatchObject({
      to: PHONE,
      text: '【腾讯云】042137为您的登录验证码，请于5分钟内填写，如非本人操作，请忽略本短信。',
      sessionContext: receipt.callRef,
    });
  });

  it('refuses a template that is not submitted yet in every kind of send, without a request', async () => {
    const own = smsTemplate({ id: 'new', kind: 'notification', text: '您好{1}。' });
    const pair = smsTemplate.byMarket({
      mainland: smsTemplate({ id: '449739', kind: 'notification', text: '您好{1}。' }),
      international: own,
    });
    const before = emulator.requests().length;
    const error = {
      name: 'SmsValidationError',
      issues: [{ field: 'template', message: expect.stringContaining('templates push') }],
    };
    for (const template of [own, pair]) {
      const input = { to: PHONE, params: ['王'] as const };
      // oxlint-disable-next-line no-await-in-loop
      await expect(sms.send(template, input)).rejects.toMatchObject(error);
      // oxlint-disable-next-line no-await-in-loop
      await expect(sms.trySend(template, input)).rejects.toMatchObject(error);
      const many = sms.sendMany(template, { to: [PHONE], params: ['王'] });
      // oxlint-disable-next-line no-await-in-loop
      await expect(many).rejects.toMatchObject(error);
      const each = async (): Promise<void> => {
        for await (const row of sms.sendEach(template, [input])) {
          expect(row).toBeUndefined();
        }
      };
      // oxlint-disable-next-line no-await-in-loop
      await expect(each()).rejects.toMatchObject(error);
    }
    expect(emulator.requests()).toHaveLength(before);
  });

  it('takes a raw template wherever a template goes', async () => {
    const outcome = await sms.trySend(
      { templateId: '449739', params: ['666', '5'] },
      { to: PHONE, sessionContext: 'mine' },
    );
    expect(outcome).toMatchObject({ status: 'accepted', sessionContext: 'mine' });
  });

  it('rejects a phone that can’t be one, without a request', async () => {
    const outcome = await sms.trySend(LoginCode, { to: '12345', params });
    expect(outcome).toMatchObject({
      status: 'rejected',
      to: '12345',
      code: 'SMS_PARAMETER_INVALID',
    });
    await expect(sms.send(LoginCode, { to: '12345', params })).rejects.toMatchObject({
      name: 'SmsRejectedError',
      maybeSent: false,
      message: expect.not.stringContaining('12345'),
    });
    expect(emulator.messages()).toEqual([]);
  });

  it('throws for a template or parameters at fault, before anything is sent', async () => {
    const bad = { code: 'letters', minutes: 5 };
    for (const sent of [
      sms.trySend(LoginCode, { to: PHONE, params: bad }),
      sms.sendMany(LoginCode, { to: [PHONE], params: bad }),
      sms.send({ templateId: 'x' }, { to: PHONE }),
    ]) {
      // oxlint-disable-next-line no-await-in-loop -- each on its own
      await expect(sent).rejects.toMatchObject({ name: 'SmsValidationError' });
    }
    expect(emulator.messages()).toEqual([]);
  });

  it('sends 650 phones in four calls, repeated ones once, and keeps their order', async () => {
    const phones = Array.from({ length: 650 }, (_, i) => `+861370000${String(i).padStart(4, '0')}`);
    phones[3] = '12';
    phones.push(phones[0] ?? '', '+85261234567');
    const result = await sms.sendMany(LoginCode, { to: phones, params });
    expect(result.outcomes.map(({ index, to }) => [index, to])).toEqual(
      phones.map((to, index) => [index, to]),
    );
    expect(result.summary()).toEqual({
      accepted: 651,
      rejected: 1,
      unknown: 0,
      duplicates: 1,
      fee: 650 + 0,
      byCode: { SMS_PARAMETER_INVALID: 1 },
    });
    expect(result.outcomes.at(-2)).toMatchObject({ status: 'accepted', duplicateOf: 0 });
    const calls = new Set(emulator.messages().map(({ requestId }) => requestId));
    expect(calls.size).toBe(5);
    expect(emulator.messages()).toHaveLength(650);
  });

  it('sends each row its own values, in order, from a list or a stream', async () => {
    const rows = Array.from({ length: 30 }, (_, i) => ({
      to: i % 2 === 0 ? `+8613700000${String(i).padStart(3, '0')}` : `+8526123${String(4500 + i)}`,
      params: { code: String(100 + Math.floor(i / 3)), minutes: 5 },
      ref: `row ${i}`,
      ...(i % 2 === 0 ? {} : { signName: '' }),
    }));
    async function* stream() {
      yield* rows;
    }
    for (const source of [rows, stream()]) {
      emulator.clear();
      const run = sms.sendEach(LoginCode, source);
      const seen = [];
      // oxlint-disable-next-line no-await-in-loop -- one source after the other
      for await (const { ref, status, to } of run) {
        seen.push({ ref, status, to });
      }
      expect(seen).toEqual(rows.map(({ ref, to }) => ({ ref, to, status: 'accepted' })));
      expect(run.summary()).toMatchObject({ accepted: 30, rejected: 0, unknown: 0 });
      expect(emulator.messages()).toHaveLength(30);
      expect(new Set(emulator.messages().map(({ action }) => action))).toEqual(
        new Set(['SendSms', 'SendMultiGlobalSms']),
      );
    }
  });

  it('shows numbers masked to people and whole to JSON', async () => {
    const receipt = await sms.send(LoginCode, { to: PHONE, params });
    expect(inspect(receipt)).toContain('+86137****2222');
    expect(inspect(receipt)).not.toContain(PHONE);
    expect(inspect(receipt)).not.toContain(receipt.serialNo);
    expect(inspect(receipt)).toContain(receipt.serialNo.slice(0, -5));
    expect(JSON.parse(JSON.stringify(receipt))).toMatchObject({ serialNo: receipt.serialNo });
    expect(JSON.parse(JSON.stringify(receipt))).toMatchObject({ to: PHONE, status: 'accepted' });
  });
});
