/** How long a template or a signature waits for its review, by the emulator's clock. */
const REVIEW_MS = 2000;

/**
 * State of a review. Computed when read: no timer runs, so a test moves the clock and reads the
 * state that goes with it.
 */
export class Review {
  private constructor(
    private endsAt: number,
    /** The reviewer's reason for a refusal; `undefined` for none. */
    private readonly rejection: string | undefined,
  ) {}

  /** A review that begins now, and ends with this reason or with approval. */
  static submittedAt(now: number, rejection: string | undefined): Review {
    return new Review(now + REVIEW_MS, rejection);
  }

  /** One that was over before the emulator started. */
  static passed(): Review {
    return new Review(Number.NEGATIVE_INFINITY, undefined);
  }

  /** One that was over before, and ended with this reason. */
  static rejected(rejection: string): Review {
    return new Review(Number.NEGATIVE_INFINITY, rejection);
  }

  /** Tencent's `StatusCode`: 0 usable, 1 waiting, -1 rejected. */
  statusAt(now: number): 0 | 1 | -1 {
    if (now < this.endsAt) {
      return 1;
    }
    return this.rejection === undefined ? 0 : -1;
  }

  /** The reviewer's words; `''` unless rejected. */
  replyAt(now: number): string {
    return now < this.endsAt ? '' : (this.rejection ?? '');
  }

  /** Ends it at once. */
  finishNow(): void {
    this.endsAt = Number.NEGATIVE_INFINITY;
  }
}
