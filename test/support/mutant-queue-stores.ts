import type { SmsMarker, SmsQueueStore } from '../../lib/guard/queue.store.js';

/** What the memory store keeps to itself. */
interface Insides {
  readonly kept: Map<string, { marker: SmsMarker; acceptedEpoch: number | undefined }>;
}

function keptOf(store: SmsQueueStore): Insides['kept'] {
  return (store as unknown as Insides).kept;
}

/** The store, but for some of its methods. */
function mutate(store: SmsQueueStore, methods: Partial<SmsQueueStore>): SmsQueueStore {
  return {
    begin: async (request) => store.begin(request),
    end: async (id, epoch, end) => store.end(id, epoch, end),
    release: async (ids, token) => store.release(ids, token),
    conclude: async (keys, end) => store.conclude(keys, end),
    find: async (ids) => store.find(ids),
    pause: async (lane, reason, probeEveryMs) => store.pause(lane, reason, probeEveryMs),
    resume: async (lane, reason) => store.resume(lane, reason),
    paused: async () => store.paused(),
    reserve: async (name, everyMs, withinMs) => store.reserve(name, everyMs, withinMs),
    stats: async () => store.stats(),
    ...methods,
  };
}

/** Reads what is kept of a key, and writes after others may have read as well. */
export function readThenWrite(store: SmsQueueStore): SmsQueueStore {
  return mutate(store, {
    begin: async (request) => {
      const found = await store.find(request.keys.map(({ id }) => id));
      await Promise.resolve();
      if (found?.state === 'sending' && found.token !== request.token) {
        return { state: 'sending', marker: found };
      }
      if (found === undefined || found.state === 'ready') {
        for (const { id } of request.keys) {
          const kept = keptOf(store).get(id);
          if (kept?.marker.state === 'sending') {
            kept.marker = { ...kept.marker, state: 'ready' };
          }
        }
      }
      return store.begin(request);
    },
  });
}

/** The same attempt gets no leave again. */
export function forgetTokens(store: SmsQueueStore): SmsQueueStore {
  let calls = 0;
  return mutate(store, {
    begin: async (request) => {
      calls += 1;
      return store.begin({ ...request, token: `${request.token} ${calls}` });
    },
  });
}

/** What an older attempt tells counts as much as what the last one does. */
export function ignoreEpochs(store: SmsQueueStore): SmsQueueStore {
  return mutate(store, {
    end: async (id, epoch, end) => store.end(id, keptOf(store).get(id)?.marker.epoch ?? epoch, end),
  });
}

/** What is told first holds. */
export function keepTheFirst(store: SmsQueueStore): SmsQueueStore {
  return mutate(store, {
    end: async (id, epoch, end) => {
      const marker = keptOf(store).get(id)?.marker;
      return marker?.result === undefined ? store.end(id, epoch, end) : marker;
    },
  });
}

/** What is told last holds. */
export function takeTheLast(store: SmsQueueStore): SmsQueueStore {
  return mutate(store, {
    end: async (id, epoch, end) => {
      const marker = await store.end(id, epoch, end);
      const kept = keptOf(store).get(id);
      if (kept !== undefined && end.state === 'done' && kept.marker.epoch === epoch) {
        kept.marker = { ...kept.marker, result: end.result };
        return kept.marker;
      }
      return marker;
    },
  });
}

/** An attempt is given back whichever asks for it. */
export function releaseForAny(store: SmsQueueStore): SmsQueueStore {
  return mutate(store, {
    release: async (ids, token) => {
      const found = await store.find(ids);
      await store.release(ids, found?.token ?? token);
    },
  });
}

/** A key is found under the first secret alone. */
export function knowOneSecret(store: SmsQueueStore): SmsQueueStore {
  return mutate(store, {
    begin: async (request) => store.begin({ ...request, keys: [request.keys[0]] }),
  });
}

/** Any text goes out under a key. */
export function compareNoText(store: SmsQueueStore): SmsQueueStore {
  return mutate(store, {
    begin: async ({ keys: [first, ...others], ...request }) =>
      store.begin({
        ...request,
        keys: [
          { ...first, fingerprint: '' },
          ...others.map((key) => ({ ...key, fingerprint: '' })),
        ],
      }),
  });
}

/** A lane is looked at before its attempt begins, not with it. */
export function probeEachTime(store: SmsQueueStore): SmsQueueStore {
  return mutate(store, {
    begin: async (request) => {
      const begun = await store.begin(request);
      if (begun.state !== 'paused' || begun.probeInMs !== 5 * 60_000) {
        return begun;
      }
      await store.resume(request.lane, begun.reason);
      return store.begin(request);
    },
  });
}

/** Cancels what is under way. */
export function cancelAnything(store: SmsQueueStore): SmsQueueStore {
  return mutate(store, {
    conclude: async (keys, end) => {
      const kept = keptOf(store).get(keys[0].id);
      if (kept?.marker.state === 'sending') {
        kept.marker = { ...kept.marker, state: 'ready' };
      }
      return store.conclude(keys, end);
    },
  });
}

/** Takes a place however far away it is. */
export function takeAnyPlace(store: SmsQueueStore): SmsQueueStore {
  return mutate(store, {
    reserve: async (name, everyMs) => store.reserve(name, everyMs, Infinity),
  });
}

/** Two texts that were accepted count as one. */
export function countOnce(store: SmsQueueStore): SmsQueueStore {
  return mutate(store, {
    end: async (id, epoch, end) => {
      const marker = await store.end(id, epoch, end);
      return marker && { ...marker, doubled: false };
    },
  });
}
