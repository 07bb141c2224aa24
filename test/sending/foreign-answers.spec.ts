import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SmsOutcome, SmsService } from 'nestjs-tencentcloud-sms';
import { httpResponse } from '../support/raw-server.js';
import { startSms } from '../support/sms-test-case.js';
import type { SmsTestCase } from '../support/sms-test-case.js';
import { FakeTencent, failedStatus, okStatus, respond } from '../support/fake-tencent.js';
import type { ReceivedCall } from '../support/fake-tencent.js';

const A = '+8613711110001';
const B = '+8613711110002';
const FOREIGN = '+8613799999999';
const HONG_KONG = ['+85261110001', '+85261110002'] as const;
const DAILY = 'LimitExceeded.PhoneNumberDailyLimit';

type Item = Record<string, unknown>;
/** Makes an item out of the context that its request carried. */
type MakeItem = (own: string) => Item;

const ok = (phone: string, SessionContext: unknown): Item => ({
  ...okStatus(phone),
  SessionContext,
});
const refused = (phone: string, SessionContext: unknown): Item => ({
  ...failedStatus(phone, DAILY),
  SessionContext,
});

const CASES: [string, MakeItem[], string[]][] = [
  ['each its own', [(own) => ok(A, own), (own) => ok(B, own)], ['accepted', 'accepted']],
  ['none', [() => ok(A, ''), () => ok(B, undefined)], ['accepted', 'accepted']],
  ['null', [() => ok(A, null), (own) => ok(B, own)], ['accepted', 'accepted']],
  [
    'its own under a refusal',
    [(own) => refused(A, own), () => refused(B, '')],
    ['rejected', 'rejected'],
  ],
  ['another under Ok', [() => ok(A, 'another'), (own) => ok(B, own)], ['unknown', 'accepted']],
  [
    'another under a refusal',
    [() => refused(A, 'another'), (own) => ok(B, own)],
    ['unknown', 'accepted'],
  ],
  [
    'its own in another spelling',
    [(own) => ok(A, own.toUpperCase()), (own) => ok(B, own)],
    ['unknown', 'accepted'],
  ],
  ['one that is no text', [() => ok(A, 5), (own) => ok(B, own)], ['unknown', 'accepted']],
  [
    'another for one, none for the other',
    [() => ok(A, 'another'), () => ok(B, '')],
    ['unknown', 'unknown'],
  ],
  [
    'another for a number that is not asked for, none for ours',
    [() => ok(FOREIGN, 'another'), () => ok(A, ''), () => refused(B, '')],
    ['unknown', 'unknown'],
  ],
  [
    'another for a number that is not asked for, ours our own',
    [() => ok(FOREIGN, 'another'), (own) => ok(A, own), (own) => refused(B, own)],
    ['accepted', 'rejected'],
  ],
  [
    'its own once and another once',
    [(own) => ok(A, own), () => ok(A, 'another'), (own) => ok(B, own)],
    ['unknown', 'accepted'],
  ],
];

describe('a SessionContext in an answer', () => {
  let tencent: FakeTencent;
  let started: SmsTestCase;
  let sms: SmsService;

  beforeEach(async () => {
    tencent = await FakeTencent.start();
    started = await startSms({ endpoint: tencent.url, signName: undefined });
    started.module.useLogger(false);
    ({ sms } = started);
  });

  afterEach(async () => {
    await started.module.close();
    await tencent.stop();
  });

  function answerWith(make: (call: ReceivedCall) => object): void {
    tencent.respondWith(() => ({
      executes: true,
      answer: (socket, call) => socket.write(httpResponse(respond(make(call)))),
    }));
  }

  it.each(
    CASES.flatMap(([name, items, statuses]) =>
      [undefined, 'order 7 ✓'].map(
        (sessionContext) =>
          [name, sessionContext ?? 'our own reference', sessionContext, items, statuses] as const,
      ),
    ),
  )(
    'tells whose answer it is: %s, where the request carried %s',
    async (...[, , sessionContext, items, statuses]) => {
      answerWith(({ params }) => {
        const own = String(params['SessionContext']);
        expect(own).toBe(sessionContext ?? own);
        return { SendStatusSet: items.map((make) => make(own)) };
      });
      const { outcomes } = await sms.sendMany(
        { templateId: '1' },
        { to: [A, B], signName: '腾讯云', sessionContext },
      );
      expect(outcomes.map(({ status }) => status)).toEqual(statuses);
      expect(
        outcomes
          .filter(({ status }) => status === 'unknown')
          .map((outcome) => (outcome as { reason?: string }).reason),
      ).toEqual(statuses.filter((status) => status === 'unknown').map(() => 'status'));
      expect(tencent.executed).toHaveLength(1);
    },
  );

  it.each<[string, (contexts: string[]) => unknown[], string[]]>([
    ['each its own', (contexts) => contexts, ['accepted', 'accepted']],
    ['none', () => ['', undefined], ['accepted', 'accepted']],
    ['another for the second', ([first]) => [first, 'another'], ['accepted', 'unknown']],
    ['another for the second, none for the first', () => ['', 'another'], ['unknown', 'unknown']],
  ])('tells whose answer it is in SendMultiGlobalSms: %s', async (_, echo, statuses) => {
    answerWith(({ params }) => {
      const infos = params['MultiSmsInfoSet'] as { PhoneNumber: string; SessionContext: string }[];
      const echoed = echo(infos.map(({ SessionContext }) => SessionContext));
      return { SendMultiStatusSet: infos.map(({ PhoneNumber }, i) => ok(PhoneNumber, echoed[i])) };
    });
    const rows = HONG_KONG.map((to, i) => ({ to, params: [String(i)] }));
    const outcomes: SmsOutcome[] = [];
    for await (const outcome of sms.sendEach({ templateId: '1' }, rows)) {
      outcomes.push(outcome);
    }
    expect(outcomes.map(({ status }) => status)).toEqual(statuses);
    expect(tencent.executed.map(({ action }) => action)).toEqual(['SendMultiGlobalSms']);
  });
});
