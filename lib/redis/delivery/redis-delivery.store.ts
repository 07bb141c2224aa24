import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type {
  SmsClaimedChange,
  SmsDeliveryChange,
  SmsDeliveryKey,
  SmsDeliveryLook,
  SmsDeliveryReport,
  SmsDeliveryStats,
  SmsDeliveryStore,
  SmsDeliveryText,
  SmsLookFinding,
  SmsTextChange,
  SmsStoredText,
} from '../../delivery/store/delivery.store.js';
import { UNREPORTED_MS } from '../../delivery/store/memory-delivery.store.js';
import { MAX_PARKED, PARKED_MS } from '../../delivery/store/memory-parked.js';
import { KNOWN_MS } from '../../delivery/store/memory-outbox.js';
import type { Clock } from '../../time/clock.js';
import { toMilliseconds } from '../../time/duration.js';
import type { SmsDuration } from '../../time/duration.js';
import { warnOfEviction } from '../eviction-warning.js';
import { toHashTag } from '../hash-tag.js';
import type { RedisRunner, RedisScript, SmsRedisClient } from '../redis-client.js';
import { RedisConnection } from '../redis-connection.js';
import { SmsRedisError } from '../redis.error.js';
import { ADVANCE_SCRIPT } from './advance.script.js';
import {
  parseClaim,
  parseReported,
  parseLook,
  toChangeValue,
  toFactText,
  toFields,
  toStoredText,
} from './delivery-record.js';
import {
  CLAIMED_SCRIPT,
  CLAIM_LOOKS_SCRIPT,
  END_LOOK_SCRIPT,
  PREFER_SCRIPT,
  RESERVE_SCRIPT,
} from './look.script.js';
import { MERGE_SCRIPT } from './merge.script.js';
import {
  ACKNOWLEDGE_SCRIPT,
  ANNOUNCE_SCRIPT,
  CLAIM_SCRIPT,
  REGISTER_SCRIPT,
} from './outbox.script.js';
import { PUT_SCRIPT } from './put.script.js';
import { FIND_SCRIPT, LEASE_SCRIPT, STATS_SCRIPT } from './read.script.js';

/** Options of {@link redisDeliveryStore}. */
export interface SmsRedisDeliveryOptions {
  /**
   * What the keys begin with: apps and stages that share a Redis need one each. No braces.
   * @default 'sms:delivery'
   */
  prefix?: string | undefined;
  /**
   * How long a call of Redis may take with its repetition.
   * @default '1s'
   */
  timeout?: SmsDuration | undefined;
  /**
   * How long a text is kept.
   * @default '7d'
   */
  retain?: SmsDuration | undefined;
  /**
   * Milliseconds since 1970, for tests. Keys expire by the clock of Redis all the same.
   * @internal
   */
  clock?: Clock | undefined;
}

/** When a report without a text counts as one of another system: instances write late now and then. */
const FOREIGN_MS = 30_000;
/** What one script takes at once: Redis does nothing else meanwhile. */
const BATCH = 200;
/** A script that comes upon keys which it was not given is called again with them. */
const MOST_ROUNDS = 10;
/** Numbers that are due for a look. */
const DUE_KEYS = ['z0', 'z1', 'z2'] as const;
/** What all scripts have; `c` comes first, and tells what all begin with. */
const COMMON_KEYS = ['c', 'h', 'o', 'w', 'y', 'k', 'K', 'u', 'n', ...DUE_KEYS] as const;

/**
 * Keeps texts and what became of them in Redis (5 or later) or Valkey, for any number of instances: each
 * step is one script, and the time is that of Redis. Works on connections of its own, made like that of
 * the client, which end with the module.
 *
 * @example
 * SmsDeliveryModule.forRoot({ callback, store: redisDeliveryStore(new Redis(url)) })
 *
 * @param client of ioredis, iovalkey or node-redis, for a server or a cluster; closed by the application
 * @throws TypeError when the client is none that is known.
 * @throws RangeError when an option is not usable.
 */
export function redisDeliveryStore(
  client: SmsRedisClient,
  options: SmsRedisDeliveryOptions = {},
): SmsDeliveryStore {
  return new RedisDeliveryStore(client, options);
}

class RedisDeliveryStore implements SmsDeliveryStore {
  private readonly logger = new Logger('SmsDelivery');
  private readonly connection: RedisConnection;
  private readonly tag: string;
  private readonly channel: string;
  private readonly retainMs: number;
  private readonly clock: Clock | undefined;
  private readonly listeners = new Set<(to: string | undefined) => void>();
  /** Keys of the handlers that Redis knows: most scripts want them. */
  private handlerKeys: readonly string[] = [];
  private wasUsed = false;

  constructor(client: SmsRedisClient, options: SmsRedisDeliveryOptions) {
    const { prefix = 'sms:delivery', timeout = '1s', retain = '7d', clock } = options;
    this.tag = toHashTag(prefix);
    this.channel = `${this.tag}:m`;
    this.retainMs = toMilliseconds('retain', retain);
    if (this.retainMs < 1) {
      throw new RangeError('retain is not usable: expected 1 millisecond or more.');
    }
    this.connection = new RedisConnection(client, toMilliseconds('timeout', timeout));
    this.clock = clock;
  }

  async put(texts: readonly SmsDeliveryText[]): Promise<readonly SmsTextChange[]> {
    return this.eachBatch(texts, async (redis, batch) => {
      const items = batch.map((text) => {
        const { callRef, to, serialNo, ref, fact, lookIn } = text;
        return {
          t: textKey({ callRef, to }),
          s: serialNo === undefined ? undefined : serialKey({ serialNo, to }),
          r: ref === undefined ? undefined : refKey({ ref, to }),
          call: callRef,
          to,
          fields: toFields(text),
          f: toFactText(fact),
          l: lookIn,
        };
      });
      const keys = items.flatMap(({ t, s, r, to }) =>
        [t, s, r, numberKey(to)].filter((key) => key !== undefined),
      );
      return parseReported(await this.change(redis, PUT_SCRIPT, keys, { texts: items }));
    });
  }

  async merge(reports: readonly SmsDeliveryReport[]): Promise<readonly SmsTextChange[]> {
    return this.eachBatch(reports, async (redis, batch) => {
      const facts = batch.map((report) => {
        const { to, context } = report;
        const x = context === undefined ? undefined : textKey({ callRef: context, to });
        return { index: serialKey(report), to, x, f: toFactText(report) };
      });
      const keys = facts.flatMap(({ index, to, x }) =>
        [index, numberKey(to), x].filter((key) => key !== undefined),
      );
      return parseReported(await this.change(redis, MERGE_SCRIPT, keys, { facts }));
    });
  }

  async announce(changes: readonly SmsDeliveryChange[]): Promise<void> {
    await this.eachBatch(changes, async (redis, batch) => {
      const items = batch.map((change) => ({
        id: change.id,
        kind: change.kind,
        value: toChangeValue(change),
      }));
      const keys = items.map(({ id }) => `i${id}`);
      return this.change(redis, ANNOUNCE_SCRIPT, keys, { changes: items });
    });
  }

  async find(key: SmsDeliveryKey): Promise<SmsStoredText | undefined> {
    const { to } = key;
    const untracked = 'untracked' in key && key.untracked === true;
    const ask = { ...nameOf(key), to, untracked, retain: this.retainMs };
    const [callRef, ...flat] = await this.run(FIND_SCRIPT, ['c', keyOf(key)], ask);
    return callRef === undefined ? undefined : toStoredText(callRef, to, flat);
  }

  async register(
    handlers: readonly { readonly name: string; readonly kind: SmsDeliveryChange['kind'] }[],
  ): Promise<void> {
    if (handlers.length > 0) {
      await this.run(REGISTER_SCRIPT, ['c', 'h'], { handlers });
    }
  }

  async claim(
    handlers: readonly string[],
    limit: number,
    leaseMs: number,
  ): Promise<SmsClaimedChange[]> {
    if (handlers.length === 0 || limit < 1) {
      return [];
    }
    const token = randomUUID();
    const keys = ['c', 'o', `a${token}`, ...handlers.map(queueKey)];
    const ask = { handlers, limit, lease: leaseMs, token };
    const [encoded] = await this.run(CLAIM_SCRIPT, keys, ask);
    return encoded === undefined ? [] : parseClaim(encoded);
  }

  async acknowledge(change: string, handler: string, done: boolean): Promise<void> {
    const keys = ['c', 'o', 'w', 'y', 'n', queueKey(handler)];
    await this.run(ACKNOWLEDGE_SCRIPT, keys, { id: change, handler, done, token: randomUUID() });
  }

  async advance(): Promise<void> {
    await this.connection.use(async (redis) => this.change(redis, ADVANCE_SCRIPT, [], {}));
  }

  async claimLooks(limit: number, leaseMs: number, only?: string): Promise<SmsDeliveryLook[]> {
    const token = randomUUID();
    const keys = ['c', ...DUE_KEYS];
    const ask = { limit, lease: leaseMs, only, token, retain: this.retainMs };
    const looks = await this.run(CLAIM_LOOKS_SCRIPT, keys, ask);
    return looks.map((encoded) => parseLook(encoded, token));
  }

  async endLook(
    { to, token, texts }: SmsDeliveryLook,
    given: readonly SmsLookFinding[],
  ): Promise<readonly SmsTextChange[]> {
    const findings = given.map(({ callRef, fact, claim, serialNo, lookIn }) => ({
      t: textKey({ callRef, to }),
      f: fact === undefined ? undefined : toFactText(fact),
      s: claim === undefined ? undefined : serialKey({ serialNo: claim, to }),
      claim,
      N: serialNo,
      l: lookIn,
    }));
    const keys = findings.flatMap(({ t, s }) => [t, s].filter((key) => key !== undefined));
    return this.connection.use(async (redis) =>
      parseReported(
        await this.change(redis, END_LOOK_SCRIPT, [leaseKey(to), numberKey(to), ...keys], {
          to,
          token,
          seen: texts.map(({ callRef }) => callRef),
          findings,
        }),
      ),
    );
  }

  async claimed(to: string, claims: readonly string[]): Promise<string[]> {
    if (claims.length === 0) {
      return [];
    }
    const byIndex = new Map(claims.map((serialNo) => [serialKey({ serialNo, to }), serialNo]));
    const indexes = [...byIndex.keys()];
    const found = await this.run(CLAIMED_SCRIPT, ['c', ...indexes], { indexes });
    return found.map((index) => byIndex.get(index)).filter((claim) => claim !== undefined);
  }

  async prefer(to: string): Promise<void> {
    await this.run(PREFER_SCRIPT, ['c', ...DUE_KEYS], { to });
  }

  async reserve(name: string, everyMs: number): Promise<number> {
    const [wait] = await this.run(RESERVE_SCRIPT, ['c', `e${name}`], { name, every: everyMs });
    return Number(wait);
  }

  async stats(): Promise<SmsDeliveryStats> {
    const keys = ['c', 'k', 'w', 'n', ...DUE_KEYS];
    const answer = await this.run(STATS_SCRIPT, keys, { retain: this.retainMs });
    const [reported, unreported, dead, waiting, parked, dropped, newest, open, looks] = answer;
    return {
      newestReportAt: newest === undefined || newest === '' ? undefined : Number(newest),
      reported: Number(reported),
      unreported: Number(unreported),
      waiting: Number(waiting),
      dead: Number(dead),
      parked: Number(parked),
      dropped: Number(dropped),
      open: Number(open),
      looks: Number(looks),
    };
  }

  subscribe(listener: (to: string | undefined) => void): () => void {
    this.listeners.add(listener);
    this.connection.listen(
      this.channel,
      (message) => {
        for (const to of message.split(' ')) {
          this.tell(to);
        }
      },
      () => {
        this.tell(undefined);
      },
    );
    return () => {
      this.listeners.delete(listener);
    };
  }

  async lease(name: string, owner: string, milliseconds: number): Promise<boolean> {
    const ask = { name, owner, milliseconds };
    const [held] = await this.run(LEASE_SCRIPT, ['c', `l${name}`], ask);
    return held === undefined;
  }

  async close(): Promise<void> {
    this.listeners.clear();
    await this.connection.close();
  }

  /** Runs a script that changes texts or the outbox. */
  private async change(
    redis: RedisRunner,
    script: RedisScript,
    keys: readonly string[],
    ask: object,
  ): Promise<string[]> {
    return this.runOn(redis, script, [...COMMON_KEYS, ...this.handlerKeys, ...keys], {
      ...ask,
      channel: this.channel,
      retain: this.retainMs,
      unreported: UNREPORTED_MS,
      known: KNOWN_MS,
      foreign: FOREIGN_MS,
      parked: PARKED_MS,
      mostParked: MAX_PARKED,
    });
  }

  private async run(script: RedisScript, keys: readonly string[], ask: object): Promise<string[]> {
    return this.connection.use(async (redis) => this.runOn(redis, script, keys, ask));
  }

  /** All batches belong to one use: a store that closes lets them end. */
  private async eachBatch<T, Result>(
    items: readonly T[],
    run: (redis: RedisRunner, batch: readonly T[]) => Promise<readonly Result[]>,
  ): Promise<Result[]> {
    if (items.length === 0) {
      return [];
    }
    return this.connection.use(async (redis) => {
      const results: Result[] = [];
      for (let from = 0; from < items.length; from += BATCH) {
        // oxlint-disable-next-line no-await-in-loop -- in their order
        results.push(...(await run(redis, items.slice(from, from + BATCH))));
      }
      return results;
    });
  }

  /**
   * What a script answers, with all the keys that it turns out to need.
   *
   * @throws SmsRedisError when Redis refuses or does not answer in time.
   */
  private async runOn(
    redis: RedisRunner,
    script: RedisScript,
    keys: readonly string[],
    ask: object,
  ): Promise<string[]> {
    const args = [this.clock === undefined ? '' : String(this.clock()), JSON.stringify(ask)];
    const names = new Set(keys);
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      // oxlint-disable-next-line no-await-in-loop -- each round needs what the one before named
      const answer = await redis.runScript(
        script,
        [...names].map((name) => `${this.tag}:${name}`),
        args,
      );
      this.warnOnce(redis);
      const [word, ...rest] = (answer as unknown[]).map(String);
      if (word === 'ok') {
        return rest;
      }
      for (const name of rest) {
        names.add(name);
      }
      const queues = rest.filter((name) => name.startsWith('q'));
      this.handlerKeys = [...new Set([...this.handlerKeys, ...queues])];
    }
    if (script === ADVANCE_SCRIPT) {
      // What is left is due at the next time, too.
      return [];
    }
    throw new SmsRedisError('Redis holds other keys each time. Try again.');
  }

  private tell(to: string | undefined): void {
    for (const listener of this.listeners) {
      listener(to);
    }
  }

  private warnOnce(redis: RedisRunner): void {
    if (!this.wasUsed) {
      this.wasUsed = true;
      void warnOfEviction(redis, this.logger, 'texts and what became of them');
    }
  }
}

function textKey({ callRef, to }: { callRef: string; to: string }): string {
  return `t${callRef} ${to}`;
}

function serialKey({ serialNo, to }: { serialNo: string; to: string }): string {
  return `s${serialNo} ${to}`;
}

function numberKey(to: string): string {
  return `p${to}`;
}

function leaseKey(to: string): string {
  return `g${to}`;
}

function refKey({ ref, to }: { ref: string; to: string }): string {
  return `r${to} ${ref}`;
}

function queueKey(handler: string): string {
  return `q${handler}`;
}

function keyOf(key: SmsDeliveryKey): string {
  if ('serialNo' in key) {
    return serialKey(key);
  }
  return 'callRef' in key ? textKey(key) : refKey(key);
}

/** A text by its own name, or by what leads to it. */
function nameOf(key: SmsDeliveryKey): { t?: string; index?: string } {
  return 'callRef' in key && !('serialNo' in key) ? { t: keyOf(key) } : { index: keyOf(key) };
}
