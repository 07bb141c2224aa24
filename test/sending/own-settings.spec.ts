import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { smsTemplate } from 'nestjs-tencentcloud-sms';
import type { SmsOutcome, SmsSendEach, SmsSendRow, SmsService } from 'nestjs-tencentcloud-sms';
import { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import { startSms } from '../support/sms-test-case.js';
import type { SmsTestCase } from '../support/sms-test-case.js';
import { FakeTencent } from '../support/fake-tencent.js';

const Code = smsTemplate({ id: '7', kind: 'notification', text: 'Code {code:1}' });
const PHONE = '+8613711112222';
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

type Row = SmsSendRow<typeof Code>;

const abroad = (i: number) => `+852612${String(i).padStart(5, '0')}`;
const rowOf = (i: number, code: string, more: Partial<Row> = {}): Row => ({
  to: abroad(i),
  params: { code },
  ...more,
});

describe('a text and its own settings', () => {
  let emulator: SmsEmulator;
  let started: SmsTestCase;
  let sms: SmsService;

  beforeEach(async () => {
    emulator = await SmsEmulator.start();
    started = await start('腾讯云');
    ({ sms } = started);
  });

  afterEach(async () => {
    await started.module.close();
    await emulator.stop();
  });

  async function start(signName: string | undefined): Promise<SmsTestCase> {
    return startSms({
      endpoint: emulator.url,
      credentials: { secretId: 'any', secretKey: emulator.secretKey },
      signName,
    });
  }

  /** Phones of each request, with its action and signature. */
  const requests = () => {
    const byId = new Map<string, { action: string; signName: string; to: string[] }>();
    for (const { requestId, action, signName, to } of emulator.messages()) {
      const request = byId.get(requestId) ?? { action, signName: signName ?? '', to: [] };
      request.to.push(to);
      byId.set(requestId, request);
    }
    return [...byId.values()];
  };

  it('abroad is signed whatever its neighbours are, and equal ones share a request', async () => {
    const rows = [rowOf(1, 'X'), rowOf(2, 'X'), rowOf(3, 'Y'), rowOf(4, 'Z')];
    for (const options of [{}, { signName: '另一个' }]) {
      emulator.clear();
      // oxlint-disable-next-line no-await-in-loop -- one run after the other
      const outcomes = await allOf(sms.sendEach(Code, rows, options));
      const signName = options.signName ?? '腾讯云';
      expect(outcomes.map((outcome) => outcome.signName)).toEqual(rows.map(() => signName));
      expect(requests()).toHaveLength(3);
      expect(requests()).toEqual(
        expect.arrayContaining([
          { action: 'SendSms', signName, to: [abroad(1), abroad(2)] },
          { action: 'SendSms', signName, to: [abroad(3)] },
          { action: 'SendSms', signName, to: [abroad(4)] },
        ]),
      );
    }
  });

  it('abroad that asks for no signature shares a request with others of its kind only', async () => {
    const rows = [
      rowOf(1, 'X', { signName: '' }),
      rowOf(2, 'Y', { signName: '' }),
      rowOf(3, 'Y'),
      rowOf(4, 'Z', { signName: '' }),
    ];
    const outcomes = await allOf(sms.sendEach(Code, rows));
    expect(outcomes.map(({ signName }) => signName)).toEqual([
      undefined,
      undefined,
      '腾讯云',
      undefined,
    ]);
    expect(requests()).toEqual(
      expect.arrayContaining([
        { action: 'SendMultiGlobalSms', signName: '', to: [abroad(1), abroad(2), abroad(4)] },
        { action: 'SendSms', signName: '腾讯云', to: [abroad(3)] },
      ]),
    );
  });

  it('has no signature where none is set, asks for one by itself, and in the mainland needs one', async () => {
    await started.module.close();
    started = await start(undefined);
    const outcomes = await allOf(
      started.sms.sendEach(Code, [
        rowOf(1, 'X'),
        rowOf(2, 'Y'),
        rowOf(3, 'Z', { signName: '一个' }),
        { to: PHONE, params: { code: '1' } },
        { to: PHONE, params: { code: '1' }, signName: '' },
        { to: PHONE, params: { code: '1' }, signName: '一个' },
      ]),
    );
    expect(outcomes.map(({ status, signName }) => [status, signName])).toEqual([
      ['accepted', undefined],
      ['accepted', undefined],
      ['accepted', '一个'],
      ['rejected', undefined],
      ['rejected', undefined],
      ['accepted', '一个'],
    ]);
    expect(
      requests()
        .map(({ action, signName }) => `${action} ${signName}`)
        .toSorted(),
    ).toEqual(['SendMultiGlobalSms ', 'SendSms 一个', 'SendSms 一个']);
  });

  it.each(['trySend', 'sendMany'] as const)('goes without a signature by %s, too', async (way) => {
    const input = { params: { code: '1' }, signName: '' };
    const outcome =
      way === 'trySend'
        ? await sms.trySend(Code, { ...input, to: abroad(1) })
        : (await sms.sendMany(Code, { ...input, to: [abroad(1)] })).outcomes[0];
    expect(outcome).toMatchObject({ status: 'accepted', signName: undefined });
    expect(requests()).toEqual([{ action: 'SendSms', signName: '', to: [abroad(1)] }]);
    const mainland = { ...input, to: PHONE };
    await expect(sms.trySend(Code, mainland)).rejects.toMatchObject({ name: 'SmsValidationError' });
  });

  it.each([
    ['sessionContext', 'SessionContext', 'mine', 'yours'],
    ['signName', 'SignName', '一个', '两个'],
    ['senderId', 'SenderId', 'Shop', 'Store'],
    ['extendCode', 'ExtendCode', '12', '34'],
    ['sdkAppId', 'SmsSdkAppId', '1400000001', '1400000002'],
  ] as const)(
    'keeps its own %s in a run, and shares no request with another',
    async (name, wireName, a, b) => {
      const tencent = await FakeTencent.start();
      const wired = await startSms({ endpoint: tencent.url });
      for (const signName of ['', '腾讯云']) {
        const before = tencent.received.length;
        const rows = [a, b, a, b].map((value, i) =>
          rowOf(i, signName === '' ? `${i}` : 'same', { signName, [name]: value }),
        );
        // oxlint-disable-next-line no-await-in-loop -- one run after the other
        await allOf(wired.sms.sendEach(Code, rows));
        const wire = tencent.received.slice(before).flatMap(({ params }) => {
          const infos = params['MultiSmsInfoSet'] as Record<string, unknown>[] | undefined;
          const phones = infos?.map(({ PhoneNumber }) => PhoneNumber) ?? params['PhoneNumberSet'];
          return [[phones, params[wireName] ?? infos?.[0]?.[wireName]]];
        });
        const values = wire.flatMap(([phones, value]) =>
          (phones as string[]).map((to) => [to, value]),
        );
        expect(Object.fromEntries(values)).toEqual(
          Object.fromEntries(rows.map(({ to }, i) => [to, i % 2 === 0 ? a : b])),
        );
        expect(values).toHaveLength(rows.length);
        const isAlone = signName === '' && (name === 'signName' || name === 'extendCode');
        expect(wire).toHaveLength(isAlone ? 4 : 2);
      }
      await wired.module.close();
      await tencent.stop();
    },
  );

  it('has the settings of the run where the row says nothing', async () => {
    const outcomes = await allOf(
      sms.sendEach(Code, [rowOf(1, 'X'), rowOf(2, 'X', { sessionContext: 'own', ref: 'b' })], {
        sessionContext: 'all',
        signName: '一个',
        ref: 'a',
      }),
    );
    expect(outcomes).toMatchObject([
      { sessionContext: 'all', signName: '一个', ref: 'a' },
      { sessionContext: 'own', signName: '一个', ref: 'b' },
    ]);
  });

  it('has none of the settings of the run that the row leaves empty', async () => {
    const tencent = await FakeTencent.start();
    const wired = await startSms({ endpoint: tencent.url });
    const settings = { sessionContext: 'all', senderId: 'Shop', extendCode: '12' };
    const none = { sessionContext: '', senderId: '', extendCode: '', signName: '' };
    const [outcome] = await allOf(wired.sms.sendEach(Code, [rowOf(1, 'X', none)], settings));
    const [{ params } = { params: {} }] = tencent.received;
    expect(params).toMatchObject({ SessionContext: outcome?.callRef });
    for (const member of ['SenderId', 'ExtendCode', 'SignName']) {
      expect(params).not.toHaveProperty(member);
    }
    await wired.module.close();
    await tencent.stop();
  });

  it('keeps its label off the wire and has it back with the outcome, in every way to send', async () => {
    const input = { params: { code: '1' }, ref: 'order-7' };
    const many = await sms.sendMany(Code, { ...input, to: [PHONE, '12', PHONE] });
    const rows = ['order-7', 'order-8', 'order-7', undefined].map((ref, i) =>
      rowOf(i, 'X', { ref }),
    );
    const each = await allOf(sms.sendEach(Code, rows));
    const outcomes = [
      await sms.send(Code, { ...input, to: abroad(50) }),
      await sms.trySend(Code, { ...input, to: abroad(51) }),
      await sms.trySend(Code, { ...input, to: 'nobody' }),
      ...many.outcomes,
    ];
    expect(outcomes.map(({ ref }) => ref)).toEqual(outcomes.map(() => 'order-7'));
    expect(each.map(({ ref }) => ref)).toEqual(rows.map(({ ref }) => ref));
    expect(new Set(each.map(({ callRef }) => callRef)).size).toBe(1);
    expect(JSON.stringify(emulator.messages())).not.toContain('order-');
  });

  it('has a reference of its request, on the wire unless a context is given, and made even then', async () => {
    const plain = await sms.send(Code, { to: PHONE, params: { code: '1' } });
    const given = await sms.send(Code, {
      to: PHONE,
      params: { code: '2' },
      sessionContext: 'mine',
    });
    expect(plain.callRef).toMatch(UUID);
    expect(given.callRef).toMatch(UUID);
    expect(plain.callRef).not.toBe(given.callRef);
    expect(
      emulator
        .messages()
        .map(({ sessionContext }) => sessionContext)
        .toSorted(),
    ).toEqual([`${plain.callRef}`, 'mine'].toSorted());
    const unsent = await sms.trySend(Code, { to: '12', params: { code: '1' } });
    expect(unsent.callRef).toBeUndefined();
  });

  it('tells its template and its signature, rejected or not, and is whole in JSON', async () => {
    const rows = [
      rowOf(1, 'X', { ref: `${PHONE} 042137` }),
      { to: '12', params: { code: '1' } },
      { to: PHONE, params: {} as { code: string }, ref: 'c' },
    ];
    const outcomes = await allOf(sms.sendEach(Code, rows));
    const stored = JSON.parse(JSON.stringify(outcomes)) as SmsOutcome[];
    expect(stored).toMatchObject([
      { to: abroad(1), ref: `${PHONE} 042137`, templateId: '7', signName: '腾讯云' },
      { to: '12', templateId: '7', signName: '腾讯云', status: 'rejected' },
      { to: PHONE, templateId: '7', ref: 'c', status: 'rejected' },
    ]);
    expect(stored[0]?.callRef).toMatch(UUID);
    expect(stored[2]).not.toHaveProperty('callRef');
    expect(stored[2]).not.toHaveProperty('signName');
    expect(inspect(outcomes)).not.toMatch(/13711112222|042137/);
  });

  it('is the same beside any neighbours', async () => {
    const row = fc.record({
      i: fc.nat(12),
      code: fc.nat(3),
      signName: fc.constantFrom(undefined, '', '一个'),
      senderId: fc.constantFrom(undefined, 'Shop'),
      sessionContext: fc.constantFrom(undefined, 'mine'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 60 }), async (given) => {
        emulator.clear();
        const rows = given.map(({ i, code, ...more }) => rowOf(i, String(code), more));
        const outcomes = await allOf(sms.sendEach(Code, rows));
        const bySerial = new Map(emulator.messages().map((text) => [text.serialNo, text]));
        const texts = new Set<string>();
        for (const [index, outcome] of outcomes.entries()) {
          const { to, params, signName = '腾讯云', senderId } = rows[index] as Row;
          const text = bySerial.get((outcome as { serialNo: string }).serialNo);
          const first = rows[outcome.duplicateOf ?? index] as Row;
          expect(text).toMatchObject({ to, params: [params.code] });
          expect(text?.signName ?? '').toBe(signName);
          expect(text?.sessionContext).toBe(first.sessionContext ?? outcome.callRef);
          texts.add(JSON.stringify([to, params.code, signName, senderId]));
        }
        expect(bySerial.size).toBe(texts.size);
      }),
      { numRuns: 40 },
    );
  }, 60_000);
});

async function allOf(run: SmsSendEach): Promise<SmsOutcome[]> {
  const outcomes: SmsOutcome[] = [];
  for await (const outcome of run) {
    outcomes.push(outcome);
  }
  return outcomes;
}
