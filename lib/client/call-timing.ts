import type { ServerClock } from '../http/server-clock.js';
import { DEFAULT_PATIENCE_MS, Deadline } from './deadline.js';

/** When things happened to a call: milliseconds since 1970, by Tencent's clock as far as it is known. */
export interface CallTimes {
  /** When its turn had come, before it waited for anything. */
  readonly decidedAt: number;
  /** After which it was not to leave any more. */
  readonly notAfter: number;
  /** What its last signature says; `undefined` when none was made. */
  readonly signedAt: number | undefined;
}

/** Keeps the times of one call while it is made. */
export class CallTiming {
  readonly deadline: Deadline;
  private signedMs: number | undefined;
  private readonly decidedMs: number;

  /** @param deadline the caller's; without one the call has its time from now on */
  constructor(
    private readonly clock: ServerClock,
    deadline: Deadline | undefined,
  ) {
    this.decidedMs = clock.machineMs();
    this.deadline = deadline ?? Deadline.in(clock, DEFAULT_PATIENCE_MS);
  }

  /** A signature was made. @param at the time that stands in it */
  onSigned(at: number): void {
    this.signedMs = at;
  }

  /** The times so far. */
  read(): CallTimes {
    return {
      // By the clock as it was corrected meanwhile, so that it compares with the signature.
      decidedAt: this.clock.toServerMs(this.decidedMs),
      notAfter: this.deadline.notAfter,
      signedAt: this.signedMs,
    };
  }
}
