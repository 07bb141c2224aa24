/** How many different rows are remembered. */
const MAX_ROWS = 200;
/** How long a row is remembered, in milliseconds: a live source may repeat itself on purpose. */
const MAX_AGE_MS = 60_000;

/** A row as it was remembered. */
interface Remembered<Row> {
  readonly row: Row;
  readonly pulledAtMs: number;
}

/**
 * Finds rows that repeat one of the last 200 different ones, pulled within a minute. A repetition
 * does not prolong the memory of its first row, or a text that is repeated every half minute would
 * go out once and never again.
 */
export class DuplicateWindow<Row> {
  /** By what is compared, the oldest first. */
  private readonly firsts = new Map<string, Remembered<Row>>();

  /**
   * The row that this one repeats; otherwise it is remembered itself.
   *
   * @param key all that is compared, as text
   * @param pulledAtMs by a clock that never goes back
   */
  find(key: string, row: Row, pulledAtMs: number): Row | undefined {
    this.forget(pulledAtMs);
    const first = this.firsts.get(key);
    if (first !== undefined) {
      return first.row;
    }
    const [oldest] = this.firsts.keys();
    if (oldest !== undefined && this.firsts.size === MAX_ROWS) {
      this.firsts.delete(oldest);
    }
    this.firsts.set(key, { row, pulledAtMs });
    return undefined;
  }

  private forget(nowMs: number): void {
    for (const [key, { pulledAtMs }] of this.firsts) {
      if (nowMs - pulledAtMs <= MAX_AGE_MS) {
        break;
      }
      this.firsts.delete(key);
    }
  }
}
