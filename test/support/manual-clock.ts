/** A clock that only moves when it is told to. */
export class ManualClock {
  private at = Date.UTC(2026, 10, 25, 3, 4, 5);

  readonly now = (): number => this.at;

  advance(milliseconds: number): void {
    this.at += milliseconds;
  }
}
