import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Which numbers there are: they follow one another. */
export interface ManyTextsOptions {
  /** What all begin with; `first` goes on. */
  readonly prefix: string;
  readonly first: number;
  readonly rows: number;
  /** How long each send takes. */
  readonly latencyMs: number;
  readonly contentOf: (row: number) => string;
}

type Params = Readonly<Record<string, unknown>>;

/**
 * A server in place of Tencent that forgets none of a million texts: the emulator keeps some thousand
 * records, and a process that dies is looked for when more have gone out.
 */
export class ManyTexts {
  texts = 0;
  /** Requests that sent something. */
  requests = 0;
  /** Numbers that got more than one. */
  doubled = 0;
  private readonly counts: Uint8Array;
  private readonly sentAt: Float64Array;

  private constructor(
    private readonly options: ManyTextsOptions,
    private readonly server: Server,
  ) {
    this.counts = new Uint8Array(options.rows);
    this.sentAt = new Float64Array(options.rows);
  }

  static async start(options: ManyTextsOptions): Promise<ManyTexts> {
    const server = createServer((request, response) => {
      void many.answer(request, response);
    });
    const many = new ManyTexts(options, server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return many;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Whether the number of a row got a text. */
  has(row: number): boolean {
    return (this.counts[row] ?? 0) > 0;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    // Once it is whole it is carried out, and whether its client lives on is no matter.
    await once(request, 'end').catch(() => undefined);
    if (!request.complete) {
      return;
    }
    const params = JSON.parse(Buffer.concat(parts).toString()) as Params;
    const isSend = request.headers['x-tc-action'] === 'SendSms';
    const members = isSend ? this.send(params) : this.list(params);
    const end = (): void => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ Response: { ...members, RequestId: `r-${this.requests}` } }));
    };
    if (isSend) {
      setTimeout(end, this.options.latencyMs);
    } else {
      end();
    }
  }

  private send({ PhoneNumberSet: phones, SessionContext: context }: Params): object {
    this.requests += 1;
    return {
      SendStatusSet: (phones as string[]).map((phone) => {
        const row = this.rowOf(phone);
        const count = (this.counts[row] ?? 0) + 1;
        this.counts[row] = count;
        this.sentAt[row] = Date.now();
        this.texts += 1;
        this.doubled += count === 2 ? 1 : 0;
        return {
          SerialNo: this.serialOf(row),
          PhoneNumber: phone,
          Fee: 1,
          SessionContext: context ?? '',
          Code: 'Ok',
          Message: 'send success',
          IsoCode: 'CN',
        };
      }),
    };
  }

  private list({ PhoneNumber: phone }: Params): object {
    const row = this.rowOf(phone as string);
    const records =
      (this.counts[row] ?? 0) === 0
        ? []
        : [
            {
              PhoneNumber: phone,
              SerialNo: this.serialOf(row),
              SendTime: Math.floor((this.sentAt[row] ?? 0) / 1000),
              SendStatus: 3,
              RequestCode: 'Ok',
              StatusCode: '',
              IsoCode: 'CN',
              UserReceiveTime: 0,
              Content: this.options.contentOf(row),
            },
          ];
    return { SendRecordSet: records, TotalCount: records.length };
  }

  private serialOf(row: number): string {
    return `2640:${1_000_000_000 + row}${this.sentAt[row] ?? 0}0000`;
  }

  private rowOf(phone: string): number {
    const { prefix, first, rows } = this.options;
    const row = Number(phone.slice(prefix.length)) - first;
    if (!phone.startsWith(prefix) || !(row >= 0 && row < rows)) {
      throw new RangeError('A text went to a number that no row has.');
    }
    return row;
  }
}
