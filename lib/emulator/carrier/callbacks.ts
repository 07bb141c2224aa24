import type { ReplyCallback, StatusCallbackItem } from '../../api/callbacks.js';
import type { ReplyPusher } from '../records/account.js';
import type { EmulatorClock } from '../clock/clock.js';
import type { Events } from '../records/events.js';
import { toChinaTime } from '../../time/china-time.js';
import { toSeconds } from '../clock/clock.js';
import { BoundedList } from '../records/bounded-list.js';
import type { DroppedReports } from '../memory/dropped-reports.js';
import { sizeOfTexts } from '../memory/keep.js';
import type { Keep } from '../memory/keep.js';
import { addEvent, sizeOfRecord, toIso } from '../records/message-log.js';
import type { ReportedRecord } from '../records/message-log.js';
import { describeReceipt } from '../../api/receipt-codes.js';
import type { Schedule } from '../clock/schedule.js';
import type { Reply } from '../records/sms-app.js';

/** What came back for a push. */
export interface CallbackResponse {
  readonly status: number;
  readonly body: string;
}

/** POSTs JSON; rejects with a sentence when there is no answer. */
export type PostCallback = (
  url: string,
  body: string,
  signal: AbortSignal,
) => Promise<CallbackResponse>;

/** What the pushes work with. */
export interface CallbackOptions {
  /** Where reports go; `undefined` for nowhere. */
  readonly statusUrl: string | undefined;
  /** Where replies go; `undefined` for nowhere. */
  readonly replyUrl: string | undefined;
  /** Whether reports repeat the context of the send, as `ext`. */
  readonly echoesContext: boolean;
  readonly post: PostCallback;
  readonly clock: EmulatorClock;
  readonly schedule: Schedule;
  readonly events: Events;
  readonly keep: Keep;
  readonly dropped: DroppedReports;
}

interface Push {
  readonly kind: 'status' | 'reply';
  readonly url: string;
  readonly sdkAppId: string;
  readonly body: string;
  readonly records: readonly ReportedRecord[];
  readonly attempt: number;
}

const MAX_BATCH = 100;
const MAX_ATTEMPTS = 3;
// Tencent names the number of attempts only, not how far apart they are.
const RETRY_AFTER_MS = 5000;
const MAX_PARALLEL = 8;
const MAX_WAITING = 1000;

/** Pushes reports and replies to an application's own URLs, in Tencent's shape. */
export class Callbacks implements ReplyPusher {
  private reports: ReportedRecord[] = [];
  private flushing: NodeJS.Immediate | undefined;
  private readonly waiting: BoundedList<Push>;
  private readonly inFlight = new Set<Promise<void>>();
  private readonly ending = new AbortController();

  constructor(private readonly options: CallbackOptions) {
    const { keep, dropped } = options;
    this.waiting = new BoundedList<Push>({
      capacity: MAX_WAITING,
      keep,
      sizeOf: sizeOfPush,
      onForgotten: ({ records }) => {
        dropped.count(records.length);
      },
    });
  }

  get statusUrl(): string | undefined {
    return this.options.statusUrl;
  }

  /** Reports of one turn of the event loop go out together. */
  pushReport(record: ReportedRecord): void {
    if (this.options.statusUrl === undefined || this.ending.signal.aborted) {
      return;
    }
    this.reports.push(record);
    this.flushing ??= setImmediate(() => {
      this.flush();
    });
  }

  pushReply(reply: Reply, sdkAppId: string): void {
    const { replyUrl: url } = this.options;
    if (url !== undefined) {
      const body = JSON.stringify(toReplyBody(reply));
      this.start({ kind: 'reply', url, sdkAppId, body, records: [], attempt: 1 });
    }
  }

  /** Waits until no push is in flight or about to start; repeated pushes wait for the clock instead. */
  async settled(): Promise<void> {
    this.flush();
    while (this.inFlight.size > 0) {
      // oxlint-disable-next-line no-await-in-loop -- one push may start the next
      await Promise.all(this.inFlight);
    }
  }

  /** Ends every push. */
  close(): void {
    this.ending.abort();
    clearImmediate(this.flushing);
    this.reports = [];
    this.waiting.clear();
  }

  private flush(): void {
    clearImmediate(this.flushing);
    this.flushing = undefined;
    const { statusUrl: url = '', echoesContext } = this.options;
    const byApp = new Map<string, ReportedRecord[]>();
    for (const record of this.reports.splice(0)) {
      const records = byApp.get(record.sdkAppId);
      if (records === undefined) {
        byApp.set(record.sdkAppId, [record]);
      } else {
        records.push(record);
      }
    }
    for (const [sdkAppId, all] of byApp) {
      for (let first = 0; first < all.length; first += MAX_BATCH) {
        const records = all.slice(first, first + MAX_BATCH);
        const body = JSON.stringify(records.map((record) => toStatusItem(record, echoesContext)));
        this.start({ kind: 'status', url, sdkAppId, body, records, attempt: 1 });
      }
    }
  }

  private start(push: Push): void {
    if (this.ending.signal.aborted) {
      return;
    }
    if (this.inFlight.size >= MAX_PARALLEL) {
      this.waiting.push(push);
      return;
    }
    const running = this.push(push).finally(() => {
      this.inFlight.delete(running);
      const [next] = this.waiting.take(1);
      if (next !== undefined) {
        this.start(next);
      }
    });
    this.inFlight.add(running);
  }

  private async push(push: Push): Promise<void> {
    const { clock, schedule, events, post, dropped } = this.options;
    const { signal } = this.ending;
    const { ok, detail } = await post(push.url, push.body, signal).then(
      classifyResponse,
      toFailure,
    );
    if (signal.aborted) {
      return;
    }
    const at = clock.now();
    for (const record of push.records) {
      const kind = ok ? 'called-back' : 'callback-failed';
      addEvent(record, { at, kind, detail: `${push.attempt}: ${detail}` });
    }
    const { kind, url, attempt } = push;
    // Of the texts the ids alone: an event must not keep all of them.
    const messageIds = push.records.map(({ id }) => String(id));
    events.emit(
      'callback',
      push.sdkAppId,
      () => ({ kind, url, at: toIso(at), attempt, ok, detail, messageIds }),
      undefined,
      sizeOfTexts(url, detail, ...messageIds),
    );
    if (!ok && attempt < MAX_ATTEMPTS) {
      const repeat = (): void => {
        this.start({ ...push, attempt: attempt + 1 });
      };
      const onForgotten = (): void => {
        dropped.count(push.records.length);
      };
      schedule.add(at + RETRY_AFTER_MS, repeat, { bytes: sizeOfPush(push), onForgotten });
    }
  }
}

/** How much memory a push takes at most, in bytes. */
function sizeOfPush({ body, records }: Push): number {
  return records.reduce((bytes, record) => bytes + sizeOfRecord(record), sizeOfTexts(body));
}

interface PushResult {
  readonly ok: boolean;
  readonly detail: string;
}

function classifyResponse({ status, body }: CallbackResponse): PushResult {
  if (status < 200 || status > 299) {
    return { ok: false, detail: `HTTP ${status}` };
  }
  return isAcknowledged(body)
    ? { ok: true, detail: `HTTP ${status}` }
    : { ok: false, detail: `HTTP ${status}, but the body is not {"result":0}` };
}

function isAcknowledged(body: string): boolean {
  try {
    const parsed: unknown = JSON.parse(body);
    return (
      typeof parsed === 'object' && parsed !== null && 'result' in parsed && parsed.result === 0
    );
  } catch {
    return false;
  }
}

function toFailure(error: unknown): PushResult {
  const reason =
    typeof error === 'object' && error !== null && 'message' in error ? error.message : undefined;
  return { ok: false, detail: typeof reason === 'string' ? reason : 'no answer' };
}

/** An item of the status callback; `ext` is there only where Tencent has enabled it. */
function toStatusItem(
  { phone, report, serialNo, sessionContext }: ReportedRecord,
  echoesContext: boolean,
): StatusCallbackItem {
  return {
    user_receive_time: toChinaTime(report.at),
    nationcode: phone.countryCode,
    mobile: phone.subscriber,
    report_status: report.status,
    errmsg: report.code,
    description: describeReceipt(report.code, report.status),
    sid: serialNo,
    ...(echoesContext ? { ext: sessionContext } : {}),
  };
}

function toReplyBody({ phone, extendCode, signName, text, at }: Reply): ReplyCallback {
  return {
    extend: extendCode,
    mobile: phone.subscriber,
    nationcode: phone.countryCode,
    sign: signName,
    text,
    time: toSeconds(at),
  };
}
