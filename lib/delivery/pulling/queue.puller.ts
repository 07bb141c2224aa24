/* oxlint-disable no-await-in-loop -- a page is stored before the next is taken */
import { randomUUID } from 'node:crypto';
import { SmsError } from '../../errors/sms.error.js';
import type { SmsService } from '../../sms.service.js';
import type { SmsReply } from '../report.js';
import { toReport } from '../settling/read-records.js';
import type { SmsDeliveryReport, SmsDeliveryStore } from '../store/delivery.store.js';
import { toReply } from '../to-reply.js';
import { Repetition } from '../../time/repetition.js';

/** Most that Tencent hands out at once. */
const PAGE = 100;
/** An instance leads for so long after it was seen last. */
const LEASE_MS = 15_000;
const MAX_PAUSE_MS = 60_000;
const DENIALS =
  /RequestPermissionDeny$|^UnsupportedOperation\b|^AuthFailure\.UnauthorizedOperation$/;

/** Where pulled items go, and what is said. */
export interface PullEvents {
  take(reports: readonly SmsDeliveryReport[], replies: readonly SmsReply[]): Promise<void>;
  onPullFailed(code: string): void;
  /** Said once: Tencent has not enabled the queue. */
  onPullDenied(queue: 'reports' | 'replies', code: string): void;
  onStoreFailed(error: unknown): void;
}

/** How an application is pulled. */
export interface PullOptions {
  readonly everyMs: number;
  /** Accounts that share the queue: Tencent does not say whose a reply is. */
  readonly accounts: readonly string[];
}

/** Takes reports and replies of one application from Tencent's queues, while this instance leads. */
export class QueuePuller {
  private readonly owner = randomUUID();
  private readonly denied = new Set<'reports' | 'replies'>();
  private readonly repetition = new Repetition(
    async () => this.run(),
    () => this.pauseMs(),
  );
  private failures = 0;

  constructor(
    private readonly service: SmsService,
    private readonly store: SmsDeliveryStore,
    private readonly lease: string,
    private readonly options: PullOptions,
    private readonly events: PullEvents,
  ) {}

  start(): void {
    this.repetition.start();
  }

  /** Takes no more, and waits until what was taken is stored. */
  async stop(): Promise<void> {
    await this.repetition.stop();
  }

  /** Longer after each failure; none once neither queue may be asked. */
  private pauseMs(): number | undefined {
    return this.denied.size < 2
      ? Math.min(this.options.everyMs * 2 ** this.failures, MAX_PAUSE_MS)
      : undefined;
  }

  private async run(): Promise<void> {
    let isFull = true;
    try {
      while (isFull && !this.repetition.isStopped) {
        // Before each page: another instance may lead by now.
        if (!(await this.store.lease(this.lease, this.owner, LEASE_MS))) {
          return;
        }
        // Each by itself: one that can't be asked is not in the way of the other.
        const pages = await Promise.allSettled([this.pullReports(), this.pullReplies()]);
        isFull = pages.map(sizeOf).includes(PAGE);
      }
      this.failures = 0;
    } catch (error) {
      this.failures += 1;
      if (error instanceof SmsError) {
        this.events.onPullFailed(error.code);
      } else {
        this.events.onStoreFailed(error);
      }
    }
  }

  private async pullReports(): Promise<number> {
    const page = await this.pull('reports', async () => {
      const { PullSmsSendStatusSet } = await this.service.pullSmsSendStatus({ Limit: PAGE });
      return PullSmsSendStatusSet;
    });
    await this.keep(
      page.map((status) => toReport(status, 'queue')),
      [],
    );
    return page.length;
  }

  private async pullReplies(): Promise<number> {
    const page = await this.pull('replies', async () => {
      const { PullSmsReplyStatusSet } = await this.service.pullSmsReplyStatus({ Limit: PAGE });
      return PullSmsReplyStatusSet;
    });
    await this.keep(
      [],
      page.map(({ PhoneNumber, ReplyContent, SignName, ExtendCode, ReplyTime }) =>
        toReply(
          {
            from: PhoneNumber,
            text: ReplyContent,
            sign: SignName,
            extend: ExtendCode,
            time: ReplyTime,
          },
          this.options.accounts,
        ),
      ),
    );
    return page.length;
  }

  private async pull<T>(
    queue: 'reports' | 'replies',
    take: () => Promise<readonly T[]>,
  ): Promise<readonly T[]> {
    if (this.denied.has(queue)) {
      return [];
    }
    try {
      return await take();
    } catch (error) {
      if (error instanceof SmsError && DENIALS.test(error.code)) {
        this.denied.add(queue);
        this.events.onPullDenied(queue, error.code);
        return [];
      }
      throw error;
    }
  }

  /** What was taken is nowhere else any more: it is kept until the store has it. */
  private async keep(
    reports: readonly SmsDeliveryReport[],
    replies: readonly SmsReply[],
  ): Promise<void> {
    if (reports.length + replies.length === 0) {
      return;
    }
    for (let tries = 0; ; tries += 1) {
      try {
        await this.events.take(reports, replies);
        return;
      } catch (error) {
        this.events.onStoreFailed(error);
        if (this.repetition.isStopped && tries > 2) {
          throw error;
        }
        await pause(Math.min(this.options.everyMs * 2 ** tries, MAX_PAUSE_MS));
      }
    }
  }
}

/** @throws what the page failed with. */
function sizeOf(page: PromiseSettledResult<number>): number {
  if (page.status === 'rejected') {
    throw page.reason;
  }
  return page.value;
}

async function pause(milliseconds: number): Promise<void> {
  await new Promise<void>((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
}
