/** Runs something again and again, never twice at once; each pause begins when a run has ended. */
export class Repetition {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private again = false;
  private stopped = false;

  /**
   * @param run never rejects
   * @param pauseMs asked for after each run; `undefined` for no further one
   */
  constructor(
    private readonly run: () => Promise<void>,
    private readonly pauseMs: () => number | undefined,
  ) {}

  /** Runs after the first pause. Keeps no process alive. */
  start(): void {
    const pauseMs = this.stopped ? undefined : this.pauseMs();
    if (pauseMs !== undefined) {
      this.timer = setTimeout(() => {
        this.wake();
      }, pauseMs);
      this.timer.unref();
    }
  }

  /** Runs at once, or once more after the run that is under way. */
  wake(): void {
    if (this.stopped) {
      return;
    }
    if (this.running !== undefined) {
      this.again = true;
      return;
    }
    clearTimeout(this.timer);
    this.running = this.run().finally(() => {
      this.running = undefined;
      if (this.again) {
        this.again = false;
        this.wake();
      } else {
        this.start();
      }
    });
  }

  /** Whether it was told to end, which a long run looks at. */
  get isStopped(): boolean {
    return this.stopped;
  }

  /** Runs no more, and waits for the run that is under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }
}
