/** Tells of dropped reports: how many there were so far. */
export type SayDropped = (count: number) => void;

const MINUTE_MS = 60_000;

/**
 * Counts the reports that were dropped before they were pulled or pushed, and says so: at once, and then
 * once a minute as long as there are more.
 */
export class DroppedReports {
  private dropped = 0;
  private said = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly say: SayDropped) {}

  get total(): number {
    return this.dropped;
  }

  count(reports: number): void {
    this.dropped += reports;
    if (this.timer === undefined && reports > 0) {
      this.sayNow();
    }
  }

  /** Says nothing more. */
  close(): void {
    clearTimeout(this.timer);
  }

  private sayNow(): void {
    // The timer first, and the count last: to say it takes space, so that another report may be dropped.
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (this.dropped > this.said) {
        this.sayNow();
      }
    }, MINUTE_MS).unref();
    this.say(this.dropped);
    this.said = this.dropped;
  }
}
