import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { smsTemplate } from 'nestjs-tencentcloud-sms';
import type { SmsModuleOptions, SmsOutcome, SmsService } from 'nestjs-tencentcloud-sms';
import { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import { startSms } from '../support/sms-test-case.js';
import type { SmsTestCase } from '../support/sms-test-case.js';

const Chinese = smsTemplate({
  id: '81',
  kind: 'verification',
  text: '验证码{code:1}，{minutes:2}分钟内有效。',
});
const English = smsTemplate({
  id: '82',
  kind: 'verification',
  text: '{minutes:1} minutes for the code {code:2}.',
});
const Code = smsTemplate.byMarket({ mainland: Chinese, international: English });
const params = { code: '042137', minutes: 5 };
const PHONE = '+8613711112222';
const ABROAD = '+6598765432';
const SIGNS = { mainland: '腾讯云', international: 'Tencent Cloud' };

/** What can be no signature of any market, and the field that the error names. */
const BAD_SIGNS: [what: string, signName: unknown, field: string][] = [
  ['an unknown market', { mainland: '一个', europe: 'x' }, 'signName.europe'],
  ['no text', { mainland: 5 }, 'signName.mainland'],
  ['quotes', { international: '"Shop"' }, 'signName.international'],
  ['a list', ['一个'], 'signName'],
  ['null', null, 'signName'],
  ['null for a market', { mainland: null }, 'signName.mainland'],
];

let emulator: SmsEmulator;
let started: SmsTestCase;
let sms: SmsService;

async function start(signName: SmsModuleOptions['signName']): Promise<void> {
  emulator = await SmsEmulator.start();
  started = await startSms({
    endpoint: emulator.url,
    credentials: { secretId: 'any', secretKey: emulator.secretKey },
    signName,
  });
  ({ sms } = started);
}

async function allOf(run: AsyncIterable<SmsOutcome>): Promise<SmsOutcome[]> {
  const outcomes: SmsOutcome[] = [];
  for await (const outcome of run) {
    outcomes.push(outcome);
  }
  return outcomes;
}

const shownOf = ({ to, templateId, signName }: SmsOutcome) => [to, templateId, signName];
const sent = () =>
  emulator
    .messages()
    .map(({ to, templateId, signName, params: values }) => [to, templateId, signName, values]);

afterEach(async () => {
  await started.module.close();
  await emulator.stop();
});

describe('a template and a signature for each market', () => {
  beforeEach(() => start(SIGNS));

  const MAINLAND = [PHONE, '81', '腾讯云'];
  const INTERNATIONAL = [ABROAD, '82', 'Tencent Cloud'];

  it('serve a mixed list in one call, and the outcomes show what was used', async () => {
    const { outcomes } = await sms.sendMany(Code, { to: [ABROAD, PHONE, ABROAD, '12'], params });
    expect(outcomes.map(shownOf)).toEqual([
      INTERNATIONAL,
      MAINLAND,
      INTERNATIONAL,
      ['12', undefined, undefined],
    ]);
    expect(outcomes.map(({ status }) => status[0]).join('')).toBe('aaar');
    expect(sent()).toHaveLength(2);
    expect(sent()).toEqual(
      expect.arrayContaining([
        [...MAINLAND, ['042137', '5']],
        [...INTERNATIONAL, ['5', '042137']],
      ]),
    );
  });

  it('serve single sends by where each goes', async () => {
    expect(shownOf(await sms.send(Code, { to: PHONE, params }))).toEqual(MAINLAND);
    expect(shownOf(await sms.trySend(Code, { to: ABROAD, params }))).toEqual(INTERNATIONAL);
    expect(shownOf(await sms.trySend(Code, { to: 'x', params }))).toEqual([
      'x',
      undefined,
      undefined,
    ]);
    expect(emulator.messages().map(({ text }) => text.slice(0, 5))).toEqual([
      '【腾讯云】',
      '[Tenc',
    ]);
  });

  it('serve the rows of a run, each with values of its own', async () => {
    const rows = [
      { to: PHONE, params },
      { to: ABROAD, params },
      { to: ABROAD, params: { code: '1', minutes: 2 } },
      { to: PHONE, params: { code: '1' } as typeof params },
      { to: ABROAD, params },
    ];
    const outcomes = await allOf(sms.sendEach(Code, rows));
    expect(outcomes.map(shownOf)).toEqual([
      MAINLAND,
      INTERNATIONAL,
      INTERNATIONAL,
      [PHONE, undefined, undefined],
      INTERNATIONAL,
    ]);
    expect(outcomes.map(({ status }) => status[0]).join('')).toBe('aaara');
    expect(outcomes[4]?.duplicateOf).toBe(1);
    expect(emulator.messages()).toHaveLength(3);
  });

  it('are checked for both markets, wherever a text goes', async () => {
    const surplus = { ...params, name: 'x' } as typeof params;
    for (const to of [PHONE, ABROAD]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await expect(sms.trySend(Code, { to, params: surplus })).rejects.toMatchObject({
        issues: [{ message: expect.stringContaining('params.name is not in the text') }],
      });
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await expect(
        sms.trySend(Code, { to, params: { ...params, code: 'A' } }),
      ).rejects.toMatchObject({ issues: [{ field: 'params.code' }] });
    }
  });

  it('may differ in what they have: each takes its own values', async () => {
    const Short = smsTemplate({ id: '83', kind: 'verification', text: 'Code {code:1}.' });
    const Bare = smsTemplate({ id: '84', kind: 'notification', text: 'Welcome.' });
    const Both = smsTemplate.byMarket({ mainland: Chinese, international: Short });
    const Half = smsTemplate.byMarket({ mainland: Chinese, international: Bare });
    await sms.sendMany(Both, { to: [PHONE, ABROAD], params });
    await sms.sendMany(Half, { to: [PHONE, ABROAD], params: { code: '7', minutes: 1 } });
    expect(sent().map(([, id, , values]) => [id, values])).toEqual(
      expect.arrayContaining([
        ['81', ['042137', '5']],
        ['83', ['042137']],
        ['81', ['7', '1']],
        ['84', []],
      ]),
    );
  });

  it('take the first signature that is given for a market: of the row, the run, the module', async () => {
    const rows = [
      { to: PHONE, params },
      { to: PHONE, params, signName: '一个' },
      { to: PHONE, params, signName: { mainland: '两个' } },
      { to: PHONE, params, signName: { international: 'Shop' } },
      { to: ABROAD, params },
      { to: ABROAD, params, signName: { mainland: '两个' } },
      { to: ABROAD, params, signName: { international: 'Shop' } },
      { to: ABROAD, params, signName: { international: '' } },
      { to: ABROAD, params, signName: '' },
    ];
    const outcomes = await allOf(sms.sendEach(Code, rows));
    expect(outcomes.map(({ signName }) => signName)).toEqual([
      '腾讯云',
      '一个',
      '两个',
      '腾讯云',
      'Tencent Cloud',
      'Tencent Cloud',
      'Shop',
      undefined,
      undefined,
    ]);
    const ofRun = await allOf(
      sms.sendEach(Code, [rows[0], rows[2], rows[4], rows[5]] as typeof rows, {
        signName: { mainland: '全部', international: 'All' },
      }),
    );
    expect(ofRun.map(({ signName }) => signName)).toEqual(['全部', '两个', 'All', 'All']);
  });

  it('may change while they are sent, without any effect', async () => {
    const signName = { mainland: '一个', international: 'One' };
    const sending = sms.sendMany(Code, { to: [PHONE, ABROAD], params, signName });
    Object.assign(signName, { mainland: '两个', international: 'Two' });
    const { outcomes } = await sending;
    expect(outcomes.map((outcome) => outcome.signName)).toEqual(['一个', 'One']);
  });

  it.each<[what: string, signName: unknown, field: string]>([
    ...BAD_SIGNS,
    [
      'a getter that throws',
      Object.defineProperty({}, 'mainland', { enumerable: true, get: thrower }),
      'signName.mainland',
    ],
  ])('are refused by name with %s, by every way to send', async (_what, signName, field) => {
    const refused = {
      name: 'SmsValidationError',
      issues: expect.arrayContaining([expect.objectContaining({ field })]),
    };
    const given = { params, signName } as never as { params: typeof params };
    await expect(sms.trySend(Code, { ...given, to: PHONE })).rejects.toMatchObject(refused);
    await expect(sms.sendMany(Code, { ...given, to: [PHONE] })).rejects.toMatchObject(refused);
    const [outcome] = await allOf(sms.sendEach(Code, [{ ...given, to: PHONE }]));
    expect(outcome).toMatchObject({ status: 'rejected', error: refused });
    expect(() => sms.sendEach(Code, [], { signName } as never)).toThrow(
      expect.objectContaining(refused),
    );
  });

  it.each(BAD_SIGNS)(
    'are refused by name with %s, by the options',
    async (_what, signName, field) => {
      await expect(startSms({ signName: signName as never })).rejects.toMatchObject({
        name: 'SmsOptionsError',
        issues: [{ field }],
      });
    },
  );

  it('are what raw calls without a signature take', async () => {
    const raw = { TemplateId: '81', TemplateParamSet: ['1', '2'] };
    for (const number of [
      PHONE,
      '13711112222',
      '8613711112222',
      '0086 13711112222'.replace(' ', ''),
      ABROAD,
    ]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await sms.sendSms({ ...raw, PhoneNumberSet: [number] });
    }
    expect(emulator.messages().map(({ signName }) => signName)).toEqual([
      ...Array.from({ length: 4 }, () => '腾讯云'),
      'Tencent Cloud',
    ]);
  });

  it('are shown by a preview', () => {
    const options = { signName: SIGNS };
    expect(Code.preview(params, options).text).toBe('【腾讯云】验证码042137，5分钟内有效。');
    const abroad = '[Tencent Cloud]5 minutes for the code 042137.';
    expect(Code.preview(params, { ...options, market: 'international' }).text).toBe(abroad);
    expect(Code.preview(params, { ...options, country: 'MY' })).toMatchObject({
      text: abroad,
      issues: [],
    });
    expect(Code.preview({ code: '1' } as typeof params, options).issues).toEqual([
      'params.minutes is missing.',
    ]);
    expect(Chinese.preview(params, options).text).toMatch(/^【腾讯云】/);
  });

  it('keep the hours of marketing to the mainland', async () => {
    const kind = 'marketing';
    const Sale = smsTemplate.byMarket({
      mainland: smsTemplate({ id: '85', kind, text: '大促，拒收请回复R' }),
      international: smsTemplate({ id: '86', kind: 'notification', text: 'Sale.' }),
    });
    await started.module.close();
    started = await startSms({
      endpoint: emulator.url,
      credentials: { secretId: 'any', secretKey: emulator.secretKey },
      signName: SIGNS,
      now: () => new Date('2026-11-26T03:00:00+08:00'),
    });
    ({ sms } = started);
    await expect(sms.trySend(Sale, { to: PHONE })).rejects.toMatchObject({
      issues: [{ field: 'template' }],
    });
    expect(await sms.trySend(Sale, { to: ABROAD })).toMatchObject({ status: 'accepted' });
  });
});

describe('a signature for one market only', () => {
  it('leaves the other without: texts abroad go, those to the mainland need one', async () => {
    await start({ mainland: '腾讯云' });
    expect(await sms.trySend(Code, { to: ABROAD, params })).toMatchObject({
      status: 'accepted',
      signName: undefined,
    });
    await started.module.close();
    await emulator.stop();
    await start({ international: 'Tencent' });
    await expect(sms.trySend(Code, { to: PHONE, params })).rejects.toMatchObject({
      issues: [{ field: 'signName' }],
    });
    expect(await sms.trySend(Code, { to: ABROAD, params })).toMatchObject({ signName: 'Tencent' });
  });

  it('lets rows abroad with values of their own share a request', async () => {
    await start({ mainland: '腾讯云' });
    const rows = ['1', '2', '3'].map((code, i) => ({
      to: `+659876543${i}`,
      params: { code, minutes: 5 },
    }));
    await allOf(sms.sendEach(Code, [...rows, { to: PHONE, params }]));
    expect(
      emulator
        .requests()
        .map(({ action }) => action)
        .toSorted(),
    ).toEqual(['SendMultiGlobalSms', 'SendSms']);
  });
});

describe('templates that can be no pair', () => {
  beforeEach(() => start(SIGNS));

  const Named = Chinese;
  const One = smsTemplate({ id: '1', kind: 'notification', text: 'Code {1}' });
  const Two = smsTemplate({ id: '2', kind: 'notification', text: 'Code {1} of {2}' });

  it.each<[what: string, given: unknown, field: string]>([
    ['one of them missing', { mainland: Named }, 'international'],
    ['a raw one', { mainland: Named, international: { templateId: '1' } }, 'international'],
    ['null', { mainland: null, international: Named }, 'mainland'],
    ['another pair', { mainland: Code, international: Named }, 'mainland'],
    ['another market', { mainland: Named, international: Named, europe: Named }, 'europe'],
    ['names and numbers', { mainland: Named, international: One }, 'international'],
    ['different counts', { mainland: One, international: Two }, 'international'],
  ])('are refused when they are made: %s', (_what, given, field) => {
    expect(() => smsTemplate.byMarket(given as never)).toThrow(
      expect.objectContaining({
        name: 'SmsValidationError',
        issues: [expect.objectContaining({ field })],
      }),
    );
  });

  it.each([null, 'x', 5, []])('are refused when they are made: %p', (given) => {
    expect(() => smsTemplate.byMarket(given as never)).toThrow(
      expect.objectContaining({ name: 'SmsValidationError' }),
    );
  });

  it('are frozen when they are good, and one without placeholders goes with any', () => {
    const Bare = smsTemplate({ id: '3', kind: 'notification', text: 'Welcome.' });
    expect(Object.isFrozen(smsTemplate.byMarket({ mainland: Bare, international: Two }))).toBe(
      true,
    );
    expect(inspect(Code)).toContain('81');
  });
});

function thrower(): never {
  throw new TypeError('thrown by the input');
}
