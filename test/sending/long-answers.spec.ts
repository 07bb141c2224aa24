import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SmsError } from 'nestjs-tencentcloud-sms';
import type { SmsModuleOptions, SmsService, SmsTransport } from 'nestjs-tencentcloud-sms';
import { httpResponse } from '../support/raw-server.js';
import { startSms } from '../support/sms-test-case.js';
import type { SmsTestCase } from '../support/sms-test-case.js';
import { FakeTencent, failedStatus, okStatus, respond } from '../support/fake-tencent.js';

const PHONES = ['+8613711110001', '+8613711110002'];
const DAILY = 'LimitExceeded.PhoneNumberDailyLimit';
const MEGABYTE = 1024 * 1024;

/** Texts that take a regular expression long, or overflow its stack. */
const TEXTS: [string, string][] = [
  ['digits', '1'],
  ['letters and digits', 'a1'],
  ['letters', 'a'],
  ['key ids', 'AKID'],
  ['slashes', '//'],
  ['users of URLs', '//a:'],
  ['at signs', '//@'],
  ['plus signs', '+1'],
  ['words', 'why not '],
  ['line breaks', '\n'],
  ['Chinese', '短信'],
];

const longText = (megabytes: number, part: string): string =>
  part.repeat(Math.floor((megabytes * MEGABYTE) / (Buffer.byteLength(JSON.stringify(part)) - 2)));

/** Just below the largest answer, and far above it. */
const CASES = [
  ...TEXTS.map(([name, part]) => [`0.9 MB of ${name}`, longText(0.9, part)] as const),
  ...TEXTS.slice(0, 2).map(([name, part]) => [`8 MB of ${name}`, longText(8, part)] as const),
];

/** Where an answer has the long text. */
const PLACES: [string, (text: string) => object][] = [
  ['a Message at the top', (text) => ({ Error: { Code: DAILY, Message: text } })],
  ['a Code at the top', (text) => ({ Error: { Code: text, Message: '' } })],
  [
    'a Code behind a known prefix',
    (text) => ({ Error: { Code: `LimitExceeded.${text}`, Message: '' } }),
  ],
  [
    'a Message of a number',
    (text) => ({ SendStatusSet: [{ ...failedStatus(PHONES[0] ?? '', DAILY), Message: text }] }),
  ],
  ['a Code of a number', (text) => ({ SendStatusSet: [failedStatus(PHONES[0] ?? '', text)] })],
  ['a PhoneNumber', (text) => ({ SendStatusSet: [okStatus(text)] })],
  [
    'a SessionContext',
    (text) => ({ SendStatusSet: [{ ...okStatus(PHONES[0] ?? ''), SessionContext: text }] }),
  ],
  [
    'a SerialNo under a refusal',
    (text) => ({ SendStatusSet: [{ ...failedStatus(PHONES[0] ?? '', DAILY), SerialNo: text }] }),
  ],
];

describe('an answer of any length', () => {
  let tencent: FakeTencent;
  let started: SmsTestCase;
  let sms: SmsService;

  beforeEach(async () => {
    tencent = await FakeTencent.start();
    await start();
  });

  afterEach(async () => {
    await started.module.close();
    await tencent.stop();
  });

  async function start(more: Partial<SmsModuleOptions> = {}): Promise<void> {
    started = await startSms({ endpoint: tencent.url, retry: false, ...more });
    started.module.useLogger(false);
    ({ sms } = started);
  }

  function answerWith(body: string): void {
    tencent.respondWith(() => ({
      executes: true,
      answer: (socket) => socket.write(httpResponse(body)),
    }));
  }

  /** Sends, and has every outcome and every error shown. */
  async function outcomes(): Promise<string[]> {
    const { outcomes: found } = await sms.sendMany({ templateId: '1' }, { to: PHONES });
    expect(found.map(({ to }) => to)).toEqual(PHONES);
    const failures = found.filter((outcome) => outcome.status !== 'accepted');
    expect(failures.every(({ error }) => error instanceof SmsError)).toBe(true);
    const lengths = failures.flatMap(({ error, code, requestId = '' }) => [
      error.message.length,
      code.length,
      requestId.length,
    ]);
    expect(Math.max(0, ...lengths)).toBeLessThan(1000);
    await expect(
      sms
        .sendSms({ PhoneNumberSet: PHONES, TemplateId: '1' })
        .catch((error: unknown) => error instanceof SmsError),
    ).resolves.toBeTruthy();
    return found.map(({ status }) => status);
  }

  describe.each(PLACES)('with %s', (_, place) => {
    it.each(CASES)('gives an outcome for each number: %s', async (_name, text) => {
      answerWith(respond(place(text)));
      for (const status of await outcomes()) {
        expect(['rejected', 'unknown']).toContain(status);
      }
    });
  });

  it.each(CASES)('gives an outcome for each number with a RequestId of %s', async (_, text) => {
    const SendStatusSet = PHONES.map((phone) => okStatus(phone));
    answerWith(JSON.stringify({ Response: { SendStatusSet, RequestId: text } }));
    const [first] = await outcomes();
    expect(first).toBe(text.length > MEGABYTE ? 'unknown' : 'accepted');
  });

  it('of more than 1 MB is no answer of the API, whatever transport brings it', async () => {
    await started.module.close();
    const body = JSON.stringify({
      Response: {
        Error: { Code: DAILY, Message: ' '.repeat(MEGABYTE) },
        RequestId: 'r-1',
      },
    });
    await start({
      transport: { send: async () => Promise.resolve({ status: 200, headers: {}, body }) },
    });
    expect(await outcomes()).toEqual(['unknown', 'unknown']);
  });

  it('shows no part of a number, a key or a password where a long Message is cut', async () => {
    for (const [secret, shown] of [
      ['13711112222', /\d{4}/],
      ['http://user:pass-word@proxy', /pass/],
      ['AKIDz8krbsJ5yKBZQpn7', /z8krb/],
    ] as const) {
      // Wherever a cut may fall.
      for (let before = 100; before < 140; before += 1) {
        for (const filler of [65_536, 200]) {
          const Message = `${'x '.repeat(filler / 2).slice(0, filler - before)} ${secret} ${'y '.repeat(100)}`;
          answerWith(respond({ Error: { Code: DAILY, Message } }));
          // oxlint-disable-next-line no-await-in-loop -- one answer after the other
          const outcome = await sms.trySend({ templateId: '1' }, { to: PHONES[0] ?? '' });
          const { message } = (outcome as { error: Error }).error;
          expect(message.split('Tencent says')[1]).not.toMatch(shown);
        }
      }
    }
  });
});

describe('what throws once texts were handed over', () => {
  let tencent: FakeTencent;
  let started: SmsTestCase | undefined;

  beforeEach(async () => {
    tencent = await FakeTencent.start();
  });

  afterEach(async () => {
    await started?.module.close();
    await tencent.stop();
  });

  it.each<[string, SmsTransport['send']]>([
    ['an answer whose status throws', async () => Promise.resolve(hostile('status') as never)],
    ['an answer whose headers throw', async () => Promise.resolve(hostile('headers') as never)],
    ['an answer whose body throws', async () => Promise.resolve(hostile('body') as never)],
    [
      'an error of ours that does not say how far it came',
      async () =>
        Promise.reject(new SmsError('after the send', { code: 'SMS_SHUT_DOWN', retryable: true })),
    ],
    ['an error of 8 MB', async () => Promise.reject(new Error('1'.repeat(8 * MEGABYTE)))],
  ])('leaves the texts unknown: %s', async (_, send) => {
    started = await startSms({ endpoint: tencent.url, transport: { send } });
    started.module.useLogger(false);
    const { outcomes } = await started.sms.sendMany({ templateId: '1' }, { to: PHONES });
    expect(outcomes.map(({ status }) => status)).toEqual(['unknown', 'unknown']);
    await expect(
      started.sms.sendSms({ PhoneNumberSet: PHONES, TemplateId: '1' }),
    ).rejects.toMatchObject({ maybeSent: true, retryable: false });
  });

  it('is not what fails before, which rejects a text and says so', async () => {
    started = await startSms({ endpoint: tencent.url });
    const signal = hostile('aborted', new EventTarget()) as AbortSignal;
    const outcome = await started.sms.trySend({ templateId: '1' }, { to: PHONES[0] ?? '', signal });
    expect(outcome).toMatchObject({
      status: 'rejected',
      code: 'SMS_UNFORESEEN',
      error: { retryable: false, cause: { name: 'TypeError' } },
    });
    expect(tencent.received).toHaveLength(0);
  });
});

/** An answer, or a signal, that can not be read. */
function hostile(
  member: string,
  target: object = { status: 200, headers: {}, body: '{}' },
): object {
  return Object.defineProperty(target, member, {
    get: () => {
      throw new TypeError('hostile');
    },
  });
}
