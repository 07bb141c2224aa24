import { Logger } from '@nestjs/common';
import type { Clock } from '../../time/clock.js';
import { toMilliseconds } from '../../time/duration.js';
import type { SmsDuration } from '../../time/duration.js';
import type {
  SmsVerificationAttempt,
  SmsVerificationAttemptAsk,
  SmsVerificationCancelAsk,
  SmsVerificationConcludeAsk,
  SmsVerificationLimit,
  SmsVerificationLoad,
  SmsVerificationReservation,
  SmsVerificationReserveAsk,
  SmsVerificationStore,
  SmsVerificationUnlockAsk,
} from '../../verification/store/verification.store.js';
import { warnOfEviction } from '../eviction-warning.js';
import { RedisRunner } from '../redis-client.js';
import type { RedisScript, SmsRedisClient } from '../redis-client.js';
import { ATTEMPT_SCRIPT } from './attempt.script.js';
import { CANCEL_SCRIPT, END_SCRIPT, UNLOCK_SCRIPT } from './cancel.script.js';
import { CONCLUDE_SCRIPT } from './conclude.script.js';
import { RESERVE_SCRIPT } from './reserve.script.js';
import { VerificationKeySpace } from './verification-keys.js';
import type { KeyList } from './verification-keys.js';

/** Options of {@link redisVerificationStore}. */
export interface SmsRedisVerificationOptions {
  /**
   * What the keys begin with: apps and stages that share a Redis need one each. No braces.
   * @default 'sms:verification'
   */
  prefix?: string | undefined;
  /**
   * How long an operation may take with its repetition; then nothing is sent.
   * @default '1s'
   */
  timeout?: SmsDuration | undefined;
  /**
   * Milliseconds since 1970, for tests. Keys expire by the clock of Redis all the same.
   * @internal
   */
  clock?: Clock | undefined;
}

/**
 * Keeps verifications in Redis (5 or later) or Valkey, for any number of instances: each operation is
 * one script and one round trip, and the time is that of Redis.
 *
 * @example
 * SmsVerificationModule.forRoot({ secret, store: redisVerificationStore(new Redis(url)) })
 *
 * @param client of ioredis, iovalkey or node-redis, for a server or a cluster; connected and closed by
 * the application
 * @throws TypeError when the client is none that is known.
 * @throws RangeError when an option is not usable.
 */
export function redisVerificationStore(
  client: SmsRedisClient,
  options: SmsRedisVerificationOptions = {},
): SmsVerificationStore {
  return new RedisVerificationStore(client, options);
}

class RedisVerificationStore implements SmsVerificationStore {
  private readonly logger = new Logger('SmsVerification');
  private readonly redis: RedisRunner;
  private readonly space: VerificationKeySpace;
  private readonly clock: Clock | undefined;
  private wasUsed = false;

  constructor(
    client: SmsRedisClient,
    { prefix = 'sms:verification', timeout = '1s', clock }: SmsRedisVerificationOptions,
  ) {
    this.redis = new RedisRunner(client, toMilliseconds('timeout', timeout));
    this.space = new VerificationKeySpace(prefix);
    this.clock = clock;
  }

  async reserve(ask: SmsVerificationReserveAsk): Promise<SmsVerificationReservation> {
    const keys = this.space.list();
    const answer = await this.run(RESERVE_SCRIPT, keys, {
      operation: ask.operation,
      tombstone: keys.tombstone(ask.operation),
      targets: ask.targets.map(({ slot, nonce }) => ({ key: keys.record(slot), slot, nonce })),
      fresh: { ...ask.fresh, key: keys.record(ask.fresh.slot) },
      sessions: ask.sessions,
      ...keys.places(ask),
      failures: keys.failures(ask.subjects),
      blocks: keys.blocks(ask.phones),
      starts: keys.starts(ask.callers),
      trusted: ask.trusted,
      unlimited: ask.unlimited,
      look: ask.mode === 'look',
      ttl: ask.ttlMs,
      life: ask.lifeMs,
      sendWithin: ask.sendWithinMs,
      maxSends: ask.maxSends,
      maxAttempts: ask.maxAttempts,
      cooldowns: ask.cooldownsMs,
      approvedCooldown: ask.approvedCooldownMs,
      limits: {
        phone: toPairs(ask.limits.phone),
        untrusted: ask.limits.phone.map(({ untrusted, windowMs }) => [untrusted, windowMs]),
        caller: toPairs(ask.limits.caller),
        failures: toPairs(ask.limits.failures),
      },
    });
    return toReservation(answer);
  }

  async conclude(ask: SmsVerificationConcludeAsk): Promise<void> {
    const keys = this.space.list();
    const { operation, outcome, serialNo, block = 0, ends = false } = ask;
    await this.run(CONCLUDE_SCRIPT, keys, {
      operation,
      tombstone: keys.tombstone(operation),
      slot: keys.record(ask.slot),
      ...keys.places(ask),
      outcome,
      serialNo,
      ends,
      block: keys.blocks(ask.phones)[0],
      untilMidnight: block === 'china-midnight',
      blockMs: block === 'china-midnight' ? 0 : Math.ceil(block),
    });
  }

  async attempt(ask: SmsVerificationAttemptAsk): Promise<SmsVerificationAttempt> {
    const keys = this.space.list();
    const answer = await this.run(ATTEMPT_SCRIPT, keys, {
      operation: ask.operation,
      targets: ask.targets.map(({ slot, nonce, verifiers }) => ({
        key: keys.record(slot),
        nonce,
        verifiers,
      })),
      sessions: ask.sessions,
      failures: keys.failures(ask.subjects),
      pauses: keys.pauses(ask.subjects),
      guesses: keys.guesses(ask.callers),
      trusted: ask.trusted,
      maxAttempts: ask.maxAttempts,
      limits: {
        failures: toPairs(ask.limits.failures),
        guesses: toPairs(ask.limits.guesses),
      },
    });
    return answer as SmsVerificationAttempt;
  }

  async cancel(ask: SmsVerificationCancelAsk): Promise<void> {
    const keys = this.space.list();
    const slot = keys.record(ask.slot);
    if (ask.operation === undefined) {
      await this.run(END_SCRIPT, keys, { nonce: ask.nonce });
      return;
    }
    await this.run(CANCEL_SCRIPT, keys, {
      operation: ask.operation,
      tombstone: keys.tombstone(ask.operation),
      slot,
      ...keys.places(ask),
      starts: keys.starts(ask.callers),
    });
  }

  async unlock({ phones, subjects }: SmsVerificationUnlockAsk): Promise<void> {
    const keys = this.space.list();
    keys.blocks(phones);
    keys.failures(subjects);
    await this.run(UNLOCK_SCRIPT, keys, {});
  }

  private async run(script: RedisScript, keys: KeyList, ask: object): Promise<unknown> {
    const time = this.clock === undefined ? '' : String(this.clock());
    const answer = await this.redis.runScript(script, keys.names, [time, JSON.stringify(ask)]);
    if (!this.wasUsed) {
      this.wasUsed = true;
      void warnOfEviction(this.redis, this.logger, 'codes and limits');
    }
    const text = String(answer);
    return text === 'OK' ? undefined : JSON.parse(text);
  }
}

function toPairs(limits: readonly SmsVerificationLimit[]): number[][] {
  return limits.map(({ count, windowMs }) => [count, windowMs]);
}

/** Loads come as texts, which have all digits. */
function toReservation(answer: unknown): SmsVerificationReservation {
  const reservation = answer as SmsVerificationReservation;
  if (reservation.status !== 'send' && reservation.status !== 'free') {
    return reservation;
  }
  const { all, country } = reservation.load as Record<keyof SmsVerificationLoad, unknown>;
  return { ...reservation, load: { all: Number(all), country: Number(country) } };
}
