/** Rows as they come: at hand, or one after the other. */
export type RowSource<Row> = Iterable<Row> | AsyncIterable<Row>;

/**
 * Reads rows in pages: full ones while the source keeps up, smaller ones when it makes the rows that
 * are there wait. Reads no page before it is asked for it, so that whoever is slow slows the source.
 */
export class PageReader<Row> {
  /** Whether the source can be read to its end without waiting for anybody. */
  readonly atHand: boolean;
  private readonly iterator: Iterator<Row> | AsyncIterator<Row>;
  private pending: Promise<IteratorResult<Row>> | undefined;
  private failure: { reason: unknown } | undefined;
  private ended = false;
  private stopped = false;
  private wake: () => void = () => undefined;

  constructor(
    source: RowSource<Row>,
    private readonly size: number,
    private readonly patienceMs: number,
  ) {
    if (Symbol.asyncIterator in source) {
      this.atHand = false;
      this.iterator = source[Symbol.asyncIterator]();
    } else {
      this.atHand = true;
      this.iterator = source[Symbol.iterator]();
    }
  }

  /**
   * The next page; `undefined` at the end.
   *
   * @throws what the source threw, after the rows before it were given out.
   */
  async next(): Promise<Row[] | undefined> {
    if (this.failure !== undefined) {
      throw this.failure.reason;
    }
    const page: Row[] = [];
    if (!this.ended) {
      try {
        await (this.atHand ? this.takeAtHand(page) : this.takeInTime(page));
      } catch (reason) {
        this.ended = true;
        this.failure = { reason };
        if (page.length === 0) {
          throw reason;
        }
      }
    }
    return page.length === 0 ? undefined : page;
  }

  /** Whether the reading was ended before the source was. */
  get cutShort(): boolean {
    return this.stopped;
  }

  /** Ends the reading: a page that is being read comes with the rows that it has. */
  stop(): void {
    if (!this.ended) {
      this.ended = true;
      this.stopped = true;
      this.wake();
      // Not waited for: the source may be waiting itself, for ever.
      Promise.resolve(this.iterator.return?.()).catch(() => undefined);
    }
  }

  private takeAtHand(page: Row[]): void {
    while (page.length < this.size) {
      const step = this.iterator.next() as IteratorResult<Row>;
      if (step.done === true) {
        this.ended = true;
        return;
      }
      page.push(step.value);
    }
  }

  private async takeInTime(page: Row[]): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    try {
      while (page.length < this.size) {
        this.pending ??= this.iterator.next() as Promise<IteratorResult<Row>>;
        // The source may have stopped the reading while it was asked.
        const step = this.stopped ? undefined : await this.untilWoken(this.pending);
        if (step === undefined) {
          return;
        }
        this.pending = undefined;
        if (step.done === true) {
          this.ended = true;
          return;
        }
        page.push(step.value);
        timer ??= setTimeout(() => {
          this.wake();
        }, this.patienceMs);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  // Not a race: a promise that outlives the rows would remember every one of them.
  private async untilWoken<T>(step: Promise<T>): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      this.wake = () => {
        resolve(undefined);
      };
      Promise.resolve(step).then(resolve, reject);
    });
  }
}
