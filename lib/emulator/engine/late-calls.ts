import type { EmulatorClock } from '../clock/clock.js';
import type { Schedule } from '../clock/schedule.js';
import type { Keep } from '../memory/keep.js';

/** A call that is to be carried out later. */
export interface LateCall {
  readonly sdkAppId: string;
  /** What it keeps in memory as long as it waits. */
  readonly bytes: number;
  readonly run: () => void;
}

/** What late calls work with. */
export interface LateCallsOptions {
  readonly clock: EmulatorClock;
  readonly schedule: Schedule;
  readonly keep: Keep;
}

/** Calls that got lost on their way and are carried out later: at a time, or when a test releases them. */
export class LateCalls {
  /** In the order in which they came. */
  private readonly waiting = new Map<LateCall, () => void>();

  constructor(private readonly options: LateCallsOptions) {}

  /** Holds a call back; for good, until it is released, when `afterMs` is infinite. */
  add(call: LateCall, afterMs: number): void {
    const { clock, schedule, keep } = this.options;
    const forget = (): void => {
      this.waiting.delete(call);
    };
    this.waiting.set(call, forget);
    const held = keep.hold(call.bytes, forget);
    if (!this.waiting.has(call)) {
      return;
    }
    this.waiting.set(call, () => {
      keep.release(held);
      forget();
    });
    if (afterMs !== Infinity) {
      const run = (at: number): void => {
        // The clock may have been moved far beyond the moment in which the call runs.
        clock.runAt(at, () => {
          this.run(call);
        });
      };
      const onForgotten = (): void => this.waiting.get(call)?.();
      schedule.add(clock.now() + afterMs, run, { bytes: 0, onForgotten });
    }
  }

  /** Carries all of them out, of one application or of all, and counts them. */
  release(sdkAppId?: string): number {
    const released = this.of(sdkAppId);
    for (const call of released) {
      this.run(call);
    }
    return released.length;
  }

  /** Forgets all of them, of one application or of all. */
  clear(sdkAppId?: string): void {
    for (const call of this.of(sdkAppId)) {
      this.waiting.get(call)?.();
    }
  }

  private of(sdkAppId: string | undefined): LateCall[] {
    return [...this.waiting.keys()].filter(
      (call) => sdkAppId === undefined || call.sdkAppId === sdkAppId,
    );
  }

  // Released or forgotten meanwhile, it does not run again.
  private run(call: LateCall): void {
    const end = this.waiting.get(call);
    if (end !== undefined) {
      end();
      call.run();
    }
  }
}
