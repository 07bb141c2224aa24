import type { Clock } from '../time/clock.js';

const KEPT = 32;
/** Real sends that have to be seen before their times are copied. */
const ENOUGH = 10;
const FIRST_MIN_MS = 300;
const FIRST_MAX_MS = 900;

/** How long a decoy takes: as long as one of the last real sends did. */
export class DecoyDelay {
  private readonly seen: number[] = [];
  private next = 0;

  /** @param random from 0 to 1 */
  constructor(private readonly random: Clock = Math.random) {}

  /** A real send took so long. */
  add(milliseconds: number): void {
    this.seen[this.next % KEPT] = milliseconds;
    this.next += 1;
  }

  /** Milliseconds for the next decoy. */
  pick(): number {
    return this.seen.length < ENOUGH
      ? FIRST_MIN_MS + this.random() * (FIRST_MAX_MS - FIRST_MIN_MS)
      : (this.seen[Math.floor(this.random() * this.seen.length)] ?? FIRST_MIN_MS);
  }
}
