import { AssertionError } from 'node:assert';
import { isDeepStrictEqual } from 'node:util';
import type { SmsVerificationLimit } from '../../verification/store/verification.store.js';
import { clockOf } from './store-subject.js';
import type { SmsVerificationStoreSubject } from './store-subject.js';
import { CommandMaker, MODEL_LIMITS, nameOf, randomCommands } from './random-commands.js';
import type { RandomCommand, ReadyCommand } from './random-commands.js';
import { VerificationModel } from './reference-model.js';
import type { ModelState } from './reference-model.js';

/** Most runs that a shorter way to a difference is looked for in. */
const MOST_SHORTER = 80;
/** Most commands at once; each of their orders is tried. */
const MOST_AT_ONCE = 3;

type Create = () => SmsVerificationStoreSubject | Promise<SmsVerificationStoreSubject>;

/**
 * Runs random commands on a store and on the model.
 *
 * @throws AssertionError with the shortest commands found, when an answer differs.
 */
export async function runAgainstModel(create: Create, seed: number, length: number): Promise<void> {
  let commands = randomCommands(seed, length);
  let difference = await findDifference(create, seed, commands);
  if (difference === undefined) {
    return;
  }
  commands = commands.slice(0, difference.after);
  for (let at = commands.length - 2, tried = 0; at >= 0 && tried < MOST_SHORTER; at -= 1) {
    const shorter = commands.toSpliced(at, 1);
    tried += 1;
    // oxlint-disable-next-line no-await-in-loop -- each is tried without what the one before removed
    const found = await findDifference(create, seed, shorter);
    if (found !== undefined) {
      difference = found;
      commands = shorter.slice(0, found.after);
      at = Math.min(at, commands.length - 1);
    }
  }
  throw new AssertionError({
    message: `The store differs from the model (seed ${seed}):\n${difference.steps.join('\n')}`,
    actual: difference.actual,
    expected: difference.expected,
    operator: 'deepStrictEqual',
  });
}

interface Difference {
  /** How many commands it takes. */
  readonly after: number;
  readonly steps: readonly string[];
  readonly actual: unknown;
  readonly expected: unknown;
}

async function findDifference(
  create: Create,
  seed: number,
  commands: readonly RandomCommand[],
): Promise<Difference | undefined> {
  const subject = await create();
  const { store } = subject;
  const clock = clockOf(subject);
  const maker = new CommandMaker(seed % 2 === 1);
  const steps: string[] = [];
  let model = new VerificationModel();
  try {
    for (let at = 0; at < commands.length;) {
      const ready: ReadyCommand[] = [];
      let waitMs = 0;
      do {
        const made = maker.make(commands[at] as RandomCommand);
        at += 1;
        if (typeof made === 'number') {
          waitMs = made;
        } else if (made !== undefined) {
          ready.push(made);
        }
      } while (
        waitMs === 0 &&
        ready.length < MOST_AT_ONCE &&
        commands[at]?.isParallel === true &&
        commands[at]?.kind !== 'wait'
      );
      const now = clock.now();
      // oxlint-disable-next-line no-await-in-loop -- one step after the other
      const answers = await Promise.all(
        ready.map(async (command) => plain(await command.onStore(store))),
      );
      const tried = inSomeOrder(model, ready, answers, now);
      steps.push(
        ...ready.map(({ text }, index) => `${text}\n  → ${JSON.stringify(answers[index])}`),
      );
      const broken = tried.isFound ? findCrowdedWindow(tried.model.state) : undefined;
      if (!tried.isFound || broken !== undefined) {
        const expected = broken ?? tried.answers;
        const said = `  expected ${JSON.stringify(expected)}`;
        return { after: at, steps: [...steps, said], actual: answers, expected };
      }
      ({ model } = tried);
      if (waitMs > 0) {
        steps.push(`wait ${waitMs} ms`);
        // oxlint-disable-next-line no-await-in-loop -- one step after the other
        await clock.advance(waitMs);
      }
    }
    return undefined;
  } finally {
    await subject.close?.();
  }
}

/** Whether commands at once were answered as in some order, and what the model is after it. */
function inSomeOrder(
  model: VerificationModel,
  ready: readonly ReadyCommand[],
  answers: readonly unknown[],
  now: number,
): { isFound: boolean; model: VerificationModel; answers: readonly unknown[] } {
  let first:
    { isFound: boolean; model: VerificationModel; answers: readonly unknown[] } | undefined;
  for (const order of ordersOf(ready.map((_, index) => index))) {
    const copy = new VerificationModel();
    copy.state = structuredClone(model.state);
    const expected: unknown[] = [];
    for (const index of order) {
      expected[index] = plain(ready[index]?.onModel(copy, now));
    }
    const tried = { isFound: isDeepStrictEqual(answers, expected), model: copy, answers: expected };
    if (tried.isFound) {
      return tried;
    }
    first ??= tried;
  }
  return first ?? { isFound: true, model, answers: [] };
}

function ordersOf(items: readonly number[], before: readonly number[] = []): number[][] {
  return items.length === 0
    ? [[...before]]
    : items.flatMap((item, at) => ordersOf(items.toSpliced(at, 1), [...before, item]));
}

/** Which limit was exceeded in some window of its length; `undefined` when none ever was. */
function findCrowdedWindow({ texts, starts, failures }: ModelState): string | undefined {
  const shares = MODEL_LIMITS.phone.map(({ untrusted, windowMs }) => ({
    count: untrusted,
    windowMs,
  }));
  const abroad = texts.filter(({ country }) => country !== undefined);
  const groups: [string, readonly SmsVerificationLimit[], Map<string, number[]>][] = [
    ['phone', MODEL_LIMITS.phone, groupMoments(texts, ({ phone }) => phone)],
    [
      'phone, untrusted',
      shares,
      groupMoments(
        texts.filter(({ trusted }) => !trusted),
        ({ phone }) => phone,
      ),
    ],
    ['country', MODEL_LIMITS.country, groupMoments(abroad, ({ country }) => String(country))],
    ['all', MODEL_LIMITS.all, groupMoments(texts, () => '')],
    ['caller', MODEL_LIMITS.caller, groupMoments(starts, ({ key }) => key)],
    [
      'failures',
      MODEL_LIMITS.failures,
      groupMoments(failures, ({ key, trusted }) => `${key} ${trusted}`),
    ],
  ];
  for (const [scope, limits, moments] of groups) {
    for (const { count, windowMs } of limits) {
      if ([...moments.values()].some((group) => isCrowded(group, count, windowMs))) {
        return `at most ${count} in ${windowMs} ms: ${scope}`;
      }
    }
  }
  return undefined;
}

/** Keys of either secret are of the same phone. */
function groupMoments<T extends { readonly at: number }>(
  items: readonly T[],
  keyOf: (item: T) => string,
): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const item of items) {
    const key = nameOf(keyOf(item));
    groups.set(key, [...(groups.get(key) ?? []), item.at]);
  }
  return groups;
}

function isCrowded(moments: readonly number[], count: number, windowMs: number): boolean {
  const sorted = moments.toSorted((a, b) => a - b);
  return sorted.some((from, index) => {
    const last = sorted[index + count];
    return last !== undefined && last - from < windowMs;
  });
}

/** Without members that are `undefined`. */
function plain(answer: unknown): unknown {
  return answer === undefined ? undefined : JSON.parse(JSON.stringify(answer));
}
