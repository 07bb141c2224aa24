import type { IncomingMessage } from 'node:http';
import { Controller, Get, Req, Sse } from '@nestjs/common';
import type { MessageEvent } from '@nestjs/common';
import type { PullSmsSendStatus } from 'nestjs-tencentcloud-sms';
import { filter, finalize, map } from 'rxjs';
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

  /** Server-sent events: `reports` as they come, `trouble` with a code when they can't be had. */
  @Sse('live')
  live(@Req() request: IncomingMessage): Observable<MessageEvent> {
    return this.book.live.pipe(
      filter((arrival) => 'trouble' in arrival || arrival.reports.length > 0),
      map((arrival) =>
        'trouble' in arrival
          ? { type: 'trouble', data: { code: arrival.trouble } }
          : { type: 'reports', data: arrival.reports },
      ),
      // A browser would ask again over the same connection, and so hold up a shutdown for ever.
      finalize(() => request.socket.end()),
    );
  }
}
