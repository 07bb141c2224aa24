import type { ReplyPusher } from '../records/account.js';
import type { EmulatorClock } from '../clock/clock.js';
import type { Events } from '../records/events.js';
import type { CallbackFaults } from '../faults/faults.js';
import { toReplyBody } from './callback-bodies.js';
import { JSON_TYPE, planPushes } from './plan-pushes.js';
import type { PlannedPush, ReportToPush } from './plan-pushes.js';
import { BoundedList } from '../records/bounded-list.js';
import type { DroppedReports } from '../memory/dropped-reports.js';
import { sizeOfTexts } from '../memory/keep.js';
import type { Keep } from '../memory/keep.js';
import type { PushLog } from '../records/push-log.js';
import { addEvent, sizeOfRecord, toIso } from '../records/message-log.js';
import type { ReportedRecord } from '../records/message-log.js';
import type { Schedule } from '../clock/schedule.js';
import type { Reply } from '../records/sms-app.js';

/** What came back for a push. */
export interface CallbackResponse {
  readonly status: number;
  readonly body: string;
}

/** What a push sends, and where to. */
export interface CallbackRequest {
  readonly url: string;
  /** `''` for none. */
  readonly contentType: string;
  readonly body: string;
}

/** POSTs a body; rejects with a sentence when there is no answer. */
export type PostCallback = (
  request: CallbackRequest,
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
  readonly pushes: PushLog;
  readonly keep: Keep;
  readonly dropped: DroppedReports;
}

interface Push extends CallbackRequest, PlannedPush {
  readonly kind: 'status' | 'reply';
  readonly attempt: number;
  /** What goes out once this one has been answered, well or not. */
  readonly next: Push | undefined;
}

const MAX_ATTEMPTS = 3;
// Tencent names the number of attempts only, not how far apart they are.
const RETRY_AFTER_MS = 5000;
const MAX_PARALLEL = 8;
const MAX_WAITING = 1000;

/** Pushes reports and replies to an application's own URLs, in Tencent's shape. */
export class Callbacks implements ReplyPusher {
  private reports: ReportToPush[] = [];
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
      onForgotten: (push) => {
        for (let lost: Push | undefined = push; lost !== undefined; lost = lost.next) {
          dropped.count(lost.records.length);
        }
      },
    });
  }

  get statusUrl(): string | undefined {
    return this.options.statusUrl;
  }

  /** Reports of one turn of the event loop go out together. */
  pushReport(record: ReportedRecord, faults?: CallbackFaults): void {
    const isLost = faults?.effects.has('lost') === true;
    if (this.options.statusUrl === undefined || this.ending.signal.aborted || isLost) {
      return;
    }
    this.reports.push({ record, faults });
    this.flushing ??= setImmediate(() => {
      this.flush();
    });
  }

  pushReply(reply: Reply, sdkAppId: string): void {
    const { replyUrl: url } = this.options;
    if (url !== undefined) {
      const body = JSON.stringify(toReplyBody(reply));
      const planned = { sdkAppId, body, contentType: JSON_TYPE, records: [] };
      this.start({ kind: 'reply', url, ...planned, attempt: 1, next: undefined });
    }
  }

  /**
   * Pushes the reports that are to come before the response of their send; `undefined` when there are
   * none, or else what that response has to wait for.
   */
  pushEarly(): Promise<void> | undefined {
    const early = this.reports.filter(isEarly);
    if (early.length === 0) {
      return undefined;
    }
    this.reports = this.reports.filter((report) => !isEarly(report));
    // Whatever else is in flight: a send must not wait for the pushes of others.
    return Promise.all(this.plan(early).map(async (push) => this.launch(push))).then(
      () => undefined,
    );
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
    for (const push of this.plan(this.reports.splice(0))) {
      this.start(push);
    }
  }

  /** The first push of each list of them; the others follow it. */
  private plan(reports: readonly ReportToPush[]): Push[] {
    const { statusUrl: url = '', echoesContext } = this.options;
    return planPushes(reports, echoesContext).flatMap((planned) => {
      const first = planned.reduceRight<Push | undefined>(
        (next, push) => ({ kind: 'status', url, ...push, attempt: 1, next }),
        undefined,
      );
      return first === undefined ? [] : [first];
    });
  }

  private start(push: Push): void {
    if (this.ending.signal.aborted) {
      return;
    }
    if (this.inFlight.size >= MAX_PARALLEL) {
      this.waiting.push(push);
      return;
    }
    void this.launch(push);
  }

  private async launch(push: Push): Promise<void> {
    const running = this.pushAll(push).finally(() => {
      this.inFlight.delete(running);
      const [next] = this.waiting.take(1);
      if (next !== undefined) {
        this.start(next);
      }
    });
    this.inFlight.add(running);
    return running;
  }

  private async pushAll(first: Push): Promise<void> {
    for (let push: Push | undefined = first; push !== undefined; push = push.next) {
      // oxlint-disable-next-line no-await-in-loop -- one push after the other
      await this.push(push);
    }
  }

  private async push(push: Push): Promise<void> {
    const { clock, schedule, events, pushes, post, dropped } = this.options;
    const { signal } = this.ending;
    const { ok, detail, answer } = await post(push, signal).then(classifyResponse, toFailure);
    if (signal.aborted) {
      return;
    }
    const at = clock.now();
    for (const record of push.records) {
      const kind = ok ? 'called-back' : 'callback-failed';
      addEvent(record, { at, kind, detail: `${push.attempt}: ${detail}` });
    }
    const { kind, url, sdkAppId, contentType, body, attempt } = push;
    // Of the texts the ids alone: an event must not keep all of them.
    const messageIds = push.records.map(({ id }) => String(id));
    const pushed = { kind, sdkAppId, url, at, attempt, ok, detail, messageIds };
    pushes.add({ ...pushed, contentType, body, answer });
    events.emit(
      'callback',
      sdkAppId,
      () => ({ kind, url, at: toIso(at), attempt, ok, detail, messageIds }),
      undefined,
      sizeOfTexts(url, detail, ...messageIds),
    );
    if (!ok && attempt < MAX_ATTEMPTS) {
      const repeat = (): void => {
        this.start({ ...push, attempt: attempt + 1, next: undefined });
      };
      const onForgotten = (): void => {
        dropped.count(push.records.length);
      };
      schedule.add(at + RETRY_AFTER_MS, repeat, { bytes: sizeOfPush(push), onForgotten });
    }
  }
}

/** How much memory a push takes at most, in bytes. */
function sizeOfPush({ body, records, next }: Push): number {
  return records.reduce(
    (bytes, record) => bytes + sizeOfRecord(record),
    sizeOfTexts(body) + (next === undefined ? 0 : sizeOfPush(next)),
  );
}

function isEarly({ faults }: ReportToPush): boolean {
  return faults?.effects.has('early') === true;
}

interface PushResult {
  readonly ok: boolean;
  readonly detail: string;
  readonly answer: CallbackResponse | undefined;
}

function classifyResponse(answer: CallbackResponse): PushResult {
  const { status, body } = answer;
  if (status < 200 || status > 299) {
    return { ok: false, detail: `HTTP ${status}`, answer };
  }
  return isAcknowledged(body)
    ? { ok: true, detail: `HTTP ${status}`, answer }
    : { ok: false, detail: `HTTP ${status}, but the body is not {"result":0}`, answer };
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
  const detail = typeof reason === 'string' ? reason : 'no answer';
  return { ok: false, detail, answer: undefined };
}
