/* oxlint-disable no-await-in-loop -- steps follow each other */
import { AssertionError } from 'node:assert';
import { isDeepStrictEqual } from 'node:util';
import type { SmsCampaignRowEnd, SmsCampaignStore } from '../../guard/campaign.store.js';
import { randomNumbers } from '../random-numbers.js';
import { BEGUN_AT, DEFINITION, LEASE_MS, chunkOf } from './campaign-caller.js';
import { CampaignModel } from './campaign-model.js';

/** A call of a store, and of the model. */
interface Step {
  readonly text: string;
  call(store: SmsCampaignStore, id: string): Promise<unknown>;
  apply(model: CampaignModel): unknown;
}

type Random = <T>(from: readonly T[]) => T;

const LOADERS = ['a', 'b'] as const;
const REQUESTS = ['x', 'y', 'z'] as const;
/** Rows of the first chunk and the second, the last of which may be missing. */
const ROWS = [[0], [0], [0, 1], [1, 2], [3], [200, 201], [204]] as const;
const LETTERS = ['.', 'a', 'a', 'r', 'u', 'c'] as const satisfies SmsCampaignRowEnd['letter'][];
/** One row waits of most, so that a history meets its rows again. */
const CHUNKS = [chunkOf(`...dr${'d'.repeat(195)}`), chunkOf('..d', 1)] as const;
const STEPS = 30;
const MOST_AT_ONCE = 3;
/** No time passes in a history. */
const NOW = BEGUN_AT;

/**
 * Calls a store in a random history, some calls at once: there must be an order of these in which the
 * rules give the same answers.
 *
 * @throws AssertionError with the history that leads to a difference.
 */
export async function runHistory(store: SmsCampaignStore, seed: number): Promise<void> {
  const random = randomNumbers(seed);
  const choose: Random = (from) => from[Math.floor(random() * from.length)] as never;
  const id = `history${seed}`;
  const history: string[] = [];
  let models: readonly CampaignModel[] = [new CampaignModel()];
  // Nearly all is about rows that are there.
  const first = [create(), lease('a', LEASE_MS), append('a', 0)];
  for (let made = 0; made < STEPS;) {
    const begun = first.shift();
    const steps =
      begun === undefined
        ? Array.from({ length: 1 + Math.floor(random() * MOST_AT_ONCE) }, () =>
            randomStep(random, choose),
          )
        : [begun];
    made += steps.length;
    const answers = await Promise.all(steps.map(async (step) => step.call(store, id)));
    history.push(steps.map((step, i) => `${step.text} → ${show(answers[i])}`).join('\n  with '));
    const found = await look(store, id);
    const left = models.flatMap((model) => explain(model, steps, answers));
    models = unique(left.filter((model) => isDeepStrictEqual(lookAt(model), found)));
    if (models.length === 0) {
      throw new AssertionError({
        message: `The store answers otherwise than the rules say (seed ${seed}), and has ${show(found)}:\n${history.join('\n')}`,
      });
    }
  }
}

/** What is kept after each order of the steps in which the answers are those that came. */
function explain(
  model: CampaignModel,
  steps: readonly Step[],
  answers: readonly unknown[],
): CampaignModel[] {
  if (steps.length === 0) {
    return [model];
  }
  return steps.flatMap((step, i) => {
    const next = model.clone();
    return isDeepStrictEqual(step.apply(next), answers[i])
      ? explain(next, steps.toSpliced(i, 1), answers.toSpliced(i, 1))
      : [];
  });
}

/** All that a store tells of a campaign. */
async function look(store: SmsCampaignStore, id: string): Promise<unknown> {
  return plain([
    await store.find(id),
    await store.letters(id, ROWS.flat()),
    await store.read(id, 0),
    await store.read(id, 1),
  ]);
}

function lookAt(model: CampaignModel): unknown {
  return plain([
    model.find(NOW),
    model.lettersOf(ROWS.flat(), NOW),
    model.read(0, NOW),
    model.read(1, NOW),
  ]);
}

/** The order of requests and of members is of no account. */
function plain(seen: readonly unknown[]): unknown {
  return JSON.parse(
    JSON.stringify(seen, (name, value: unknown) =>
      name === 'requests'
        ? (value as { epoch: number }[]).toSorted((one, other) => one.epoch - other.epoch)
        : value,
    ),
  );
}

function unique(models: readonly CampaignModel[]): CampaignModel[] {
  return [...new Map(models.map((model) => [JSON.stringify(model), model])).values()];
}

function create(): Step {
  return {
    text: 'create',
    call: async (store, id) => plain([await store.create(id, DEFINITION)]),
    apply: (model) => plain([model.create(DEFINITION, NOW)]),
  };
}

function randomStep(random: () => number, choose: Random): Step {
  const kind = random();
  if (kind < 0.4) {
    return begin(choose(REQUESTS), choose(ROWS));
  }
  if (kind < 0.65) {
    return end(choose([...REQUESTS, undefined]), choose(ROWS), choose);
  }
  if (kind < 0.78) {
    return append(choose(LOADERS), choose([0, 0, 1]));
  }
  if (kind < 0.9) {
    return lease(choose(LOADERS), choose([LEASE_MS, LEASE_MS, LEASE_MS, 0]));
  }
  return choose([
    pause(),
    resume(),
    resume(),
    ...(random() < 0.3 ? [cancel()] : []),
    stopLoading(choose(LOADERS)),
    endLoading(choose(LOADERS)),
  ]);
}

function begin(token: string, rows: readonly number[]): Step {
  const chunk = Number((rows[0] ?? 0) >= 200);
  const request = { token, chunk, rows, begunAt: NOW, notAfter: NOW + 30_000 };
  return {
    text: `begin ${token} ${rows.join()}`,
    call: async (store, id) => store.begin(id, request),
    apply: (model) => model.begin(request, NOW),
  };
}

function end(token: string | undefined, rows: readonly number[], choose: Random): Step {
  const given = rows.map((row) => ({
    row,
    letter: choose(LETTERS),
    fee: choose([undefined, 1, 2]),
    code: choose([undefined, 'First', 'Second']),
    serialNo: choose([undefined, `2640:${row}`]),
  }));
  return {
    text: `end ${token ?? ''} ${given.map(({ row, letter }) => `${row}${letter}`).join()}`,
    call: async (store, id) => store.end(id, given, token),
    apply: (model) => {
      model.end(given, token, NOW);
    },
  };
}

function append(token: string, index: 0 | 1): Step {
  const chunk = { ...CHUNKS[index], codes: { Loading: 1 } };
  return {
    text: `append ${token} ${index}`,
    call: async (store, id) => store.append(id, token, chunk),
    apply: (model) => model.append(token, chunk, NOW),
  };
}

function lease(token: string, milliseconds: number): Step {
  return {
    text: `lease ${token} ${milliseconds}`,
    call: async (store, id) => store.lease(id, token, milliseconds),
    apply: (model) => model.lease(token, milliseconds, NOW),
  };
}

function pause(): Step {
  return {
    text: 'pause',
    call: async (store, id) => store.pause(id),
    apply: (model) => {
      model.pause(true, NOW);
    },
  };
}

function resume(): Step {
  return {
    text: 'resume',
    call: async (store, id) => store.resume(id),
    apply: (model) => {
      model.pause(false, NOW);
    },
  };
}

function cancel(): Step {
  return {
    text: 'cancel',
    call: async (store, id) => store.cancel(id),
    apply: (model) => {
      model.cancel(NOW);
    },
  };
}

function stopLoading(token: string): Step {
  return {
    text: `stop loading ${token}`,
    call: async (store, id) => store.stopLoading(id, token, 'changed'),
    apply: (model) => {
      model.stopLoading(token, 'changed', NOW);
    },
  };
}

function endLoading(token: string): Step {
  return {
    text: `end loading ${token}`,
    call: async (store, id) => store.endLoading(id, token),
    apply: (model) => {
      model.endLoading(token, NOW);
    },
  };
}

function show(answer: unknown): string {
  return JSON.stringify(answer) ?? 'nothing';
}
