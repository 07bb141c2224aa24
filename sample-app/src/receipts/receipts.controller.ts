import type { ServerResponse } from 'node:http';
import { Controller, Get, Res, Sse } from '@nestjs/common';
import type { MessageEvent } from '@nestjs/common';
import type { PullSmsSendStatus } from 'nestjs-tencentcloud-sms/api';
import { filter, map } from 'rxjs';
import type { Observable } from 'rxjs';
import { ReceiptBook } from './receipt-book.js';

/** Shows what became of the texts. */
@Controller('receipts')
export class ReceiptsController {
  constructor(private readonly book: ReceiptBook) {}

  /** Each report once. */
  @Get()
  async pull(): Promise<{ receipts: PullSmsSendStatus[]; requestId: string }> {
    return this.book.take();
  }

  /** What has come already, as often as it is asked for. */
  @Get('recent')
  recent(): { receipts: readonly PullSmsSendStatus[] } {
    return { receipts: this.book.recent() };
  }

  /** Server-sent events: `reports` as they come, `trouble` with a code when they can't be had. */
  @Sse('live')
  live(@Res({ passthrough: true }) response: ServerResponse): Observable<MessageEvent> {
    // A browser would ask again over the same connection, and so hold up a shutdown for ever. Not
    // before the last byte is written, or NestJS 11 has the answer cut short.
    response.once('finish', () => response.req.socket.end());
    return this.book.live.pipe(
      filter((arrival) => 'trouble' in arrival || arrival.reports.length > 0),
      map((arrival) =>
        'trouble' in arrival
          ? { type: 'trouble', data: { code: arrival.trouble } }
          : { type: 'reports', data: arrival.reports },
      ),
    );
  }
}
