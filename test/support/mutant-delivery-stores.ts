import type { MemoryDeliveryStore } from '../../lib/delivery/store/memory-delivery.store.js';
import type {
  SmsDeliveryFact,
  SmsDeliveryStore,
  SmsLookedText,
  SmsTextChange,
} from '../../lib/delivery/store/delivery.store.js';
import { cloneDeep } from './clone-deep.js';

/** What the memory store keeps to itself. */
interface Insides {
  readonly texts: {
    readonly byCall: Map<string, { fact: SmsDeliveryFact }>;
    readonly bySerial: Map<string, { fact: SmsDeliveryFact }>;
  };
  readonly looks: {
    readonly numbers: Map<string, { token: string | undefined }>;
    textsOf(to: string): { readonly text: SmsLookedText }[];
  };
  readonly outbox: {
    readonly known: Map<string, number>;
    readonly entries: Map<string, { readonly pending: Map<string, { dueAt: number }> }>;
  };
}

function insidesOf(store: MemoryDeliveryStore): Insides {
  return store as unknown as Insides;
}

/** The store, but for some of its methods. */
function mutate(store: MemoryDeliveryStore, methods: Partial<SmsDeliveryStore>): SmsDeliveryStore {
  return {
    put: async (texts) => store.put(texts),
    merge: async (reports) => store.merge(reports),
    announce: async (changes) => store.announce(changes),
    find: async (key) => store.find(key),
    register: async (handlers) => store.register(handlers),
    claim: async (handlers, limit, leaseMs) => store.claim(handlers, limit, leaseMs),
    acknowledge: async (id, handler, done) => store.acknowledge(id, handler, done),
    advance: async () => store.advance(),
    stats: async () => store.stats(),
    subscribe: (listener) => store.subscribe(listener),
    lease: async (name, owner, milliseconds) => store.lease(name, owner, milliseconds),
    claimLooks: async (limit, leaseMs, only) => store.claimLooks(limit, leaseMs, only),
    endLook: async (look, findings) => store.endLook(look, findings),
    claimed: async (to, claims) => store.claimed(to, claims),
    prefer: async (to) => store.prefer(to),
    reserve: async (name, everyMs) => store.reserve(name, everyMs),
    ...methods,
  };
}

/** What is said last holds, whatever it is. */
export function takeTheLast(store: MemoryDeliveryStore): SmsDeliveryStore {
  return mutate(store, {
    merge: async (reports) => {
      const changes = await store.merge(reports);
      for (const report of reports) {
        const { state, code, at, source, exact } = report;
        const kept = insidesOf(store).texts.bySerial.get(`${report.serialNo} ${report.to}`);
        if (kept !== undefined) {
          kept.fact = { state, code, at, source, exact };
        }
      }
      return changes;
    },
  });
}

async function toNothing(step: Promise<unknown>): Promise<never[]> {
  await step;
  return [];
}

/** What a step changed is not given. */
export function giveNothing(store: MemoryDeliveryStore): SmsDeliveryStore {
  return mutate(store, {
    put: async (texts) => toNothing(store.put(texts)),
    merge: async (reports) => toNothing(store.merge(reports)),
    endLook: async (look, findings) => toNothing(store.endLook(look, findings)),
  });
}

/** Each push is given as a change. */
export function giveEachPush(store: MemoryDeliveryStore): SmsDeliveryStore {
  const changes: SmsTextChange[] = [];
  return mutate(store, {
    merge: async (reports) => {
      changes.push(...(await store.merge(reports)));
      return changes.slice(0, 1);
    },
  });
}

/** Handlers hear of each push. */
export function tellEachPush(store: MemoryDeliveryStore): SmsDeliveryStore {
  return mutate(store, {
    merge: async (reports) => {
      const { texts, outbox } = insidesOf(store);
      outbox.known.clear();
      for (const kept of texts.byCall.values()) {
        kept.fact = { ...kept.fact, state: 'accepted' };
      }
      return store.merge(reports);
    },
  });
}

/** A report before its text is lost. */
export function parkNothing(store: MemoryDeliveryStore): SmsDeliveryStore {
  return mutate(store, {
    merge: async (reports) =>
      store.merge(
        reports.filter(({ serialNo, to }) =>
          insidesOf(store).texts.bySerial.has(`${serialNo} ${to}`),
        ),
      ),
  });
}

/** A serial number is enough to touch a text. */
export function trustSerialNumbers(store: MemoryDeliveryStore): SmsDeliveryStore {
  return mutate(store, {
    merge: async (reports) =>
      store.merge(
        reports.map((report) => {
          const keys = [...insidesOf(store).texts.bySerial.keys()];
          const to = keys.find((key) => key.startsWith(`${report.serialNo} `))?.split(' ')[1];
          return { ...report, to: to ?? report.to };
        }),
      ),
  });
}

/** The first handler that is done ends a change for all. */
export function endForAll(store: MemoryDeliveryStore): SmsDeliveryStore {
  return mutate(store, {
    acknowledge: async (id, handler, done) => {
      const names = [...(insidesOf(store).outbox.entries.get(id)?.pending.keys() ?? [])];
      for (const name of done ? names : [handler]) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await store.acknowledge(id, name, done);
      }
    },
  });
}

/** A claimed change stays where it is. */
export function leaseNothing(store: MemoryDeliveryStore): SmsDeliveryStore {
  return mutate(store, {
    claim: async (handlers, limit) => store.claim(handlers, limit, 0),
  });
}

/** Reads all it has, decides, and writes all of it back, as stores with get and set do. */
export function readThenWrite(store: MemoryDeliveryStore): SmsDeliveryStore {
  let kept = store;
  const run = async <T>(step: (copy: MemoryDeliveryStore) => Promise<T>): Promise<T> => {
    const copy = cloneDeep(kept);
    await Promise.resolve();
    const answer = await step(copy);
    await Promise.resolve();
    kept = copy;
    return answer;
  };
  return mutate(store, {
    put: async (texts) => run(async (copy) => copy.put(texts)),
    merge: async (reports) => run(async (copy) => copy.merge(reports)),
    announce: async (changes) => run(async (copy) => copy.announce(changes)),
    find: async (key) => kept.find(key),
    register: async (handlers) => run(async (copy) => copy.register(handlers)),
    claim: async (handlers, limit, leaseMs) =>
      run(async (copy) => copy.claim(handlers, limit, leaseMs)),
    acknowledge: async (id, handler, done) =>
      run(async (copy) => copy.acknowledge(id, handler, done)),
    advance: async () => run(async (copy) => copy.advance()),
    stats: async () => kept.stats(),
    subscribe: (listener) => kept.subscribe(listener),
    lease: async (name, owner, milliseconds) =>
      run(async (copy) => copy.lease(name, owner, milliseconds)),
    claimLooks: async (limit, leaseMs, only) =>
      run(async (copy) => copy.claimLooks(limit, leaseMs, only)),
    endLook: async (look, findings) => run(async (copy) => copy.endLook(look, findings)),
    claimed: async (to, claims) => kept.claimed(to, claims),
    prefer: async (to) => run(async (copy) => copy.prefer(to)),
    reserve: async (name, everyMs) => run(async (copy) => copy.reserve(name, everyMs)),
  });
}

/** Two may look for a number at once. */
export function leaseNoNumber(store: MemoryDeliveryStore): SmsDeliveryStore {
  return mutate(store, { claimLooks: async (limit, _, only) => store.claimLooks(limit, 0, only) });
}

/** A record may be of two texts. */
export function shareRecords(store: MemoryDeliveryStore): SmsDeliveryStore {
  return mutate(store, {
    endLook: async (look, findings) =>
      store.endLook(
        look,
        findings.map((finding) => ({ ...finding, claim: undefined })),
      ),
  });
}

/** A record is matched, though an attempt began while it was looked for. */
export function matchUnseen(store: MemoryDeliveryStore): SmsDeliveryStore {
  return mutate(store, {
    endLook: async (look, findings) => {
      const texts = insidesOf(store)
        .looks.textsOf(look.to)
        .map(({ text }) => text);
      return store.endLook({ ...look, texts }, findings);
    },
  });
}

/** A text keeps the serial number that it was matched with. */
export function keepMatches(store: MemoryDeliveryStore): SmsDeliveryStore {
  return mutate(store, {
    put: async (texts) => {
      const { bySerial } = insidesOf(store).texts;
      const isTaken = texts.some(
        ({ serialNo, to }) => serialNo !== undefined && bySerial.has(`${serialNo} ${to}`),
      );
      return store.put(isTaken ? texts.map((text) => ({ ...text, serialNo: undefined })) : texts);
    },
  });
}

/** Who lost a number writes what it found all the same. */
export function writeLate(store: MemoryDeliveryStore): SmsDeliveryStore {
  return mutate(store, {
    endLook: async (look, findings) => {
      const number = insidesOf(store).looks.numbers.get(look.to);
      if (number !== undefined) {
        number.token = look.token;
      }
      return store.endLook(look, findings);
    },
  });
}

/** All have the same turn. */
export function reserveNothing(store: MemoryDeliveryStore): SmsDeliveryStore {
  return mutate(store, { reserve: async () => Promise.resolve(0) });
}
