import type { SmsEmulatorPush } from '../contract/control-api.types.js';
import { headOf, sizeOfTexts } from '../memory/keep.js';
import type { Keep } from '../memory/keep.js';
import { BoundedList } from './bounded-list.js';
import { toIso } from './message-log.js';

/** A push to a callback URL, as it is handed to the log. */
export interface LoggedPush {
  readonly kind: 'status' | 'reply';
  readonly sdkAppId: string;
  readonly url: string;
  /** UNIX time in milliseconds. */
  readonly at: number;
  readonly attempt: number;
  readonly ok: boolean;
  readonly detail: string;
  readonly messageIds: readonly string[];
  readonly contentType: string;
  readonly body: string;
  /** `undefined` when there was none. */
  readonly answer: { readonly status: number; readonly body: string } | undefined;
}

/** Which pushes are meant. */
export interface PushFilter {
  readonly app?: string | undefined;
  readonly messageId?: string | undefined;
}

interface KeptPush extends LoggedPush {
  readonly id: number;
  readonly bodyBytes: number;
}

const MAX_PUSHES = 1000;
const MAX_BODY = 32 * 1024;
const MAX_ANSWER = 1024;
const PUSH_BYTES = 600;

/** The last pushes to the callback URLs with what came back, to inspect what an application got. */
export class PushLog {
  private readonly pushes: BoundedList<KeptPush>;
  private count = 0;

  constructor(keep: Keep) {
    this.pushes = new BoundedList({ capacity: MAX_PUSHES, keep, sizeOf: sizeOfKept });
  }

  add({ body, answer, ...logged }: LoggedPush): void {
    this.count += 1;
    this.pushes.push({
      ...logged,
      id: this.count,
      body: headOf(body, MAX_BODY),
      bodyBytes: Buffer.byteLength(body),
      answer: answer && { status: answer.status, body: headOf(answer.body, MAX_ANSWER) },
    });
  }

  /** Oldest first: of one application, of one text, or all of them. */
  list({ app, messageId }: PushFilter = {}): SmsEmulatorPush[] {
    return this.pushes
      .toArray()
      .filter(
        ({ sdkAppId, messageIds }) =>
          (app === undefined || sdkAppId === app) &&
          (messageId === undefined || messageIds.includes(messageId)),
      )
      .map(toPush);
  }

  clear(sdkAppId?: string): void {
    const kept =
      sdkAppId === undefined
        ? []
        : this.pushes.toArray().filter((push) => push.sdkAppId !== sdkAppId);
    this.pushes.clear();
    for (const push of kept) {
      this.pushes.push(push);
    }
  }
}

function toPush({ id, at, messageIds, answer, ...push }: KeptPush): SmsEmulatorPush {
  return {
    id: String(id),
    ...push,
    at: toIso(at),
    messageIds: [...messageIds],
    answer: answer === undefined ? null : { ...answer },
  };
}

function sizeOfKept({ url, detail, messageIds, contentType, body, answer }: KeptPush): number {
  return (
    PUSH_BYTES + sizeOfTexts(url, detail, contentType, body, answer?.body ?? '', ...messageIds)
  );
}
