/** How long a template or a signature waits for its review, by the emulator's clock. */
const REVIEW_MS = 2000;

/**
 * State of a review. Computed when somebody asks: no timer runs, so a test moves the clock and sees
 * the state that goes with it.
 */
export class Review {
  private rejection: string | undefined;

  private constructor(private approvedAt: number) {}

  /** A review that begins now. */
  static submittedAt(now: number): Review {
    return new Review(now + REVIEW_MS);
  }

  /** One that was over before the emulator started. */
  static passed(): Review {
    return new Review(Number.NEGATIVE_INFINITY);
  }

  /** Tencent's `StatusCode`: 0 usable, 1 waiting, -1 rejected. */
  statusAt(now: number): 0 | 1 | -1 {
    if (this.rejection !== undefined) {
      return -1;
    }
    return now >= this.approvedAt ? 0 : 1;
  }

  /** The reviewer's words; `''` unless rejected. */
  get reply(): string {
    return this.rejection ?? '';
  }

  approve(): void {
    this.rejection = undefined;
    this.approvedAt = Number.NEGATIVE_INFINITY;
  }

  reject(reply: string): void {
    this.rejection = reply;
  }
}
