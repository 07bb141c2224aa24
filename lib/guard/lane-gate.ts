import { randomUUID } from 'node:crypto';
import { again } from './again.js';
import type { GuardContext } from './guard-context.js';
import type { GuardDelay } from './guard-step.js';
import type { SmsLane } from './guard-job.js';
import type { SmsBeginResult, SmsLanePause } from './queue.store.js';

/** Why this process can't send, while others may. */
export interface SmsGuardFault {
  readonly code: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** When a job is looked at again that this process can't do. */
export const FAULT_MS = 5_000;
/** How often a process without rights tries whether it has got them. */
const FAULT_PROBE_MS = 30_000;
/** How long a lane is known to be paused before the store is asked again. */
const PAUSE_KNOWN_MS = 1_000;
/** Until a lane is looked at again whose pause has no end that is known. */
export const MOST_PAUSED_MS = 60_000;

/** Knows what keeps texts from being begun: pauses of lanes, and that this process has no right to send. */
export class LaneGate {
  /** Lanes that are paused, and until when that is known: by a clock that never goes back. */
  private readonly pausedUntil = new Map<string, { until: number; step: GuardDelay }>();
  private faultFound: SmsGuardFault | undefined;
  private faultProbedAt = -Infinity;

  constructor(private readonly context: GuardContext) {}

  get fault(): SmsGuardFault | undefined {
    return this.faultFound;
  }

  async pause(lane: SmsLane): Promise<void> {
    await this.context.options.store.pause(this.context.laneKey(lane), 'manual');
  }

  async resume(lane: SmsLane): Promise<void> {
    const key = this.context.laneKey(lane);
    await this.context.options.store.resume(key);
    this.pausedUntil.delete(key);
  }

  async paused(): Promise<SmsLanePause[]> {
    const prefix = this.context.laneKey('');
    return (await this.context.options.store.paused())
      .filter(({ lane }) => lane.startsWith(prefix))
      .map(({ lane, reason, since }) => ({ lane: lane.slice(prefix.length), reason, since }));
  }

  /** What earlier jobs found out. */
  knownDelay(lane: string): GuardDelay | undefined {
    const now = performance.now();
    if (this.faultFound !== undefined) {
      if (now - this.faultProbedAt < FAULT_PROBE_MS) {
        const { code } = this.faultFound;
        return { do: 'delay', milliseconds: FAULT_MS, why: 'fault', code };
      }
      this.faultProbedAt = now;
    }
    const paused = this.pausedUntil.get(lane);
    if (paused === undefined) {
      return undefined;
    }
    if (now < paused.until) {
      return paused.step;
    }
    this.pausedUntil.delete(lane);
    return undefined;
  }

  /** A lane that paused by itself lets one request through each time, under a key of its own. */
  async askLane(lane: string): Promise<{ readonly delay?: GuardDelay; readonly probes?: string }> {
    const { store } = this.context.options;
    const pause = (await store.paused()).find((one) => one.lane === lane);
    if (pause === undefined) {
      return {};
    }
    const token = randomUUID();
    const now = this.context.now();
    const keys = this.context.digests.of(`probe ${token}`);
    const begun = await store.begin({ keys, token, lane, begunAt: now, notAfter: now });
    if (begun.state === 'paused') {
      return { delay: this.onPaused(lane, begun) };
    }
    await store.release([keys[0].id], token);
    return { probes: pause.reason };
  }

  onPaused(
    lane: string,
    { reason, probeInMs = MOST_PAUSED_MS }: Extract<SmsBeginResult, { state: 'paused' }>,
  ): GuardDelay {
    const milliseconds = Math.max(PAUSE_KNOWN_MS, Math.min(probeInMs, MOST_PAUSED_MS));
    const step: GuardDelay = { do: 'delay', milliseconds, why: 'paused', code: reason };
    this.pausedUntil.set(lane, { until: performance.now() + PAUSE_KNOWN_MS, step });
    return step;
  }

  /** The account can't pay: its lane waits, in all processes. */
  async pauseFor(code: string, lane: string): Promise<GuardDelay> {
    const { store, probeEveryMs } = this.context.options;
    await again(async () => store.pause(lane, code, probeEveryMs));
    return this.onPaused(lane, { state: 'paused', reason: code, probeInMs: probeEveryMs });
  }

  /** This process has no right to send. */
  onFault(code: string): GuardDelay {
    this.faultProbedAt = performance.now();
    if (this.faultFound?.code !== code) {
      this.faultFound = { code, since: this.context.now() };
      this.context.logger.error(
        `Account ${this.context.account} has no right to send from this process (${code}): its jobs wait for others. Tried again every ${FAULT_PROBE_MS / 1000} s.`,
      );
    }
    return { do: 'delay', milliseconds: FAULT_MS, why: 'fault', code };
  }

  /** Tencent knew the key. */
  forgetFault(): void {
    this.faultFound = undefined;
  }

  /** Ends the pause that a text was let through to try. */
  async resumeAfterProbe(lane: string): Promise<void> {
    const { store } = this.context.options;
    try {
      const pauses = await store.paused();
      const own = pauses.find((pause) => pause.lane === lane && pause.reason !== 'manual');
      if (own !== undefined) {
        await store.resume(lane, own.reason);
      }
    } catch {
      // The next probe does it.
    }
  }
}
