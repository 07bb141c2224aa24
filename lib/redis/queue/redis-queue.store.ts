import { Logger } from '@nestjs/common';
import type { SmsJobResult } from '../../delivery/job-outcome.js';
import type {
  SmsBeginRequest,
  SmsBeginResult,
  SmsConclusion,
  SmsEnd,
  SmsKeyDigest,
  SmsLanePause,
  SmsMarker,
  SmsMarkerState,
  SmsQueueStore,
} from '../../guard/queue.store.js';
import type { Clock } from '../../time/clock.js';
import { toMilliseconds } from '../../time/duration.js';
import type { SmsDuration } from '../../time/duration.js';
import { warnOfEviction } from '../eviction-warning.js';
import { toHashTag } from '../hash-tag.js';
import type { RedisScript, SmsRedisClient } from '../redis-client.js';
import { RedisConnection } from '../redis-connection.js';
import {
  BEGIN_SCRIPT,
  CONCLUDE_SCRIPT,
  END_SCRIPT,
  FIND_SCRIPT,
  PAUSED_SCRIPT,
  PAUSE_SCRIPT,
  RELEASE_SCRIPT,
  RESERVE_SCRIPT,
  RESUME_SCRIPT,
  STATS_SCRIPT,
} from './queue.script.js';

/** Options of {@link redisQueueStore}. */
export interface SmsRedisQueueOptions {
  /**
   * What the keys begin with: apps and stages that share a Redis need one each. No braces.
   * @default 'sms:queue'
   */
  prefix?: string | undefined;
  /**
   * How long a call of Redis may take with its repetition.
   * @default '1s'
   */
  timeout?: SmsDuration | undefined;
  /**
   * How long a key is kept after its last change: a text whose key is known goes out no more.
   * @default '7d'
   */
  retain?: SmsDuration | undefined;
  /**
   * Milliseconds since 1970, for tests. Keys expire by the clock of Redis all the same.
   * @internal
   */
  clock?: Clock | undefined;
}

const COMMON_KEYS = ['l', 'a', 'b'] as const;

/**
 * Keeps keys of queued texts in Redis (5 or later) or Valkey, for any number of instances: each step is
 * one script, and the time is that of Redis. Works on connections of its own, made like that of the
 * client, which end with the guard.
 *
 * @example
 * new SmsSendGuard({ sms, delivery, store: redisQueueStore(new Redis(url)) })
 *
 * @param client of ioredis, iovalkey or node-redis, for a server or a cluster; closed by the application
 * @throws TypeError when the client is none that is known.
 * @throws RangeError when an option is not usable.
 */
export function redisQueueStore(
  client: SmsRedisClient,
  options: SmsRedisQueueOptions = {},
): SmsQueueStore {
  return new RedisQueueStore(client, options);
}

class RedisQueueStore implements SmsQueueStore {
  private readonly logger = new Logger('SmsQueue');
  private readonly connection: RedisConnection;
  private readonly tag: string;
  private readonly retainMs: number;
  private readonly clock: Clock | undefined;
  private wasUsed = false;

  constructor(client: SmsRedisClient, options: SmsRedisQueueOptions) {
    const { prefix = 'sms:queue', timeout = '1s', retain = '7d', clock } = options;
    this.tag = toHashTag(prefix);
    this.retainMs = toMilliseconds('retain', retain);
    if (this.retainMs < 1) {
      throw new RangeError('retain is not usable: expected 1 millisecond or more.');
    }
    this.connection = new RedisConnection(client, toMilliseconds('timeout', timeout));
    this.clock = clock;
  }

  async begin(request: SmsBeginRequest): Promise<SmsBeginResult> {
    const { keys, token, lane, begunAt, notAfter } = request;
    const [state = '', ...rest] = await this.run(BEGIN_SCRIPT, idsOf(keys), {
      fingerprints: keys.map(({ fingerprint }) => fingerprint),
      token,
      lane,
      begun: String(begunAt),
      notAfter: String(notAfter),
    });
    switch (state) {
      case 'go': {
        const [id = '', epoch, isProbe] = rest;
        return { state, id, epoch: Number(epoch), isProbe: isProbe === '1' };
      }
      case 'paused': {
        const [reason = '', probeIn = ''] = rest;
        return { state, reason, probeInMs: probeIn === '' ? undefined : Number(probeIn) };
      }
      case 'reused':
        return { state };
      default:
        return {
          state: state as Exclude<SmsMarkerState, 'ready'>,
          marker: parseMarker(rest),
        };
    }
  }

  async end(id: string, epoch: number, end: SmsEnd): Promise<SmsMarker | undefined> {
    const result = end.state === 'done' ? end.result : undefined;
    return toMarker(
      await this.run(END_SCRIPT, [id], {
        epoch: String(epoch),
        state: end.state,
        status: result?.status,
        result: result && JSON.stringify(result),
      }),
    );
  }

  async release(ids: readonly string[], token: string): Promise<void> {
    if (ids.length > 0) {
      await this.run(RELEASE_SCRIPT, ids, { token });
    }
  }

  async conclude(
    keys: readonly [SmsKeyDigest, ...SmsKeyDigest[]],
    { state, result }: SmsConclusion,
  ): Promise<SmsMarker> {
    const [, ...rest] = await this.run(CONCLUDE_SCRIPT, idsOf(keys), {
      fingerprints: keys.map(({ fingerprint }) => fingerprint),
      state,
      result: JSON.stringify(result),
    });
    return parseMarker(rest);
  }

  async find(ids: readonly string[]): Promise<SmsMarker | undefined> {
    return ids.length === 0 ? undefined : toMarker(await this.run(FIND_SCRIPT, ids, {}));
  }

  async pause(lane: string, reason: string, probeEveryMs?: number): Promise<void> {
    await this.run(PAUSE_SCRIPT, [], { lane, reason, probe: probeEveryMs });
  }

  async resume(lane: string, reason?: string): Promise<void> {
    await this.run(RESUME_SCRIPT, [], { lane, reason });
  }

  async paused(): Promise<SmsLanePause[]> {
    const [, ...flat] = await this.run(PAUSED_SCRIPT, [], {});
    return Array.from({ length: flat.length / 3 }, (_, i) => ({
      lane: String(flat[3 * i]),
      reason: String(flat[3 * i + 1]),
      since: Number(flat[3 * i + 2]),
    }));
  }

  async reserve(name: string, everyMs: number, withinMs: number): Promise<number> {
    const ask = { every: everyMs, within: withinMs };
    const [, wait] = await this.runOn(RESERVE_SCRIPT, [`e${name}`], ask);
    return Number(wait);
  }

  async stats(): Promise<{ sending: number; settling: number }> {
    const [, sending, settling] = await this.run(STATS_SCRIPT, [], {});
    return { sending: Number(sending), settling: Number(settling) };
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  private async run(script: RedisScript, ids: readonly string[], ask: object): Promise<string[]> {
    const names = [...COMMON_KEYS, ...ids.map((id) => `m${id}`)];
    return this.runOn(script, names, { ...ask, ids, retain: this.retainMs });
  }

  private async runOn(
    script: RedisScript,
    names: readonly string[],
    ask: object,
  ): Promise<string[]> {
    return this.connection.use(async (redis) => {
      const answer = await redis.runScript(
        script,
        names.map((name) => `${this.tag}:${name}`),
        [this.clock === undefined ? '' : String(this.clock()), JSON.stringify(ask)],
      );
      if (!this.wasUsed) {
        this.wasUsed = true;
        void warnOfEviction(redis, this.logger, 'which texts went out');
      }
      return (answer as unknown[]).map(String);
    });
  }
}

function idsOf(keys: readonly SmsKeyDigest[]): string[] {
  return keys.map(({ id }) => id);
}

function toMarker([word, ...rest]: readonly string[]): SmsMarker | undefined {
  return word === 'none' ? undefined : parseMarker(rest);
}

function parseMarker([id = '', ...flat]: readonly string[]): SmsMarker {
  const fields = new Map(
    Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i], flat[2 * i + 1] ?? '']),
  );
  const text = (name: string): string => fields.get(name) ?? '';
  const result = fields.get('r');
  return {
    id,
    fingerprint: text('f'),
    state: text('s') as SmsMarkerState,
    epoch: Number(text('e')),
    token: fields.get('k'),
    lane: text('l'),
    begunAt: Number(text('b')),
    notAfter: Number(text('n')),
    result: result === undefined ? undefined : (JSON.parse(result) as SmsJobResult),
    corrected: text('c') === '1',
    doubled: text('d') === '1',
  };
}
