import type { ServerResponse } from 'node:http';
import { Controller, Get, Res, Sse } from '@nestjs/common';
import type { MessageEvent } from '@nestjs/common';
import { filter, map, merge } from 'rxjs';
import type { Observable } from 'rxjs';
import { CampaignReports } from '../campaign/campaign-reports.js';
import { Replies } from './replies.js';
import type { ListedReply } from './replies.js';
import { Texts } from './texts.js';
import type { ListedText } from './texts.js';

/** Shows what became of the texts. */
@Controller('deliveries')
export class DeliveriesController {
  constructor(
    private readonly texts: Texts,
    private readonly replies: Replies,
    private readonly campaigns: CampaignReports,
  ) {}

  /** The newest texts and replies, oldest first. */
  @Get()
  newest(): { texts: ListedText[]; replies: ListedReply[] } {
    return { texts: this.texts.list.all(), replies: this.replies.list.all() };
  }

  /** Server-sent events: `texts`, `replies` and `campaigns`, all that there are and then each change. */
  @Sse('live')
  live(@Res({ passthrough: true }) response: ServerResponse): Observable<MessageEvent> {
    // A browser would ask again over the same connection, and so hold up a shutdown for ever. Not
    // before the last byte is written, or NestJS 11 has the answer cut short.
    response.once('finish', () => response.req.socket.end());
    return merge(
      toEvents('texts', this.texts.list.live()),
      toEvents('replies', this.replies.list.live()),
      toEvents('campaigns', this.campaigns.list.live()),
    );
  }
}

function toEvents(type: string, changes: Observable<object[]>): Observable<MessageEvent> {
  return changes.pipe(
    filter((data) => data.length > 0),
    map((data) => ({ type, data })),
  );
}
