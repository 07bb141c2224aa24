/** Rows as they come: at hand, or one after the other. */
export type SmsRowSource<Row> = Iterable<Row> | AsyncIterable<Row>;

/** What an iterator gave. */
type Step<Row> =
  | { readonly kind: 'row'; readonly row: Row }
  | { readonly kind: 'end' }
  | { readonly kind: 'failure'; readonly reason: unknown };

/**
 * Reads rows in pages: full ones while the source keeps up, smaller ones when it makes the rows that
 * are there wait. Reads a page only on demand, so that a slow consumer slows the source.
 * Each row is copied at the moment it is pulled, since a source may use its object again.
 */
export class PageReader<Row> {
  private readonly iterator: Iterator<unknown> | AsyncIterator<unknown>;
  private readonly isAsync: boolean;
  private pulled = 0;
  /** How many rows may still be pulled in all. */
  private limit = Number.POSITIVE_INFINITY;
  private pulling = false;
  /** What came while it was not waited for. */
  private arrived: Step<Row> | undefined;
  private failure: { readonly reason: unknown } | undefined;
  private ended = false;
  private stopped = false;
  private wake: () => void = () => undefined;

  constructor(
    private readonly source: SmsRowSource<unknown>,
    private readonly maxWaitMs: number,
    /** Makes a copy of a row; never throws. */
    private readonly copy: (given: unknown) => Row,
  ) {
    const open = (source as Partial<AsyncIterable<unknown>>)[Symbol.asyncIterator];
    this.isAsync = typeof open === 'function';
    this.iterator = this.isAsync
      ? (source as AsyncIterable<unknown>)[Symbol.asyncIterator]()
      : (source as Iterable<unknown>)[Symbol.iterator]();
  }

  /**
   * The next page; `undefined` at the end.
   *
   * @param size rows that it may have
   * @throws what the source threw, after the rows before it were given out.
   */
  async next(size: number): Promise<Row[] | undefined> {
    const page: Row[] = [];
    if (this.failure === undefined) {
      await (this.isAsync ? this.takeInTime(page, size) : this.takeAtHand(page, size));
    }
    if (page.length > 0) {
      return page;
    }
    if (this.failure !== undefined) {
      throw this.failure.reason;
    }
    return undefined;
  }

  /** Whether the reading was ended before the source was. */
  get cutShort(): boolean {
    return this.stopped;
  }

  /**
   * Ends the reading where it could go on for ever: a list is read up to the rows that it holds now,
   * anything else no further.
   */
  curtail(): void {
    const size = this.isAsync ? undefined : sizeOf(this.source);
    if (size === undefined) {
      this.stop();
    } else {
      this.limit = size;
    }
  }

  /** Ends the reading: a page that is being read comes with the rows that it has. */
  stop(): void {
    if (!this.ended) {
      this.ended = true;
      this.stopped = true;
      this.wake();
      // A generator can't be closed while it produces a row.
      if (this.isAsync || !this.pulling) {
        this.close();
      }
    }
  }

  // Not waited for: the source may be waiting itself, for ever.
  private close(): void {
    try {
      Promise.resolve(this.iterator.return?.()).catch(() => undefined);
    } catch {
      // An error of the source while it closes changes no outcome.
    }
  }

  private takeAtHand(page: Row[], size: number): void {
    while (page.length < size && !this.ended) {
      if (this.pulled >= this.limit) {
        this.ended = true;
        this.stopped = (sizeOf(this.source) ?? 0) > this.limit;
        return;
      }
      this.pulling = true;
      const step = this.stepOf(() => this.iterator.next());
      this.pulling = false;
      if (this.stopped) {
        this.close();
      }
      this.take(step, page);
    }
  }

  private async takeInTime(page: Row[], size: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    try {
      while (page.length < size) {
        const step = this.arrived ?? (await this.nextArrival());
        if (step === undefined) {
          return;
        }
        this.arrived = undefined;
        if (!this.take(step, page)) {
          return;
        }
        timer ??= setTimeout(() => {
          this.wake();
        }, this.maxWaitMs);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** What comes next; `undefined` when nothing does before the reader is woken. */
  private async nextArrival(): Promise<Step<Row> | undefined> {
    if (!this.ended && !this.pulling) {
      this.pull();
    }
    // The source may have stopped the reading from within `next`.
    if (!this.ended && this.arrived === undefined) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    return this.arrived;
  }

  private pull(): void {
    this.pulling = true;
    const arrive = (step: Step<Row>): void => {
      this.pulling = false;
      // Once the reading was stopped, an error of the source counts as its end.
      if (step.kind === 'row' || !this.stopped) {
        this.arrived = step;
        this.wake();
      }
    };
    const fail = (reason: unknown): void => {
      arrive({ kind: 'failure', reason });
    };
    try {
      Promise.resolve(this.iterator.next())
        .then((result) => this.stepOf(() => result))
        .then(arrive, fail);
    } catch (reason) {
      fail(reason);
    }
  }

  private stepOf(next: () => unknown): Step<Row> {
    try {
      const result = next();
      if (typeof result !== 'object' || result === null) {
        throw new TypeError('The iterator of the rows gave no result object.');
      }
      const { done, value } = result as { done?: boolean; value: unknown };
      if (done) {
        return { kind: 'end' };
      }
      this.pulled += 1;
      return { kind: 'row', row: this.copy(value) };
    } catch (reason) {
      return { kind: 'failure', reason };
    }
  }

  /** Whether more may come. */
  private take(step: Step<Row>, page: Row[]): boolean {
    if (step.kind === 'row') {
      page.push(step.row);
      return true;
    }
    this.ended = true;
    this.stopped = false;
    if (step.kind === 'failure') {
      this.failure = { reason: step.reason };
    }
    return false;
  }
}

/** How many rows a list holds; `undefined` for rows that come one by one, maybe without end. */
function sizeOf(source: SmsRowSource<unknown>): number | undefined {
  try {
    if (Array.isArray(source)) {
      return source.length;
    }
    return source instanceof Set || source instanceof Map ? source.size : undefined;
  } catch {
    // A proxy that throws.
    return undefined;
  }
}
