/** When a task that failed is tried again, in milliseconds after it was first tried. */
const AGAIN_MS = [1_000, 5_000, 30_000];
/** Far more than a store that is out of reach for half a minute leaves behind. */
const MAX_TASKS = 10_000;

/** Tasks whose failure changes no answer, and which are tried again in the background. */
export class Afterwards {
  private readonly timers = new Set<NodeJS.Timeout>();

  /** Tries now, and a few times more where that fails. Never throws. */
  async run(task: () => Promise<unknown>, tried = 0): Promise<void> {
    try {
      await task();
    } catch {
      const delayMs = (AGAIN_MS[tried] ?? 0) - (AGAIN_MS[tried - 1] ?? 0);
      if (delayMs > 0 && this.timers.size < MAX_TASKS) {
        const timer = setTimeout(() => {
          this.timers.delete(timer);
          void this.run(task, tried + 1);
        }, delayMs);
        timer.unref();
        this.timers.add(timer);
      }
    }
  }

  /** Tries nothing again. */
  stop(): void {
    for (const timer of this.timers) {
      clearTimeout(timer);
    }
    this.timers.clear();
  }
}
