import { Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { SmsError, SmsService } from 'nestjs-tencentcloud-sms';
import type { PullSmsSendStatus } from 'nestjs-tencentcloud-sms/api';
import { ReplaySubject, catchError, defer, exhaustMap, of, share, takeUntil, timer } from 'rxjs';
import type { Observable } from 'rxjs';

const MOST_PER_PULL = 100;
const MOST_KEPT = 1000;
const PULL_EVERY_MS = 1000;

/** What came of looking for reports: some, or the code of the error that hindered it. */
export type Arrival = { reports: PullSmsSendStatus[] } | { trouble: string };

/**
 * The one place that takes reports from Tencent's queue, which hands each out only once: what one
 * reader takes, no other will ever see. A real app would store them here; this one keeps the newest
 * thousand, for every browser that opens the page later.
 */
@Injectable()
export class ReceiptBook implements OnModuleDestroy {
  private readonly unread: PullSmsSendStatus[] = [];
  private readonly kept: PullSmsSendStatus[] = [];
  /** Replayed, so that a late subscriber to an app that closes ends at once. */
  private readonly closing = new ReplaySubject<void>(1);

  /** Reports as they come. Pulls only while there are subscribers, once for all of them. */
  readonly live: Observable<Arrival> = timer(0, PULL_EVERY_MS).pipe(
    exhaustMap(() =>
      defer(async () => this.pullAll()).pipe(
        catchError((error: unknown) =>
          of({ trouble: error instanceof SmsError ? error.code : 'unknown' }),
        ),
      ),
    ),
    takeUntil(this.closing),
    share(),
  );

  constructor(private readonly sms: SmsService) {}

  /** The newest thousand that came, oldest first, however often they were read. */
  recent(): readonly PullSmsSendStatus[] {
    return this.kept;
  }

  /** At most a hundred that were not asked for before, oldest first. */
  async take(): Promise<{ receipts: PullSmsSendStatus[]; requestId: string }> {
    const { RequestId } = await this.pull();
    return { receipts: this.unread.splice(0, MOST_PER_PULL), requestId: RequestId };
  }

  /** Ends the streams of those who listen, which would hold up the shutdown. */
  onModuleDestroy(): void {
    this.closing.next();
  }

  private async pullAll(): Promise<Arrival> {
    const reports: PullSmsSendStatus[] = [];
    let came: number;
    do {
      try {
        // oxlint-disable-next-line no-await-in-loop -- whether there is more is seen in what came
        const { PullSmsSendStatusSet } = await this.pull();
        came = PullSmsSendStatusSet.length;
        reports.push(...PullSmsSendStatusSet);
      } catch (error) {
        if (reports.length === 0) {
          throw error;
        }
        // Tencent hands out the reports so far only once; the next pull will meet the error.
        came = 0;
      }
    } while (came === MOST_PER_PULL && reports.length < MOST_KEPT);
    return { reports };
  }

  private async pull() {
    const answer = await this.sms.pullSmsSendStatus({ Limit: MOST_PER_PULL });
    for (const list of [this.unread, this.kept]) {
      list.push(...answer.PullSmsSendStatusSet);
      list.splice(0, Math.max(0, list.length - MOST_KEPT));
    }
    return answer;
  }
}
