import assert from 'node:assert/strict';
import type { SmsJobResult } from '../../delivery/job-outcome.js';
import type {
  SmsBeginRequest,
  SmsBeginResult,
  SmsKeyDigest,
  SmsMarker,
  SmsQueueStore,
} from '../../guard/queue.store.js';
import type { SmsQueueStoreClock } from './queue-subject.js';

/** A case of the conformance suite: one rule. */
export interface QueueCase {
  /** The rule, as a sentence. */
  readonly name: string;
  /** Whether it waits, and so needs a clock. */
  readonly waits: boolean;
  run(caller: QueueCaller): Promise<void>;
}

/** A case that runs within a moment. */
export function atOnce(name: string, run: (caller: QueueCaller) => Promise<void>): QueueCase {
  return { name, waits: false, run };
}

/** A case in which time passes. */
export function inTime(name: string, run: (caller: QueueCaller) => Promise<void>): QueueCase {
  return { name, waits: true, run };
}

/** When texts were given leave, where nothing else is said. */
export const BEGUN_AT = 1_764_000_000_000;
const SEND_WITHIN_MS = 30_000;

/** An end of a text. */
export function result(
  status: SmsJobResult['status'],
  more: Partial<SmsJobResult> = {},
): SmsJobResult {
  return { status, at: BEGUN_AT, ...more };
}

/** Calls a store as a guard does. */
export class QueueCaller {
  private keys = 0;
  private tokens = 0;

  constructor(
    readonly store: SmsQueueStore,
    private readonly clock: SmsQueueStoreClock | undefined,
  ) {}

  async wait(milliseconds: number): Promise<void> {
    await this.clock?.advance(milliseconds);
  }

  /** A key of its own. */
  key(fingerprint = 'text'): SmsKeyDigest {
    this.keys += 1;
    return { id: `key${this.keys}`, fingerprint };
  }

  token(): string {
    this.tokens += 1;
    return `attempt${this.tokens}`;
  }

  /** Asks for leave for a new attempt. */
  async begin(key: SmsKeyDigest, more: Partial<SmsBeginRequest> = {}): Promise<SmsBeginResult> {
    return this.store.begin({
      keys: [key],
      token: this.token(),
      lane: 'notification',
      begunAt: BEGUN_AT,
      notAfter: BEGUN_AT + SEND_WITHIN_MS,
      ...more,
    });
  }

  /** Has an attempt that was given leave. */
  async go(
    key: SmsKeyDigest,
    more: Partial<SmsBeginRequest> = {},
  ): Promise<{ token: string; id: string; epoch: number; isProbe: boolean }> {
    const token = more.token ?? this.token();
    const begun = await this.begin(key, { ...more, token });
    assert.ok(begun.state === 'go', `an attempt should be given leave, not ${begun.state}`);
    const { id, epoch, isProbe } = begun;
    return { token, id, epoch, isProbe };
  }

  async stateOf(key: SmsKeyDigest): Promise<SmsMarker['state'] | undefined> {
    return (await this.store.find([key.id]))?.state;
  }

  async done(
    key: SmsKeyDigest,
    epoch: number,
    status: SmsJobResult['status'],
    more: Partial<SmsJobResult> = {},
  ): Promise<SmsMarker | undefined> {
    return this.store.end(key.id, epoch, { state: 'done', result: result(status, more) });
  }

  async cancel(key: SmsKeyDigest): Promise<SmsMarker> {
    return this.store.conclude([key], { state: 'cancelled', result: result('cancelled') });
  }
}
