/* oxlint-disable no-await-in-loop -- steps follow each other */
import { AssertionError } from 'node:assert';
import { isDeepStrictEqual } from 'node:util';
import type { SmsKeyDigest, SmsMarker, SmsQueueStore } from '../../guard/queue.store.js';
import { randomNumbers } from '../random-numbers.js';
import { BEGUN_AT, result } from './queue-caller.js';

/** What the rules say is kept of a key. */
interface Model {
  readonly state: SmsMarker['state'];
  readonly epoch: number;
  readonly token?: string | undefined;
  readonly status?: string | undefined;
  readonly accepted?: number | undefined;
  readonly corrected: boolean;
  readonly doubled: boolean;
}

/** A call, what the store answers, and what the rules say it should. */
interface Step {
  readonly text: string;
  call(store: SmsQueueStore, key: SmsKeyDigest): Promise<unknown>;
  apply(model: Model | undefined): readonly [Model | undefined, unknown];
}

const TOKENS = ['a', 'b', 'c'] as const;
const EPOCHS = [1, 2, 3] as const;
const STEPS = 14;
const MOST_AT_ONCE = 3;

/**
 * Calls a store in a random history, some calls at once: there must be an order of these in which the
 * rules give the same answers.
 *
 * @throws AssertionError with the history that leads to a difference.
 */
export async function runHistory(store: SmsQueueStore, seed: number): Promise<void> {
  const random = randomNumbers(seed);
  const key: SmsKeyDigest = { id: `history${seed}`, fingerprint: 'text' };
  const history: string[] = [];
  let models: readonly (Model | undefined)[] = [undefined];
  for (let made = 0; made < STEPS;) {
    const steps = Array.from({ length: 1 + Math.floor(random() * MOST_AT_ONCE) }, () =>
      randomStep(random),
    );
    made += steps.length;
    const answers = await Promise.all(steps.map(async (step) => step.call(store, key)));
    history.push(steps.map((step, i) => `${step.text} → ${show(answers[i])}`).join('\n  with '));
    const left = models.flatMap((model) => explain(model, steps, answers));
    const found = toAnswer(await store.find([key.id]));
    models = unique(left.filter((model) => isDeepStrictEqual(toAnswer(model), found)));
    if (models.length === 0) {
      throw new AssertionError({
        message: `The store answers otherwise than the rules say (seed ${seed}), and has ${show(found)}:\n${history.join('\n')}`,
      });
    }
  }
}

/** What is kept after each order of the steps in which the answers are those that came. */
function explain(
  model: Model | undefined,
  steps: readonly Step[],
  answers: readonly unknown[],
): (Model | undefined)[] {
  if (steps.length === 0) {
    return [model];
  }
  return steps.flatMap((step, i) => {
    const [next, answer] = step.apply(model);
    return isDeepStrictEqual(answer, answers[i])
      ? explain(next, steps.toSpliced(i, 1), answers.toSpliced(i, 1))
      : [];
  });
}

function randomStep(random: () => number): Step {
  const choose = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const kind = random();
  if (kind < 0.45) {
    return begin(choose(TOKENS));
  }
  if (kind < 0.65) {
    return release(choose(TOKENS));
  }
  if (kind < 0.95) {
    return end(
      choose(EPOCHS),
      choose(['settling', 'accepted', 'rejected', 'rejected', 'unknown'] as const),
    );
  }
  return conclude(choose(['stale', 'cancelled'] as const));
}

function begin(token: string): Step {
  return {
    text: `begin ${token}`,
    call: async (store, key) => {
      const times = { begunAt: BEGUN_AT, notAfter: BEGUN_AT + 30_000 };
      const begun = await store.begin({ keys: [key], token, lane: 'notification', ...times });
      return begun.state === 'go' ? ['go', begun.epoch] : [begun.state];
    },
    apply: (model = { state: 'ready', epoch: 1, corrected: false, doubled: false }) => {
      const isOwn = model.token === token;
      if (model.state === 'ready') {
        return isOwn
          ? [model, ['sending']]
          : [{ ...model, state: 'sending', token }, ['go', model.epoch]];
      }
      return model.state === 'sending' && isOwn
        ? [model, ['go', model.epoch]]
        : [model, [model.state]];
    },
  };
}

function release(token: string): Step {
  return {
    text: `release ${token}`,
    call: async (store, key) => store.release([key.id], token),
    apply: (model = { state: 'ready', epoch: 1, corrected: false, doubled: false }) => {
      if (model.state === 'ready') {
        return [{ ...model, token }, undefined];
      }
      return model.state === 'sending' && model.token === token
        ? [{ ...model, state: 'ready', epoch: model.epoch + 1 }, undefined]
        : [model, undefined];
    },
  };
}

function end(epoch: number, how: 'settling' | 'accepted' | 'rejected' | 'unknown'): Step {
  const given =
    how === 'settling'
      ? ({ state: 'settling' } as const)
      : ({ state: 'done', result: result(how) } as const);
  return {
    text: `end ${epoch} ${how}`,
    call: async (store, key) => toAnswer(await store.end(key.id, epoch, given)),
    apply: (model) => {
      const next = model === undefined ? undefined : afterEnd(model, epoch, how);
      return [next, toAnswer(next)];
    },
  };
}

function afterEnd(model: Model, epoch: number, how: string): Model {
  const { state, status, accepted } = model;
  const isUnderWay = epoch === model.epoch && (state === 'sending' || state === 'settling');
  if (how === 'accepted') {
    return accepted === undefined
      ? { ...model, state: 'done', status: how, accepted: epoch, corrected: status !== undefined }
      : { ...model, doubled: model.doubled || accepted !== epoch };
  }
  if (isUnderWay) {
    return how === 'settling' ? { ...model, state: how } : { ...model, state: 'done', status: how };
  }
  return epoch === model.epoch && status === 'unknown' && how === 'rejected'
    ? { ...model, status: how, corrected: true }
    : model;
}

function conclude(state: 'stale' | 'cancelled'): Step {
  return {
    text: state,
    call: async (store, key) =>
      toAnswer(await store.conclude([key], { state, result: result(state) })),
    apply: (model = { state: 'ready', epoch: 1, corrected: false, doubled: false }) => {
      const next = model.state === 'ready' ? { ...model, state, status: state } : model;
      return [next, toAnswer(next)];
    },
  };
}

function toAnswer(kept: SmsMarker | Model | undefined): unknown {
  if (kept === undefined) {
    return undefined;
  }
  const { state, epoch, corrected, doubled } = kept;
  const status = 'result' in kept ? kept.result?.status : (kept as Model).status;
  return { state, epoch, status, corrected, doubled };
}

function unique(models: readonly (Model | undefined)[]): (Model | undefined)[] {
  return [...new Map(models.map((model) => [JSON.stringify(model), model])).values()];
}

function show(answer: unknown): string {
  return JSON.stringify(answer) ?? 'nothing';
}
