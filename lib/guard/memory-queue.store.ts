import type { SmsJobResult } from '../delivery/job-outcome.js';
import type { Clock } from '../time/clock.js';
import { toMilliseconds } from '../time/duration.js';
import type { SmsDuration } from '../time/duration.js';
import type {
  SmsBeginRequest,
  SmsBeginResult,
  SmsConclusion,
  SmsEnd,
  SmsKeyDigest,
  SmsLanePause,
  SmsMarker,
  SmsQueueStore,
} from './queue.store.js';

/** Options of {@link memoryQueueStore}. */
export interface SmsMemoryQueueOptions {
  /**
   * Most keys that are kept, about 0.5 kB each. None is dropped before its time, or its text could go out
   * again: further ones are refused.
   * @default 100000
   */
  maxKeys?: number | undefined;
  /**
   * How long a key is kept after its last change.
   * @default '7d'
   */
  retain?: SmsDuration | undefined;
  /**
   * Milliseconds since 1970, for tests.
   * @default `Date.now()`
   */
  clock?: Clock | undefined;
}

interface Kept {
  marker: SmsMarker;
  /** The attempt that was accepted. */
  acceptedEpoch: number | undefined;
  changedAt: number;
}

interface Lane {
  manual: { readonly reason: string; readonly since: number } | undefined;
  own:
    | {
        readonly reason: string;
        readonly since: number;
        readonly everyMs: number;
        probedAt: number;
        /** The attempt that was let through last. */
        token: string | undefined;
      }
    | undefined;
}

/**
 * Keeps keys of queued texts in this process: for tests, and for engines that run in one process and
 * forget their jobs with it. A restart forgets which texts went out.
 *
 * @throws RangeError when an option is not usable.
 */
export function memoryQueueStore(options: SmsMemoryQueueOptions = {}): SmsQueueStore {
  return new MemoryQueueStore(options);
}

class MemoryQueueStore implements SmsQueueStore {
  /** Those that changed last come last. */
  private readonly kept = new Map<string, Kept>();
  private readonly lanes = new Map<string, Lane>();
  private readonly rows = new Map<string, number>();
  private readonly maxKeys: number;
  private readonly retainMs: number;
  private readonly clock: Clock;

  constructor({ maxKeys = 100_000, retain = '7d', clock = Date.now }: SmsMemoryQueueOptions) {
    if (!Number.isSafeInteger(maxKeys) || maxKeys < 1) {
      throw new RangeError('maxKeys is not usable: expected a whole number of 1 or more.');
    }
    this.maxKeys = maxKeys;
    this.retainMs = toMilliseconds('retain', retain);
    this.clock = clock;
  }

  // Each method is one turn of the event loop, and so one atomic step.
  async begin(request: SmsBeginRequest): Promise<SmsBeginResult> {
    const { keys, token, lane, begunAt, notAfter } = request;
    const kept = this.keptOf(keys.map(({ id }) => id));
    if (kept !== undefined) {
      const { marker } = kept;
      if (!isSameText(marker, keys)) {
        return Promise.resolve({ state: 'reused' });
      }
      const isOwn = marker.token === token;
      if (marker.state === 'ready' && isOwn) {
        // A call that is late: the attempt was given back meanwhile.
        return Promise.resolve({ state: 'sending', marker });
      }
      if (marker.state !== 'ready' && (marker.state !== 'sending' || !isOwn)) {
        return Promise.resolve({ state: marker.state, marker });
      }
      if (isOwn) {
        this.change(kept, { begunAt, notAfter });
        const isProbe = this.lanes.get(marker.lane)?.own?.token === token;
        return Promise.resolve({ state: 'go', id: marker.id, epoch: marker.epoch, isProbe });
      }
    }
    const paused = this.passLane(lane, token);
    if (typeof paused === 'object') {
      return Promise.resolve(paused);
    }
    const begun = kept ?? this.create(keys[0], lane);
    const fingerprint = begun.marker.fingerprint || fingerprintFor(begun.marker, keys);
    this.change(begun, { state: 'sending', fingerprint, token, lane, begunAt, notAfter });
    const { id, epoch } = begun.marker;
    return Promise.resolve({ state: 'go', id, epoch, isProbe: paused });
  }

  async end(id: string, epoch: number, end: SmsEnd): Promise<SmsMarker | undefined> {
    const kept = this.keptOf([id]);
    if (kept === undefined) {
      return Promise.resolve(undefined);
    }
    const { marker } = kept;
    const isOpen =
      marker.epoch === epoch && (marker.state === 'sending' || marker.state === 'settling');
    if (end.state === 'settling') {
      if (isOpen) {
        this.change(kept, { state: 'settling' });
      }
    } else if (end.result.status === 'accepted') {
      this.accept(kept, epoch, end.result);
    } else if (isOpen) {
      this.change(kept, { state: 'done', result: end.result });
    } else if (
      marker.epoch === epoch &&
      marker.result?.status === 'unknown' &&
      end.result.status === 'rejected'
    ) {
      this.change(kept, { result: end.result, corrected: true });
    }
    return Promise.resolve(kept.marker);
  }

  async release(ids: readonly string[], token: string): Promise<void> {
    const [first] = ids;
    const kept =
      this.keptOf(ids) ??
      (first === undefined ? undefined : this.create({ id: first, fingerprint: '' }, ''));
    if (kept?.marker.state === 'ready') {
      this.change(kept, { token });
    } else if (kept?.marker.state === 'sending' && kept.marker.token === token) {
      this.change(kept, { state: 'ready', epoch: kept.marker.epoch + 1 });
    }
    return Promise.resolve();
  }

  async conclude(
    keys: readonly [SmsKeyDigest, ...SmsKeyDigest[]],
    { state, result }: SmsConclusion,
  ): Promise<SmsMarker> {
    const kept = this.keptOf(keys.map(({ id }) => id));
    if (kept === undefined || kept.marker.state === 'ready') {
      const ended = kept ?? this.create(keys[0], '');
      this.change(ended, { state, result });
      return Promise.resolve(ended.marker);
    }
    return Promise.resolve(kept.marker);
  }

  async find(ids: readonly string[]): Promise<SmsMarker | undefined> {
    return Promise.resolve(this.keptOf(ids)?.marker);
  }

  async pause(lane: string, reason: string, probeEveryMs?: number): Promise<void> {
    const paused = this.lanes.get(lane) ?? { manual: undefined, own: undefined };
    const now = this.clock();
    if (probeEveryMs === undefined) {
      paused.manual ??= { reason, since: now };
    } else {
      paused.own ??= {
        reason,
        since: now,
        everyMs: probeEveryMs,
        probedAt: now,
        token: undefined,
      };
    }
    this.lanes.set(lane, paused);
    return Promise.resolve();
  }

  async resume(lane: string, reason?: string): Promise<void> {
    const paused = this.lanes.get(lane);
    if (paused !== undefined) {
      for (const kind of ['manual', 'own'] as const) {
        if (reason === undefined || paused[kind]?.reason === reason) {
          paused[kind] = undefined;
        }
      }
      if (paused.manual === undefined && paused.own === undefined) {
        this.lanes.delete(lane);
      }
    }
    return Promise.resolve();
  }

  async paused(): Promise<SmsLanePause[]> {
    return Promise.resolve(
      [...this.lanes].flatMap(([lane, { manual, own }]) =>
        [manual, own]
          .filter((pause) => pause !== undefined)
          .map(({ reason, since }) => ({ lane, reason, since })),
      ),
    );
  }

  async reserve(name: string, everyMs: number, withinMs: number): Promise<number> {
    // Real time: what is waited for is no rule of a store.
    const now = performance.now();
    const at = Math.max(now, this.rows.get(name) ?? now);
    if (at - now <= withinMs) {
      this.rows.set(name, at + everyMs);
    }
    return Promise.resolve(at - now);
  }

  async stats(): Promise<{ sending: number; settling: number }> {
    let sending = 0;
    let settling = 0;
    for (const { marker } of this.kept.values()) {
      sending += marker.state === 'sending' ? 1 : 0;
      settling += marker.state === 'settling' ? 1 : 0;
    }
    return Promise.resolve({ sending, settling });
  }

  /** Whether a lane lets an attempt through as its probe; or that it is paused. */
  private passLane(
    lane: string,
    token: string,
  ): boolean | Extract<SmsBeginResult, { state: 'paused' }> {
    const { manual, own } = this.lanes.get(lane) ?? {};
    if (manual !== undefined) {
      return { state: 'paused', reason: manual.reason };
    }
    if (own === undefined) {
      return false;
    }
    const now = this.clock();
    const probeInMs = own.probedAt + own.everyMs - now;
    if (probeInMs > 0) {
      return { state: 'paused', reason: own.reason, probeInMs };
    }
    own.probedAt = now;
    own.token = token;
    return true;
  }

  /** An accepted text is kept in any case: it went out. */
  private accept(kept: Kept, epoch: number, result: SmsJobResult): void {
    const { marker } = kept;
    if (kept.acceptedEpoch === undefined) {
      kept.acceptedEpoch = epoch;
      this.change(kept, { state: 'done', result, corrected: marker.result !== undefined });
    } else if (kept.acceptedEpoch !== epoch && !marker.doubled) {
      this.change(kept, { doubled: true });
    }
  }

  private keptOf(ids: readonly string[]): Kept | undefined {
    const now = this.clock();
    for (const id of ids) {
      const kept = this.kept.get(id);
      if (kept !== undefined && now - kept.changedAt < this.retainMs) {
        return kept;
      }
    }
    return undefined;
  }

  private create({ id, fingerprint }: SmsKeyDigest, lane: string): Kept {
    this.expire();
    this.kept.delete(id);
    if (this.kept.size >= this.maxKeys) {
      throw new RangeError(
        `The memory store of queued texts is full: it keeps ${this.maxKeys} keys.`,
      );
    }
    const at = { begunAt: 0, notAfter: 0 };
    const marker: SmsMarker = {
      id,
      fingerprint,
      state: 'ready',
      epoch: 1,
      lane,
      ...at,
      corrected: false,
      doubled: false,
    };
    return { marker, acceptedEpoch: undefined, changedAt: 0 };
  }

  private change(kept: Kept, changed: Partial<SmsMarker>): void {
    // A new object: the one that was given out stays as it was.
    kept.marker = { ...kept.marker, ...changed };
    kept.changedAt = this.clock();
    this.kept.delete(kept.marker.id);
    this.kept.set(kept.marker.id, kept);
  }

  private expire(): void {
    const now = this.clock();
    for (const [id, { changedAt }] of this.kept) {
      if (now - changedAt < this.retainMs) {
        break;
      }
      this.kept.delete(id);
    }
  }
}

function isSameText(marker: SmsKeyDigest, keys: readonly SmsKeyDigest[]): boolean {
  const given = fingerprintFor(marker, keys);
  return given === marker.fingerprint || given === '' || marker.fingerprint === '';
}

/** Under the secret that the key is kept under. */
function fingerprintFor({ id }: SmsKeyDigest, keys: readonly SmsKeyDigest[]): string {
  return keys.find((key) => key.id === id)?.fingerprint ?? '';
}
