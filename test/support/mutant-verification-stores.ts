import type { MemoryVerificationStore } from '../../lib/verification/store/memory-verification.store.js';
import type { MemoryLogs } from '../../lib/verification/store/memory-logs.js';
import type { VerificationRecord } from '../../lib/verification/store/verification-record.js';
import type { SmsVerificationStore } from '../../lib/verification/store/verification.store.js';
import { cloneDeep } from './clone-deep.js';

/** What the memory store keeps to itself. */
interface Insides {
  readonly records: Map<string, VerificationRecord>;
  readonly failures: MemoryLogs;
}

function insidesOf(store: MemoryVerificationStore): Insides {
  return store as unknown as Insides;
}

/** The store, but for some of its methods. */
function mutate(
  store: MemoryVerificationStore,
  methods: Partial<SmsVerificationStore>,
): SmsVerificationStore {
  return {
    reserve: async (ask) => store.reserve(ask),
    conclude: async (ask) => store.conclude(ask),
    attempt: async (ask) => store.attempt(ask),
    cancel: async (ask) => store.cancel(ask),
    unlock: async (ask) => store.unlock(ask),
    ...methods,
  };
}

/** A resend gives fresh guesses at the same code. */
export function forgetAttempts(store: MemoryVerificationStore): SmsVerificationStore {
  return mutate(store, {
    reserve: async (ask) => {
      const answer = await store.reserve(ask);
      if (answer.status !== 'send') {
        return answer;
      }
      const { verification } = answer;
      const record = insidesOf(store).records.get(verification.slot) as VerificationRecord;
      record.attempts = 0;
      return { ...answer, verification: { ...verification, attemptsLeft: ask.maxAttempts } };
    },
  });
}

/** Fresh ids give fresh guesses. */
export function logNoFailure(store: MemoryVerificationStore): SmsVerificationStore {
  return mutate(store, {
    attempt: async (ask) => {
      const answer = await store.attempt(ask);
      forgetFailures(store, ask.subjects);
      return answer;
    },
  });
}

/** Each login of the owner gives a stranger fresh guesses. */
export function clearAllFailures(store: MemoryVerificationStore): SmsVerificationStore {
  return mutate(store, {
    attempt: async (ask) => {
      const answer = await store.attempt(ask);
      if (answer.status === 'approved') {
        forgetFailures(store, ask.subjects);
      }
      return answer;
    },
  });
}

function forgetFailures(store: MemoryVerificationStore, subjects: readonly string[]): void {
  insidesOf(store).failures.clear(subjects.flatMap((subject) => [`${subject}-`, `${subject}+`]));
}

/** A repeated call is counted twice. */
export function forgetOperations(store: MemoryVerificationStore): SmsVerificationStore {
  const seen = new Map<string, number>();
  const rename = <T extends { readonly operation: string }>(ask: T): T => {
    const times = seen.get(ask.operation) ?? 0;
    seen.set(ask.operation, times + 1);
    return times === 0 ? ask : { ...ask, operation: `${ask.operation} again ${times}` };
  };
  return mutate(store, {
    reserve: async (ask) => store.reserve(rename(ask)),
    attempt: async (ask) => store.attempt(rename(ask)),
  });
}

/** A code is good for more than one login. */
export function keepUsedCodes(store: MemoryVerificationStore): SmsVerificationStore {
  return mutate(store, {
    attempt: async (ask) => {
      const answer = await store.attempt(ask);
      for (const { slot } of ask.targets) {
        const record = insidesOf(store).records.get(slot);
        if (record !== undefined) {
          record.approved = false;
        }
      }
      return answer;
    },
  });
}

/** A refused text uses limits up. */
export function keepRefused(store: MemoryVerificationStore): SmsVerificationStore {
  return mutate(store, {
    conclude: async (ask) =>
      store.conclude({ ...ask, outcome: ask.outcome === 'rejected' ? 'unknown' : ask.outcome }),
  });
}

/** Reads all it has, decides, and writes all of it back, as stores with get and set do. */
export function lookThenBook(store: MemoryVerificationStore): SmsVerificationStore {
  let kept = store;
  const run = async <T>(step: (copy: MemoryVerificationStore) => Promise<T>): Promise<T> => {
    const copy = cloneDeep(kept);
    await Promise.resolve();
    const answer = await step(copy);
    await Promise.resolve();
    kept = copy;
    return answer;
  };
  return {
    reserve: async (ask) => run(async (copy) => copy.reserve(ask)),
    conclude: async (ask) => run(async (copy) => copy.conclude(ask)),
    attempt: async (ask) => run(async (copy) => copy.attempt(ask)),
    cancel: async (ask) => run(async (copy) => copy.cancel(ask)),
    unlock: async (ask) => run(async (copy) => copy.unlock(ask)),
  };
}
