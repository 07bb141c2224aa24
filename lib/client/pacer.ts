import type { Clock } from '../time/clock.js';

/** The clock and the alarm that a pacer goes by. */
export interface PacerTime {
  /** Milliseconds that never go back. */
  now: Clock;
  /** Calls back once after so many milliseconds; gives what takes it back. */
  alarm: (callback: () => void, milliseconds: number) => () => void;
}

const SYSTEM_TIME: PacerTime = {
  now: () => performance.now(),
  alarm: (callback, milliseconds) => {
    const timer = setTimeout(callback, milliseconds);
    return () => {
      clearTimeout(timer);
    };
  },
};

/** A second, and a little more: one request takes longer to arrive than another. */
const SECOND_MS = 1050;
/** What counts as handed over when it started. */
const AT_ONCE_MS = 5;
/** The least part of the rate that refusals leave, and the part that comes back with each second. */
const LEAST_PACE = 0.05;
const RECOVERY_PER_SECOND = 0.1;

interface Waiter {
  perSecond: number;
  onTurn: () => void;
}

/**
 * Lets requests start at a rate, first come, first served: in no second, wherever it begins, are there
 * more than the rate. A rate that is not whole is rounded down, one below 1 is one request in a longer
 * time. Has a timer only while a request waits.
 */
export class Pacer {
  /** When requests started, the latest last: at least those of the last second, and the last one. */
  private starts: number[] = [];
  private trimAt = 32;
  private readonly waiting = new Set<Waiter>();
  private stopAlarm: (() => void) | undefined;
  /** The part of the rate that the last refusal left, and when that was. */
  private pace = 1;
  private slowedAt = -Infinity;
  private busyUntil = -Infinity;

  constructor(private readonly time: PacerTime = SYSTEM_TIME) {}

  /** Whether nothing would be forgotten with it. */
  get idle(): boolean {
    const now = this.time.now();
    return this.waiting.size === 0 && now >= this.busyUntil && this.paceAt(now) === 1;
  }

  /** Starts a request if its turn is now, and gives the time of its start. */
  tryStart(perSecond: number): number | undefined {
    const now = this.time.now();
    if (this.waiting.size > 0 || this.turnOf(perSecond, now) > now) {
      return undefined;
    }
    return this.start(perSecond, now);
  }

  /**
   * Calls back when the turn of a request has come, which has started then.
   *
   * @returns what takes the wait back
   */
  queue(perSecond: number, onStart: (start: number) => void): () => void {
    const waiter: Waiter = {
      perSecond,
      onTurn: () => {
        onStart(this.start(perSecond, this.time.now()));
      },
    };
    this.waiting.add(waiter);
    this.serve();
    return () => {
      if (this.waiting.delete(waiter)) {
        this.serve();
      }
    };
  }

  /** A request was handed over later than it started, such as on a new connection: it counts from then. */
  moveStart(start: number): number {
    const now = this.time.now();
    if (now - start <= AT_ONCE_MS) {
      return start;
    }
    const place = this.starts.lastIndexOf(start);
    if (place >= 0) {
      this.starts.splice(place, 1);
    }
    this.starts.push(now);
    this.busyUntil = Math.max(this.busyUntil, now + SECOND_MS);
    return now;
  }

  /** The rate was refused: others use it up, too. Refusals of one second count once. */
  slow(): void {
    const now = this.time.now();
    if (now - this.slowedAt >= SECOND_MS) {
      this.pace = Math.max(LEAST_PACE, this.paceAt(now) / 2);
      this.slowedAt = now;
    }
  }

  private serve(): void {
    this.stopAlarm?.();
    this.stopAlarm = undefined;
    for (const waiter of this.waiting) {
      const now = this.time.now();
      const turn = this.turnOf(waiter.perSecond, now);
      if (turn > now) {
        const onAlarm = (): void => {
          this.serve();
        };
        // Looked at again after a second at the latest: the rate may have recovered.
        this.stopAlarm = this.time.alarm(onAlarm, Math.min(Math.ceil(turn - now), SECOND_MS));
        return;
      }
      this.waiting.delete(waiter);
      waiter.onTurn();
    }
  }

  /** When the next request of a rate may start: when the one so many before it is long enough ago. */
  private turnOf(perSecond: number, now: number): number {
    const { atOnce, windowMs } = windowOf(perSecond * this.paceAt(now));
    const before = this.starts.at(-atOnce);
    return before === undefined ? -Infinity : before + windowMs;
  }

  private start(perSecond: number, now: number): number {
    this.starts.push(now);
    this.busyUntil = Math.max(this.busyUntil, now + windowOf(perSecond).windowMs);
    if (this.starts.length >= this.trimAt) {
      const old = this.starts.findIndex((start) => start > now - SECOND_MS);
      this.starts = this.starts.slice(old);
      this.trimAt = Math.max(32, this.starts.length * 2);
    }
    return now;
  }

  private paceAt(now: number): number {
    const recovered = ((now - this.slowedAt) / 1000) * RECOVERY_PER_SECOND;
    return Math.min(1, this.pace + recovered);
  }
}

/** A rate as so many requests within a time. */
function windowOf(perSecond: number): { atOnce: number; windowMs: number } {
  // 0.29 of 100 is a little less than 29 in floating point.
  const whole = Math.floor(perSecond + 1e-6);
  return whole >= 1
    ? { atOnce: whole, windowMs: SECOND_MS }
    : { atOnce: 1, windowMs: SECOND_MS / perSecond };
}
