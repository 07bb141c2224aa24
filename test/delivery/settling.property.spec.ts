/* oxlint-disable no-await-in-loop -- a timeline is lived through step by step */
import { Logger } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { SmsService, smsTemplate } from 'nestjs-tencentcloud-sms';
import type { SmsOutcome, SmsUnknown } from 'nestjs-tencentcloud-sms';
import {
  SmsDelivery,
  SmsDeliveryModule,
  memoryDeliveryStore,
} from 'nestjs-tencentcloud-sms/delivery';
import type { SmsSettlement } from 'nestjs-tencentcloud-sms/delivery';
import { SmsTestingModule, createSmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import type { SmsEmulatorMessage, SmsTestKit } from 'nestjs-tencentcloud-sms/testing';

/** Settlements for each seed, and seeds: some, or 10,000 (SMS_LONG_TESTS=1). */
const IS_LONG = process.env['SMS_LONG_TESTS'] !== undefined;
const SEEDS = IS_LONG ? Array.from({ length: 24 }, (_, i) => 1000 + i) : [16];
const RUNS = 60;

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const LAG_MS = 10 * MINUTE_MS;
/** The window of a signature, and how late records may be. */
const LAST_LOOK_MS = 15 * MINUTE_MS + SECOND_MS;
const TEXTS = [
  '您的订单{1}已经发货了。',
  '您预约的门诊是{1}，请按时到。',
  '亲爱的会员，本月积分为{1}分。',
  '停电通知：您所在的小区{1}停电。',
];
const TEMPLATES = TEXTS.map((text, i) =>
  smsTemplate({ id: String(11 + i), kind: 'notification', text: text.replace('{1}', '{what:1}') }),
);
const REFUSED = 'LimitExceeded.PhoneNumberSameContentDailyLimit';

const attempt = fc.record({
  kind: fc.constant('attempt' as const),
  at: fc.integer({ min: 0, max: 400 }),
  template: fc.nat({ max: TEXTS.length - 1 }),
  value: fc.constantFrom('甲', '乙', '12345678', '19999998'),
  fate: fc.constantFrom('lost', 'lost', 'late', 'never', 'never', 'refused', 'answered', 'denied'),
  lateBy: fc.integer({ min: 1, max: 294 }),
});
const foreign = fc.record({
  kind: fc.constant('foreign' as const),
  at: fc.integer({ min: 0, max: 900 }),
  template: fc.nat({ max: TEXTS.length - 1 }),
  value: fc.constantFrom('甲', '丙', '17777778'),
});
const look = fc.record({
  kind: fc.constant('look' as const),
  at: fc.integer({ min: 0, max: 1_300 }),
});
const timeline = fc.array(
  fc.oneof({ weight: 4, arbitrary: attempt }, foreign, { weight: 2, arbitrary: look }),
  {
    minLength: 3,
    maxLength: 9,
  },
);

type Attempt = Parameters<Parameters<typeof attempt.map>[0]>[0];
type Event = Parameters<Parameters<typeof timeline.map>[0]>[0][number];

/** An attempt whose outcome is open. */
interface Open {
  readonly attempt: Attempt;
  readonly outcome: SmsUnknown;
  readonly signedAt: number;
  readonly lagMs: number;
  settlement: SmsSettlement | undefined;
}

let kit: SmsTestKit;
let module: TestingModule;
let elsewhere: TestingModule;
let numbers = 0;

beforeEach(async () => {
  for (const level of ['log', 'warn'] as const) {
    jest.spyOn(Logger.prototype, level).mockImplementation(() => undefined);
  }
  kit = await createSmsTestKit({ delivery: 'never', templates: TEMPLATES, limits: 'off' });
  const imports = [SmsTestingModule.forTest({ kit })];
  // Looks are made by the test alone, and as fast as they can.
  const store = Object.assign(memoryDeliveryStore(), { reserve: async () => Promise.resolve(0) });
  module = await Test.createTestingModule({
    imports: [...imports, SmsDeliveryModule.forRoot({ store, settle: false })],
  }).compile();
  await module.init();
  elsewhere = await Test.createTestingModule({ imports }).compile();
});
afterEach(async () => {
  await module.close();
  await elsewhere.close();
  kit.close();
});

function nextPhone(): string {
  numbers += 1;
  return `+86137${String(numbers).padStart(8, '0')}`;
}

function advanceTo(moment: number): void {
  kit.clock.advance(Math.max(0, moment - kit.clock.now().getTime()));
}

async function send(to: string, { template, value, fate, lateBy }: Attempt): Promise<SmsOutcome> {
  const action = 'SendSms';
  if (fate === 'refused' || fate === 'denied') {
    kit.fail(action, REFUSED);
  }
  if (fate === 'lost' || fate === 'refused' || fate === 'never') {
    kit.addFault({ action, effect: 'drop', execute: fate !== 'never' });
  }
  if (fate === 'late') {
    kit.addFault({ action, effect: 'drop', executeAfterMs: lateBy * SECOND_MS });
  }
  const one = TEMPLATES[template];
  if (one === undefined) {
    throw new Error('There is no such template.');
  }
  return module.get(SmsService).trySend(one, { to, params: { what: value } });
}

async function settle(one: Open): Promise<void> {
  one.settlement = await module.get(SmsDelivery).settle(one.outcome);
}

/** Lives through the events of a number and settles at the end; gives the attempts whose answer was lost. */
async function live(to: string, events: readonly Event[], lagMs: number): Promise<Open[]> {
  kit.setRecordLag(lagMs);
  const begin = kit.clock.now().getTime();
  const open: Open[] = [];
  for (const event of events.toSorted((a, b) => a.at - b.at)) {
    advanceTo(begin + event.at * SECOND_MS);
    if (event.kind === 'look') {
      for (const one of open) {
        await settle(one);
        assertNothingFalse(to, open, events);
      }
    } else if (event.kind === 'foreign') {
      const params = [event.value];
      const templateId = String(11 + event.template);
      await elsewhere.get(SmsService).send({ templateId, params }, { to });
    } else {
      const outcome = await send(to, event);
      kit.clearFaults();
      if (outcome.status === 'unknown') {
        open.push({
          attempt: event,
          outcome,
          signedAt: kit.clock.now().getTime(),
          lagMs,
          settlement: undefined,
        });
      }
    }
  }
  return open;
}

function ownOf(to: string, { outcome }: Open): SmsEmulatorMessage | undefined {
  return kit.messages({ to }).find(({ sessionContext }) => sessionContext === outcome.callRef);
}

/** Whatever was looked at in between: no record is given to two texts, and none is absent that ran. */
function assertNothingFalse(to: string, open: readonly Open[], events: readonly Event[]): void {
  const lost = open.filter(
    (one) => one.settlement?.verdict === 'absent' && isAlone(one, events) && one.lagMs < LAG_MS,
  );
  expect(lost.filter((one) => ownOf(to, one) !== undefined)).toEqual([]);
  const given = open.flatMap(({ settlement }) => settlement?.serialNo ?? []);
  expect(new Set(given).size).toBe(given.length);
  const all = new Set(kit.messages({ to }).map(({ serialNo }) => serialNo));
  expect(given.filter((serialNo) => !all.has(serialNo))).toEqual([]);
}

/**
 * Two texts of one template to one number, whose answers were lost or that another system sent, can be
 * taken for each other: whose record it is, is not known then. All others have their own verdict.
 */
function isAlone({ attempt: own }: Open, events: readonly Event[]): boolean {
  return events.every(
    (event) =>
      event === own ||
      event.kind === 'look' ||
      event.template !== own.template ||
      (event.kind === 'attempt' && (event.fate === 'answered' || event.fate === 'denied')),
  );
}

function assertTrue(to: string, one: Open, events: readonly Event[]): void {
  const { fate } = one.attempt;
  const { verdict, serialNo, code } = one.settlement ?? {};
  if (!isAlone(one, events)) {
    return;
  }
  const own = ownOf(to, one);
  const ran = own === undefined ? 'absent' : 'accepted';
  expect([fate, verdict, code, serialNo]).toEqual(
    fate === 'refused'
      ? [fate, 'rejected', REFUSED, undefined]
      : [fate, ran, undefined, own?.serialNo],
  );
}

describe('settling any texts to a number', () => {
  it.each(SEEDS)(
    'gives each its own record and no false verdict while records are less than 10 minutes late (seed %i)',
    async (seed) => {
      let settlements = 0;
      await fc.assert(
        fc.asyncProperty(timeline, fc.integer({ min: 0, max: 594 }), async (events, lag) => {
          const to = nextPhone();
          const open = await live(to, events, lag * SECOND_MS);
          for (const one of open) {
            // Each at the moment of its last look, when others may still be open.
            advanceTo(one.signedAt + LAST_LOOK_MS);
            await settle(one);
            assertNothingFalse(to, open, events);
          }
          for (const one of open) {
            assertTrue(to, one, events);
            settlements += 1;
          }
        }),
        { seed, numRuns: RUNS * 5 },
      );
      expect(settlements).toBeGreaterThan(400);
    },
    IS_LONG ? 300_000 : 60_000,
  );

  it.each(SEEDS)(
    'counts as absent what has no record yet, and takes that back (seed %i)',
    async (seed) => {
      await fc.assert(
        fc.asyncProperty(timeline, fc.integer({ min: 905, max: 1500 }), async (events, lag) => {
          const to = nextPhone();
          const open = await live(to, events, lag * SECOND_MS);
          for (const one of open) {
            advanceTo(one.signedAt + LAST_LOOK_MS);
            await settle(one);
            const { verdict, certainty } = one.settlement ?? {};
            expect(verdict === 'absent' ? certainty : 'presumed').toBe('presumed');
          }
          kit.clock.advance(lag * SECOND_MS);
          for (const one of open) {
            await settle(one);
          }
          for (const one of open) {
            assertTrue(to, one, events);
          }
        }),
        { seed, numRuns: RUNS },
      );
    },
    IS_LONG ? 300_000 : 60_000,
  );
});
