import type { SmsCampaignRowEnd, SmsCampaignStore } from '../../lib/guard/campaign.store.js';

type Methods = Partial<SmsCampaignStore>;

/** The store, but for some of its methods. */
function mutate(store: SmsCampaignStore, methods: Methods): SmsCampaignStore {
  return {
    create: async (id, definition) => store.create(id, definition),
    find: async (id) => store.find(id),
    lease: async (id, token, milliseconds) => store.lease(id, token, milliseconds),
    append: async (id, token, chunk) => store.append(id, token, chunk),
    endLoading: async (id, token) => store.endLoading(id, token),
    stopLoading: async (id, token, reason) => store.stopLoading(id, token, reason),
    pause: async (id) => store.pause(id),
    resume: async (id) => store.resume(id),
    cancel: async (id) => store.cancel(id),
    read: async (id, chunk) => store.read(id, chunk),
    letters: async (id, rows) => store.letters(id, rows),
    begin: async (id, request) => store.begin(id, request),
    end: async (id, rows, token) => store.end(id, rows, token),
    ...methods,
  };
}

/** What the memory store keeps of a campaign, to be broken. */
interface Insides {
  kept:
    | {
        holder: string;
        leasedUntil: number;
        isPaused: boolean;
        isCancelled: boolean;
        isLoaded: boolean;
        stopped: string;
        letters: string[];
        byCode: Record<string, number>;
        fee: number;
        keptUntil: number | undefined;
        requests: { token: string }[];
      }
    | undefined;
}

function keptOf(store: SmsCampaignStore, id: string): Insides['kept'] {
  return (store as unknown as { models: Map<string, Insides> }).models.get(id)?.kept;
}

/** Does a step as if something were not as it is. */
async function as<T>(
  store: SmsCampaignStore,
  id: string,
  change: Partial<NonNullable<Insides['kept']>>,
  step: () => Promise<T>,
): Promise<T> {
  const kept = keptOf(store, id);
  if (kept === undefined) {
    return step();
  }
  const names = Object.keys(change) as (keyof typeof change)[];
  const before = Object.fromEntries(names.map((name) => [name, kept[name]]));
  Object.assign(kept, change);
  try {
    return await step();
  } finally {
    Object.assign(kept, before);
  }
}

/** Reads the letters of rows, and begins after others may have read as well. */
export function readThenBegin(store: SmsCampaignStore): SmsCampaignStore {
  return mutate(store, {
    begin: async (id, request) => {
      const letters = await store.letters(id, request.rows);
      await Promise.resolve();
      const kept = keptOf(store, id);
      if (kept !== undefined && letters === '.'.repeat(request.rows.length)) {
        for (const row of request.rows) {
          kept.letters[row] = '.';
        }
      }
      return store.begin(id, request);
    },
  });
}

/** Counts what it is told each time. */
export function countEachEnd(store: SmsCampaignStore): SmsCampaignStore {
  return mutate(store, {
    end: async (id, rows, token) => {
      const kept = keptOf(store, id);
      const again = rows.filter(({ row, letter }) => kept?.letters[row] === letter);
      await store.end(id, rows, token);
      for (const { letter, code } of again) {
        if (kept !== undefined && letter === 'r' && code !== undefined) {
          kept.byCode[code] = (kept.byCode[code] ?? 0) + 1;
        }
      }
    },
  });
}

/** Adds the fee each time that it is told. */
export function billTwice(store: SmsCampaignStore): SmsCampaignStore {
  return mutate(store, {
    end: async (id, rows, token) => {
      const kept = keptOf(store, id);
      const again = rows.filter(({ row, letter }) => letter === 'a' && kept?.letters[row] === 'a');
      await store.end(id, rows, token);
      for (const { fee = 0 } of again) {
        (kept as { fee: number }).fee += fee;
      }
    },
  });
}

/** Any loader takes the right to load. */
export function stealLease(store: SmsCampaignStore): SmsCampaignStore {
  return mutate(store, {
    lease: async (id, token, milliseconds) => {
      const kept = keptOf(store, id);
      if (kept !== undefined && milliseconds > 0) {
        kept.leasedUntil = 0;
      }
      return store.lease(id, token, milliseconds);
    },
  });
}

/** Any loader gives the right to load back. */
export function giveBackForAny(store: SmsCampaignStore): SmsCampaignStore {
  return mutate(store, {
    lease: async (id, token, milliseconds) => {
      const kept = keptOf(store, id);
      return store.lease(id, milliseconds === 0 ? (kept?.holder ?? token) : token, milliseconds);
    },
  });
}

/** Adds chunks, whichever loader gives them. */
export function appendForAny(store: SmsCampaignStore): SmsCampaignStore {
  return mutate(store, {
    append: async (id, token, chunk) => store.append(id, keptOf(store, id)?.holder ?? token, chunk),
  });
}

/** A loader that lost its right to load ends loading. */
export function endLoadingForAny(store: SmsCampaignStore): SmsCampaignStore {
  return mutate(store, {
    endLoading: async (id, token) => store.endLoading(id, keptOf(store, id)?.holder ?? token),
  });
}

/** A loader that lost its right to load stops that of another one. */
export function stopLoadingForAny(store: SmsCampaignStore): SmsCampaignStore {
  return mutate(store, {
    stopLoading: async (id, token, reason) =>
      store.stopLoading(id, keptOf(store, id)?.holder ?? token, reason),
  });
}

/** Counts a chunk that it has already. */
export function appendTwice(store: SmsCampaignStore): SmsCampaignStore {
  return mutate(store, {
    append: async (id, token, chunk) => {
      const { loaded = 0 } = (await store.find(id)) ?? {};
      return store.append(id, token, { ...chunk, from: loaded });
    },
  });
}

/** Loads on although it was cancelled. */
export function loadCancelled(store: SmsCampaignStore): SmsCampaignStore {
  return mutate(store, {
    lease: async (id, token, milliseconds) =>
      as(store, id, { isCancelled: false }, async () => store.lease(id, token, milliseconds)),
  });
}

/** Begins while it is paused. */
export function ignorePause(store: SmsCampaignStore): SmsCampaignStore {
  return mutate(store, {
    begin: async (id, request) =>
      as(store, id, { isPaused: false }, async () => store.begin(id, request)),
  });
}

/** Says "paused" of what was cancelled. */
export function pauseBeforeCancel(store: SmsCampaignStore): SmsCampaignStore {
  return mutate(store, {
    begin: async (id, request) =>
      as(store, id, { isCancelled: false }, async () => store.begin(id, request)),
  });
}

/** Begins rows that were cancelled. */
export function beginCancelled(store: SmsCampaignStore): SmsCampaignStore {
  return mutate(store, {
    begin: async (id, request) => {
      const kept = keptOf(store, id);
      for (const row of request.rows) {
        if (kept?.letters[row] === 'c') {
          kept.letters[row] = '.';
        }
      }
      return store.begin(id, request);
    },
  });
}

/** Begins the rows of a request that wait, and leaves the others. */
export function beginSome(store: SmsCampaignStore): SmsCampaignStore {
  return mutate(store, {
    begin: async (id, request) => {
      const waiting = request.rows.filter((row) => keptOf(store, id)?.letters[row] === '.');
      return store.begin(id, waiting.length > 0 ? { ...request, rows: waiting } : request);
    },
  });
}

/** A request that asks again is another one. */
export function forgetTokens(store: SmsCampaignStore): SmsCampaignStore {
  let calls = 0;
  return mutate(store, {
    begin: async (id, request) => {
      calls += 1;
      return store.begin(id, { ...request, token: `${request.token} ${calls}` });
    },
  });
}

/** Gives rows back for a request that is over. */
export function giveBackAgain(store: SmsCampaignStore): SmsCampaignStore {
  return mutate(store, {
    end: async (id, rows, token) => {
      await store.end(id, rows, token);
      await store.end(id, rows);
    },
  });
}

/** `u` takes `a` back. */
export function forgetAccepted(store: SmsCampaignStore): SmsCampaignStore {
  return mutate(store, {
    end: async (id, rows, token) => {
      const kept = keptOf(store, id);
      await store.end(id, rows, token);
      for (const { row, letter } of rows) {
        if (letter === 'u' && kept?.letters[row] === 'a') {
          kept.letters[row] = 'u';
        }
      }
    },
  });
}

/** What is told first holds. */
export function keepTheFirst(store: SmsCampaignStore): SmsCampaignStore {
  return mutate(store, {
    end: async (id, rows, token) => {
      const isOpen = ({ row }: SmsCampaignRowEnd): boolean =>
        ['.', 's'].includes(keptOf(store, id)?.letters[row] ?? '');
      await store.end(id, rows.filter(isOpen), token);
    },
  });
}

/** Hears nothing of a request that is over. */
export function ignoreLateEnds(store: SmsCampaignStore): SmsCampaignStore {
  return mutate(store, {
    end: async (id, rows, token) => {
      const isOpen = keptOf(store, id)?.requests.some((one) => one.token === token) ?? false;
      await (token === undefined || isOpen ? store.end(id, rows, token) : undefined);
    },
  });
}

/** Rows that are given back wait although it was cancelled. */
export function giveBackToWait(store: SmsCampaignStore): SmsCampaignStore {
  return mutate(store, {
    end: async (id, rows, token) =>
      as(store, id, { isCancelled: false }, async () => store.end(id, rows, token)),
  });
}

/** Cancels what is in flight. */
export function cancelInFlight(store: SmsCampaignStore): SmsCampaignStore {
  return mutate(store, {
    cancel: async (id) => {
      const kept = keptOf(store, id);
      if (kept !== undefined) {
        kept.letters = kept.letters.map((letter) => (letter === 's' ? '.' : letter));
      }
      await store.cancel(id);
    },
  });
}

/** Cancels a row less than there are. */
export function cancelOneLess(store: SmsCampaignStore): SmsCampaignStore {
  return mutate(store, {
    cancel: async (id) => {
      const kept = keptOf(store, id);
      const last = kept?.letters.lastIndexOf('.') ?? -1;
      await store.cancel(id);
      if (last >= 0) {
        kept?.letters.splice(last, 1, '.');
      }
    },
  });
}

/** Cancels what has ended. */
export function cancelWhatIsOver(store: SmsCampaignStore): SmsCampaignStore {
  return mutate(store, {
    cancel: async (id) => {
      await store.cancel(id);
      const kept = keptOf(store, id);
      if (kept !== undefined) {
        kept.isCancelled = true;
      }
    },
  });
}

/** Ends a repeated number. */
export function endRepeated(store: SmsCampaignStore): SmsCampaignStore {
  return mutate(store, {
    end: async (id, rows, token) => {
      const kept = keptOf(store, id);
      for (const { row } of rows) {
        if (kept?.letters[row] === 'd') {
          kept.letters[row] = 's';
        }
      }
      await store.end(id, rows, token);
    },
  });
}

/** Tells the requests of all chunks. */
export function tellAllRequests(store: SmsCampaignStore): SmsCampaignStore {
  return mutate(store, {
    read: async (id, chunk) => {
      const record = await store.read(id, chunk);
      const requests = keptOf(store, id)?.requests as never;
      return record && { ...record, requests };
    },
  });
}

/** Drops a campaign a while after it was created. */
export function dropEarly(store: SmsCampaignStore): SmsCampaignStore {
  return mutate(store, {
    endLoading: async (id, token) => {
      await store.endLoading(id, token);
      const kept = keptOf(store, id);
      if (kept !== undefined) {
        kept.keptUntil ??= Date.UTC(2026, 10, 25, 3, 4, 5) + 7 * 86_400_000;
      }
    },
  });
}

/** Counts from the end, and not from the last change. */
export function dropAfterEnd(store: SmsCampaignStore): SmsCampaignStore {
  return mutate(store, {
    end: async (id, rows, token) => {
      const kept = keptOf(store, id);
      const keptUntil = kept?.keptUntil;
      await store.end(id, rows, token);
      if (kept !== undefined && keptUntil !== undefined) {
        kept.keptUntil = keptUntil;
      }
    },
  });
}
