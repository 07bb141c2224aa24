import type { GuardContext } from './guard-context.js';
import type { SmsLane } from './guard-job.js';
import type { GuardDelay } from './guard-step.js';
import type { LaneGate } from './lane-gate.js';
import { MOST_PAUSED_MS } from './lane-gate.js';
import { msUntilClosed, msUntilOpen } from './marketing-window.js';
import { backOffMs, rejectionKindOf } from './rejection.js';
import type { SendPacer } from './send-pacer.js';

/** Attempts of requests are not counted: one that is refused comes back as if it were the second. */
const EPOCH = 2;

/** Gives leave to requests of several texts, and heeds their answers. */
export class RequestLeave {
  constructor(
    private readonly context: GuardContext,
    private readonly gate: LaneGate,
    private readonly pacer: SendPacer | undefined,
  ) {}

  /** Texts that a request may have within the budget. */
  get mostTexts(): number {
    return this.pacer?.mostAtOnce ?? Infinity;
  }

  /** Whether a request has to wait, and whether it tries a paused lane. */
  async ask(
    lane: SmsLane,
    isHourly: boolean,
    texts: number,
  ): Promise<{ readonly delay?: GuardDelay; readonly probes?: string | undefined }> {
    const key = this.context.laneKey(lane);
    const { window } = this.context.options;
    const closed = isHourly ? msUntilOpen(window, this.context.now()) : 0;
    const delay: GuardDelay | undefined =
      closed > 0 ? { do: 'delay', milliseconds: closed, why: 'window' } : this.gate.knownDelay(key);
    if (delay !== undefined) {
      return { delay };
    }
    const probe = await this.gate.askLane(key);
    if (probe.delay !== undefined) {
      return probe;
    }
    const milliseconds = (await this.pacer?.takeTurn(texts)) ?? 0;
    return milliseconds > 0 ? { delay: { do: 'delay', milliseconds, why: 'budget' } } : probe;
  }

  /** A limit for a request that begins now: that of the guard, and of the marketing hours. */
  limitMs(isHourly: boolean): number {
    const { sendWithinMs, window } = this.context.options;
    return isHourly
      ? Math.min(sendWithinMs, msUntilClosed(window, this.context.now()))
      : sendWithinMs;
  }

  /** Heeds what a request was answered: that it was accepted, or a code. */
  async heed(
    lane: SmsLane,
    code: string | undefined,
    probes: string | undefined,
  ): Promise<GuardDelay | undefined> {
    const key = this.context.laneKey(lane);
    if (code === undefined) {
      this.gate.forgetFault();
      if (probes !== undefined) {
        await this.context.options.store.resume(key, probes);
      }
      return undefined;
    }
    switch (rejectionKindOf(code, false)) {
      case 'lane':
        return this.gate.pauseFor(code, key);
      case 'worker':
        return this.gate.onFault(code);
      case 'window':
        return { do: 'delay', milliseconds: MOST_PAUSED_MS, why: 'window', code };
      case 'passing': {
        const milliseconds = backOffMs(code, EPOCH, Math.random);
        return { do: 'delay', milliseconds, why: 'cause', code };
      }
      case 'final':
        return undefined;
    }
  }
}
