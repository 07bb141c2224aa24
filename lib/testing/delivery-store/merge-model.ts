import { AssertionError } from 'node:assert';
import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { SmsReport } from '../../delivery/report.js';
import type {
  SmsDeliveryFact,
  SmsDeliveryStatus,
  SmsDeliveryStore,
  SmsDeliveryText,
} from '../../delivery/store/delivery.store.js';
import { randomNumbers } from '../random-numbers.js';
import { HANDLER, LEASE_MS, response, SENT_AT } from './delivery-caller.js';

/** From the lightest to the heaviest. */
const STATES: readonly SmsDeliveryStatus[] = [
  'unknown',
  'absent',
  'accepted',
  'unreported',
  'rejected',
  'failed',
  'delivered',
];
/** Each multiset of facts is told in so many orders. */
const ORDERS = 4;
const MOST_AT_ONCE = 4;

/** Something that is said of the text, whatever it is called in this order. */
interface Step {
  readonly text: string;
  /** Whether the text has its serial number by it. */
  readonly hasSerial: boolean;
  readonly fact: SmsDeliveryFact;
  run(store: SmsDeliveryStore, name: Name): Promise<void>;
}

interface Name {
  readonly callRef: string;
  readonly to: string;
  readonly serialNo: string;
}

/**
 * Tells a store the same facts in several orders, some of them at once.
 *
 * @throws AssertionError with the facts when an order ends otherwise than the rules say, or when
 * handlers hear other than one change for each state that a text went through.
 */
export async function runInAllOrders(store: SmsDeliveryStore, seed: number): Promise<void> {
  const random = randomNumbers(seed);
  const steps = randomSteps(random);
  await store.register([{ name: HANDLER, kind: 'report' }]);
  for (let order = 0; order < ORDERS; order += 1) {
    const name: Name = {
      callRef: `call${seed}-${order}`,
      to: `+86138${String((seed % 10_000) * 10 + order).padStart(8, '0')}`,
      serialNo: `serial${seed}-${order}`,
    };
    const shuffled = shuffle(steps, random);
    // oxlint-disable-next-line no-await-in-loop -- one order after the other
    const isSequential = await tell(store, name, shuffled, random);
    const told = shuffled.map(({ text }) => text);
    // oxlint-disable-next-line no-await-in-loop -- one order after the other
    const found = await store.find({ to: name.to, callRef: name.callRef });
    compare(seed, told, toEnd(found?.fact), toEnd(endOf(shuffled)));
    // oxlint-disable-next-line no-await-in-loop -- one order after the other
    const heard = await hear(store, name);
    const states = statesOf(shuffled);
    if (isSequential) {
      compare(seed, told, heard, states);
    } else {
      // At once they go by one order or another, and end the same.
      const last = states.at(-1);
      compare(seed, told, last === undefined || heard.includes(last), true);
    }
  }
}

function randomSteps(random: () => number): Step[] {
  const choose = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const outcome = choose([
    ...Array.from({ length: 6 }, () => response('accepted')),
    response('unknown'),
    response('rejected', 'LimitExceeded'),
  ]);
  const steps = [put(response('unknown')), put(outcome)];
  const length = 1 + Math.floor(random() * 6);
  for (let made = 0; made < length; made += 1) {
    const state = choose(['delivered', 'failed', 'failed'] as const);
    const isExact = random() < 0.6;
    steps.push(
      report({
        state,
        code: state === 'delivered' ? 'DELIVRD' : choose(['MK:0001', 'MK:0002', 'mk:9', undefined]),
        at: choose([SENT_AT, SENT_AT + 1000, SENT_AT + 2000, undefined]),
        source: choose(['callback', 'queue', 'number']),
        exact: isExact,
      }),
    );
  }
  const repeated = Array.from({ length: Math.floor(random() * 4) }, () => choose(steps));
  return [...steps, ...repeated];
}

function put(fact: SmsDeliveryFact): Step {
  const hasSerial = fact.state === 'accepted';
  return {
    text: `put ${JSON.stringify(fact)}`,
    hasSerial,
    fact,
    run: async (store, { callRef, to, serialNo }) => {
      const text: SmsDeliveryText = {
        callRef,
        to,
        serialNo: hasSerial ? serialNo : undefined,
        tracked: true,
        decidedAt: SENT_AT,
        notAfter: SENT_AT + 60_000,
        fact,
      };
      await store.put([text]);
    },
  };
}

function report(fact: SmsDeliveryFact): Step {
  return {
    text: `merge ${JSON.stringify(fact)}`,
    hasSerial: false,
    fact,
    run: async (store, { to, serialNo }) => {
      await store.merge([{ ...fact, to, serialNo }]);
    },
  };
}

/** @returns whether no two were told at once */
async function tell(
  store: SmsDeliveryStore,
  name: Name,
  steps: readonly Step[],
  random: () => number,
): Promise<boolean> {
  const size = random() < 0.5 ? 1 : MOST_AT_ONCE;
  for (let from = 0; from < steps.length; from += size) {
    // oxlint-disable-next-line no-await-in-loop -- one group after the other
    await Promise.all(steps.slice(from, from + size).map(async (step) => step.run(store, name)));
  }
  return size === 1;
}

async function hear(store: SmsDeliveryStore, { to }: Name): Promise<string[]> {
  const changes = await store.claim([HANDLER], 1000, LEASE_MS);
  const ids = changes.map(({ id }) => id);
  assert.deepEqual([...new Set(ids)], ids, 'each change has an id of its own');
  await Promise.all(changes.map(async ({ id }) => store.acknowledge(id, HANDLER, true)));
  return changes
    .map(({ body }) => body as SmsReport)
    .filter((heard) => heard.to === to)
    .map(({ state }) => state)
    .toSorted(byWeight);
}

/** The fact that holds in the end: reports count once the text has its serial number. */
function endOf(steps: readonly Step[]): SmsDeliveryFact | undefined {
  const hasSerial = steps.some((step) => step.hasSerial);
  return steps
    .filter(({ text }) => hasSerial || text.startsWith('put'))
    .map(({ fact }) => fact)
    .toSorted(byPrecedence)[0];
}

/** The states that handlers hear of, when facts come in this order. */
function statesOf(steps: readonly Step[]): string[] {
  const states: string[] = [];
  const waiting: SmsDeliveryFact[] = [];
  let held: SmsDeliveryFact | undefined;
  let hasSerial = false;
  const merge = (fact: SmsDeliveryFact): void => {
    const before = held;
    held = before === undefined ? fact : [before, fact].toSorted(byPrecedence)[0];
    const state = held?.state;
    if (before !== undefined && state !== before.state && state !== undefined) {
      states.push(state);
    }
  };
  for (const step of steps) {
    if (step.text.startsWith('merge') && !hasSerial) {
      waiting.push(step.fact);
    } else {
      merge(step.fact);
    }
    if (step.hasSerial && !hasSerial) {
      hasSerial = true;
      for (const fact of waiting) {
        merge(fact);
      }
    }
  }
  const told = states.filter((state) => state === 'failed' || state === 'delivered');
  return told.toSorted(byWeight);
}

function byWeight(a: string, b: string): number {
  return STATES.indexOf(a as SmsDeliveryStatus) - STATES.indexOf(b as SmsDeliveryStatus);
}

function byPrecedence(a: SmsDeliveryFact, b: SmsDeliveryFact): number {
  const keys = [a, b].map(({ state, exact, at, code, source }) => [
    exact && state !== 'unknown' ? 0 : 1,
    STATES.length - STATES.indexOf(state),
    at ?? Number.MAX_VALUE,
    code ?? '',
    source,
  ]);
  for (const [index, one] of (keys[0] ?? []).entries()) {
    const other = keys[1]?.[index] ?? '';
    if (one !== other) {
      return one < other ? -1 : 1;
    }
  }
  return 0;
}

function toEnd(fact: SmsDeliveryFact | undefined): unknown {
  return fact && [fact.state, fact.code ?? '', fact.at ?? null, fact.source];
}

function compare(seed: number, steps: readonly string[], actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) {
    throw new AssertionError({
      message: `The store ends otherwise than the rules say (seed ${seed}): ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}, after\n${steps.join('\n')}`,
      actual,
      expected,
      operator: 'deepStrictEqual',
    });
  }
}

function shuffle<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, place: random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
