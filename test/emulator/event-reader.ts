/** One server-sent event. */
export interface ReadEvent {
  readonly id: string;
  readonly event: string;
  readonly data: unknown;
}

/** Reads server-sent events one by one, as a browser does. */
export class EventReader {
  private buffered = '';

  private constructor(
    readonly response: Response,
    private readonly reader: ReadableStreamDefaultReader<Uint8Array>,
    private readonly abort: AbortController,
  ) {}

  static async open(url: string, headers: Record<string, string> = {}): Promise<EventReader> {
    const abort = new AbortController();
    const response = await fetch(url, { headers, signal: abort.signal });
    if (response.body === null) {
      throw new Error('The answer has no body.');
    }
    return new EventReader(response, response.body.getReader(), abort);
  }

  /** The next event; comments and the time to wait are skipped. */
  async next(): Promise<ReadEvent> {
    for (;;) {
      const end = this.buffered.indexOf('\n\n');
      if (end >= 0) {
        const block = this.buffered.slice(0, end);
        this.buffered = this.buffered.slice(end + 2);
        const fields = new Map(
          block.split('\n').map((line) => {
            const colon = line.indexOf(':');
            return [line.slice(0, colon), line.slice(colon + 2)];
          }),
        );
        if (fields.has('data')) {
          return {
            id: fields.get('id') ?? '',
            event: fields.get('event') ?? '',
            data: JSON.parse(fields.get('data') ?? ''),
          };
        }
        continue;
      }
      // oxlint-disable-next-line no-await-in-loop -- piece by piece
      const { value, done } = await this.reader.read();
      if (done) {
        throw new Error('The stream has ended.');
      }
      this.buffered += Buffer.from(value).toString();
    }
  }

  close(): void {
    this.abort.abort();
  }
}
