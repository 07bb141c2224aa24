import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createSmsTestKit, SmsEmulator } from '../../../lib/testing/index.js';
import type { SmsEmulatorFault } from '../../../lib/testing/index.js';
import { startSms } from '../../support/sms-test-case.js';
import { CallbackEndpoint } from '../callback-endpoint.js';
import { officialClient } from '../official-client.js';

const APP = '1400006666';
const PHONE = '+8613711112222';
const OTHER = '+8613711113333';
const THIRD = '+8613711114444';
const CONTEXT = '订单 "77120" 😀';

interface Report {
  readonly sid: string;
  readonly mobile: string;
  readonly report_status: string;
  readonly errmsg: string;
  readonly ext?: unknown;
}

let endpoint: CallbackEndpoint;
let emulator: SmsEmulator;
beforeAll(async () => {
  endpoint = await CallbackEndpoint.start();
  emulator = await SmsEmulator.start({ callbackUrl: endpoint.url, echoContext: true });
});
afterEach(async () => {
  await emulator.callbacksSettled();
  emulator.clear();
  emulator.clearFaults();
  endpoint.pushed.splice(0);
  endpoint.texts.splice(0);
});
afterAll(async () => {
  await emulator.stop();
  await endpoint.stop();
});

/** Sends, and returns the serial numbers. */
const send = async (PhoneNumberSet = [PHONE], changes: object = {}): Promise<string[]> => {
  const answer = await officialClient(emulator).SendSms({
    PhoneNumberSet,
    SmsSdkAppId: APP,
    SignName: '腾讯云',
    TemplateId: '449739',
    TemplateParamSet: ['042137', '5'],
    SessionContext: CONTEXT,
    ...changes,
  });
  return (answer.SendStatusSet ?? []).map(({ SerialNo = '' }) => SerialNo);
};
/** Holds the answer of the next push back until this is aborted. */
const holdNextPush = (): AbortController => {
  const held = new AbortController();
  endpoint.responses.push({ after: once(held.signal, 'abort').then(() => undefined) });
  return held;
};
/** The reports that have come, push by push. */
const pushes = async (): Promise<Report[][]> => {
  await emulator.callbacksSettled();
  return endpoint.pushed.map(({ body }) => body as Report[]);
};
const mobiles = (batches: readonly Report[][]): string[][] =>
  batches.map((batch) => batch.map(({ mobile }) => `+86${mobile}`));

describe('emulator.disturbCallbacks', () => {
  it('loses the report of a number, which can still be pulled, and brings the next one', async () => {
    emulator.disturbCallbacks('lost', { numberSuffix: '2222' });
    await send([PHONE, OTHER]);
    expect(mobiles(await pushes())).toEqual([[OTHER]]);
    await officialClient(emulator).PullSmsSendStatus({ SmsSdkAppId: APP, Limit: 100 });
    expect(emulator.lastMessage(PHONE)?.report?.status).toBe('SUCCESS');
    await send();
    expect(mobiles(await pushes())).toEqual([[OTHER], [PHONE]]);
  });

  it('brings a report once more, after the first push was answered', async () => {
    emulator.disturbCallbacks('duplicated', { numberSuffix: '3333' });
    await send([PHONE, OTHER]);
    const [first, again] = await pushes();
    expect(mobiles([first ?? [], again ?? []])).toEqual([[PHONE, OTHER], [OTHER]]);
    expect(again?.[0]).toEqual(first?.[1]);
  });

  it('brings the reports of a moment one by one, the last one first', async () => {
    emulator.disturbCallbacks(['shuffled', 'duplicated']);
    await send([PHONE, OTHER, THIRD]);
    expect(mobiles(await pushes())).toEqual(
      [THIRD, OTHER, PHONE, THIRD, OTHER, PHONE].map((phone) => [phone]),
    );
  });

  it.each<readonly [name: string, fault: Partial<SmsEmulatorFault>, codes: string[]]>([
    ['delivered, then failed', { callback: 'contradicting' }, ['DELIVRD', 'MK:0001']],
    [
      'failed, then delivered',
      { callback: 'contradicting', code: 'TD:0001' },
      ['TD:0001', 'DELIVRD'],
    ],
    [
      'failed before delivered',
      { callback: ['contradicting', 'shuffled'] },
      ['MK:0001', 'DELIVRD'],
    ],
  ])('reports one text as %s', async (_, fault, codes) => {
    emulator.addFault(fault);
    const [sid] = await send();
    const batches = await pushes();
    expect(batches.map((batch) => batch.map((report) => [report.sid, report.errmsg]))).toEqual(
      codes.map((code) => [[sid, code]]),
    );
    // The carrier has said one thing only.
    expect(emulator.lastMessage()?.report?.code).toBe(fault.code ?? 'DELIVRD');
  });

  it('brings the report of a text that another system has sent to the phone', async () => {
    emulator.disturbCallbacks('foreign');
    const [sid] = await send();
    const [batch = []] = await pushes();
    expect(batch).toMatchObject([
      { mobile: PHONE.slice(3), sid: expect.stringMatching(/^3369:\d{25,27}$/), ext: '' },
      { mobile: PHONE.slice(3), sid, ext: CONTEXT },
    ]);
  });

  it.each(['text/plain', 'application/octet-stream', 'application/json; charset=utf-8', ''])(
    'brings the body as %j',
    async (contentType) => {
      emulator.disturbCallbacks('content-type', { contentType });
      await send();
      await pushes();
      expect(endpoint.pushed.map(({ type }) => type)).toEqual([
        contentType === '' ? undefined : contentType,
      ]);
    },
  );

  it('brings the body as text/plain when no other type is given, also when it is pushed again', async () => {
    endpoint.responses.push({ status: 500 });
    emulator.disturbCallbacks('content-type');
    await send();
    await pushes();
    emulator.clock.advance(5000);
    await pushes();
    expect(endpoint.pushed.map(({ type }) => type)).toEqual(['text/plain', 'text/plain']);
  });

  it('brings a body with escapes for all that is not ASCII, of above 120 KB for 100 long contexts', async () => {
    emulator.disturbCallbacks('escaped');
    const context = '订'.repeat(170);
    const numbers = Array.from({ length: 100 }, (_, index) => `+86137${10_000_000 + index}`);
    await send(numbers, { SessionContext: context });
    const [batch = []] = await pushes();
    const [text = ''] = endpoint.texts;
    expect(text).toMatch(/^[\x20-\x7e]+$/);
    expect(text.length).toBeGreaterThan(120_000);
    expect(batch.map(({ ext }) => ext)).toEqual(numbers.map(() => context));
    // Of a large body the log keeps the first part, and its size.
    const [logged] = emulator.callbacks();
    expect(logged).toMatchObject({ body: text.slice(0, 32 * 1024), bodyBytes: text.length });
    expect(logged?.messageIds).toHaveLength(100);
  });

  it.each<readonly [context: string, ext: unknown]>([
    ['{"logId":"67890"}', { logId: '67890' }],
    ['order-77120', 'order-77120'],
    ['', ''],
  ])(
    'brings the context %j as an object where it is the JSON of one',
    async (SessionContext, ext) => {
      emulator.disturbCallbacks('object-ext');
      await send([PHONE], { SessionContext });
      expect(await pushes()).toMatchObject([[{ ext }]]);
    },
  );

  it('lets faults of several kinds act on one text, and of one kind one after the other', async () => {
    emulator.disturbCallbacks('duplicated');
    emulator.disturbCallbacks('escaped');
    emulator.disturbCallbacks('content-type', { contentType: '' });
    emulator.disturbCallbacks('content-type', { contentType: 'text/json' });
    emulator.fail('SendSms', 'MK:0001');
    await send();
    await pushes();
    expect(endpoint.pushed.map(({ type }) => type)).toEqual([undefined, undefined]);
    expect(endpoint.texts.join('')).toMatch(/^[\x20-\x7e]+$/);
    expect(await pushes()).toMatchObject([[{ errmsg: 'MK:0001' }], [{ errmsg: 'MK:0001' }]]);
    await send();
    await pushes();
    expect(endpoint.pushed.at(-1)?.type).toBe('text/json');
  });

  it('falls on one template or application only, as often as told, and on no other action', async () => {
    emulator.disturbCallbacks('lost', { template: '77' });
    emulator.disturbCallbacks('lost', { app: '1400777777' });
    emulator.disturbCallbacks('lost', { action: 'SendMultiGlobalSms' });
    emulator.disturbCallbacks('lost', { numberSuffix: '2222', times: 2 });
    await officialClient(emulator).DescribePhoneNumberInfo({ PhoneNumberSet: [PHONE] });
    await send();
    await send();
    expect(await pushes()).toEqual([]);
    await send();
    expect(mobiles(await pushes())).toEqual([[PHONE]]);
  });

  it('can be there from the start, until faults are cleared', async () => {
    const kit = await createSmsTestKit({
      callbackUrl: endpoint.url,
      faults: [{ callback: 'lost', times: 'always' }],
    });
    const { module, sms } = await startSms({ transport: kit.transport });
    const message = { templateId: '449739', params: ['042137', '5'] };
    await sms.trySend(message, { to: PHONE });
    await kit.callbacksSettled();
    expect(kit.callbacks()).toEqual([]);
    kit.clearFaults();
    await sms.trySend(message, { to: PHONE });
    await kit.callbacksSettled();
    expect(kit.callbacks()).toMatchObject([{ ok: true }]);
    await module.close();
    kit.close();
    const faults = [{ effect: 'drop' }, { callback: 'x' }] as unknown as SmsEmulatorFault[];
    await expect(SmsEmulator.start({ faults })).rejects.toMatchObject({
      code: 'SMS_EMULATOR_OPTIONS_INVALID',
      message: expect.stringMatching(/^faults\[1\]: callback must be one of lost, early, /),
    });
  });

  it('is listed and replaced over HTTP like any other fault', async () => {
    const faults = [{ callback: ['lost', 'early'], numberSuffix: '2222', times: 'always' }];
    const answer = await fetch(`${emulator.url}/_emulator/faults`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ faults }),
    });
    expect(await answer.json()).toEqual({ faults });
  });

  it.each<readonly [field: string, fault: object]>([
    ['callback', { callback: 'doubled' }],
    ['callback', { callback: [] }],
    ['callback', { callback: ['lost', 1] }],
    ['contentType', { callback: 'lost', contentType: 'text/plain' }],
    ['contentType', { callback: 'content-type', contentType: 'a\r\nb: c' }],
  ])('names %s when there can be no such fault', (field, fault) => {
    expect(() => {
      emulator.addFault(fault);
    }).toThrow(expect.objectContaining({ code: 'SMS_EMULATOR_FAULT_INVALID', field }));
  });
});

describe('an early callback', () => {
  it('has been answered when the response of its send comes', async () => {
    const held = holdNextPush();
    emulator.disturbCallbacks('early', { numberSuffix: '2222' });
    let isSent = false;
    const sending = send().finally(() => {
      isSent = true;
    });
    await endpoint.received(1);
    // Sends of others do not wait for it.
    await send([OTHER]);
    expect(isSent).toBe(false);
    held.abort();
    const [sid] = await sending;
    expect(endpoint.pushed[0]?.body).toMatchObject([{ sid }]);
  });

  it('comes at once where the carrier takes its time, and when the response gets lost', async () => {
    const slow = await SmsEmulator.start({ callbackUrl: endpoint.url, delivery: 'slow' });
    slow.disturbCallbacks(['early', 'duplicated']);
    slow.loseNextResponse();
    await expect(
      officialClient(slow).SendSms({
        PhoneNumberSet: [PHONE],
        SmsSdkAppId: APP,
        SignName: '腾讯云',
        TemplateId: '449739',
        TemplateParamSet: ['042137', '5'],
      }),
    ).rejects.toThrow('socket hang up');
    expect(endpoint.pushed).toHaveLength(2);
    await slow.stop();
  });

  it('comes before the outcome of a send in process, and no longer than its time limit', async () => {
    const kit = await createSmsTestKit({ callbackUrl: endpoint.url });
    const { module, sms } = await startSms({ transport: kit.transport, timeoutMs: 100 });
    const message = { templateId: '449739', params: ['042137', '5'] };
    kit.disturbCallbacks('early', { times: 2 });
    const sent = await sms.trySend(message, { to: PHONE });
    expect(sent).toMatchObject({ status: 'accepted' });
    expect(endpoint.pushed).toHaveLength(1);
    const held = holdNextPush();
    expect(await sms.trySend(message, { to: PHONE })).toMatchObject({ status: 'unknown' });
    held.abort();
    await kit.callbacksSettled();
    await module.close();
    kit.close();
  });
});
