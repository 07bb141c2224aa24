// What the emulator's own paths take and answer, as JSON. Types only: the inbox page and tests in any
// language are written against these.
import type { SmsAction } from '../../api/actions.js';
import type { SmsDuration } from '../../time/duration.js';
import type { SmsEmulatorFault } from '../faults/fault.js';

/**
 * One text to one phone, accepted or refused.
 */
export interface SmsEmulatorMessage {
  /** The emulator's own id: digits that count up, `'1'`, `'2'` and so on. */
  id: string;
  sdkAppId: string;
  /** `''` when it was refused. */
  serialNo: string;
  /** E.164. */
  to: string;
  templateId: string;
  /** Without brackets; `''` when none was given. */
  signName: string;
  params: string[];
  /** What the phone shows, signature in front. */
  text: string;
  /** Segments billed; 0 when it was refused. */
  fee: number;
  /** Segments that the text has, refused or not. */
  segments: number;
  /** ISO 8601, by the emulator's clock. */
  sentAt: string;
  sessionContext: string;
  /** Tencent's id of the call. */
  requestId: string;
  /** For `GET /_emulator/requests/:id`; the log keeps the last thousand. */
  requestLogId: string;
  action: SmsAction;
  status: 'accepted' | 'rejected';
  /** `Ok`, or the code that refused it. */
  code: string;
  /** Whether it is there to carry a verification code. */
  isVerification: boolean;
  /** The verification code in it; `null` when there is none. */
  verificationCode: string | null;
  /** The carrier's answer; `null` as long as there is none. */
  report: SmsEmulatorReport | null;
  /** What happened to it, oldest first. */
  events: SmsEmulatorMessageEvent[];
}

/**
 * A carrier's receipt.
 */
export interface SmsEmulatorReport {
  status: 'SUCCESS' | 'FAIL';
  /** `DELIVRD`, or why not. */
  code: string;
  /** The code in words, in Chinese as in Tencent's callbacks. */
  description: string;
  /** ISO 8601. */
  at: string;
}

/**
 * A moment in the life of a text.
 *
 * - `accepted`: detail is the serial number
 * - `rejected`: detail is the code
 * - `reported`: detail is the receipt's status and code, `SUCCESS DELIVRD`
 * - `called-back` and `callback-failed`: detail is the attempt and what came back, `1: 200`
 */
export interface SmsEmulatorMessageEvent {
  /** ISO 8601. */
  at: string;
  kind: 'accepted' | 'rejected' | 'reported' | 'called-back' | 'callback-failed';
  detail: string;
}

/**
 * A reply that a phone wrote.
 */
export interface SmsEmulatorReply {
  id: string;
  sdkAppId: string;
  /** The phone that answered, E.164. */
  to: string;
  text: string;
  signName: string;
  /** ISO 8601. */
  at: string;
  /** The words opted the phone out: from now on it is in the blacklist. */
  optedOut: boolean;
}

/**
 * A push to one of the callback URLs.
 */
export interface SmsEmulatorCallback {
  kind: 'status' | 'reply';
  url: string;
  /** ISO 8601. */
  at: string;
  /** 1 for the first push, 2 and 3 for the repeated ones. */
  attempt: number;
  ok: boolean;
  /** Status and what was wrong with the answer, or why there was none. */
  detail: string;
  /** The texts it reports; empty for a reply. */
  messageIds: string[];
}

/**
 * A push with what it sent and what came back.
 */
export interface SmsEmulatorPush extends SmsEmulatorCallback {
  id: string;
  sdkAppId: string;
  /** `''` when none was sent. */
  contentType: string;
  /** Cut when it is large. */
  body: string;
  /** Size of the whole body. */
  bodyBytes: number;
  /** The body is cut after a thousand characters; `null` when no answer came. */
  answer: { status: number; body: string } | null;
}

/** How the signature of a request was checked. */
export interface SmsSignatureCheck {
  method: 'TC3-HMAC-SHA256' | 'HmacSHA256' | 'HmacSHA1' | 'none';
  /** `skipped` in process, where any key is taken. */
  result: 'valid' | 'refused' | 'skipped';
  /** The code of the refusal; `null` when there is none. */
  code: string | null;
  /** What is wrong, in a sentence; `''` when nothing is. */
  reason: string;
  /** As it came. */
  given: {
    /** The `Authorization` header, or `''` with the v1 methods. */
    authorization: string;
    signature: string;
    secretId: string;
  };
  /** As the emulator computes it from the request; `null` when the request gave too little for that. */
  computed: {
    /** Empty with the v1 methods, which have none. */
    canonicalRequest: string;
    stringToSign: string;
    signature: string;
  } | null;
}

/**
 * A line of the request log.
 */
export interface SmsEmulatorRequestSummary {
  id: string;
  /** ISO 8601. */
  at: string;
  /** `''` when the request names none. */
  action: string;
  /** `''` when the request names none. */
  sdkAppId: string;
  requestId: string;
  /** `Ok`, or the code at the top of the answer. */
  code: string;
  /** How many numbers an answer refused one by one, though its `code` is `Ok`. */
  refusedNumbers: number;
  /**
   * What a test made go wrong: what was done to the answer on its way and the codes that were put into
   * it, such as `drop` or `LimitExceeded.PhoneNumberDailyLimit`, with `, ` between several; `''` for
   * nothing, so that a refusal beside it is one of the rules.
   */
  fault: string;
}

/**
 * A request of the API with its answer.
 */
export interface SmsEmulatorRequest extends SmsEmulatorRequestSummary {
  request: {
    method: string;
    /** Path and query as sent. */
    target: string;
    headers: Record<string, string>;
    body: string;
    /** Size of the whole body; `body` is cut when it is large. */
    bodyBytes: number;
  };
  answer: {
    status: number;
    headers: Record<string, string>;
    body: string;
    bodyBytes: number;
  };
  signature: SmsSignatureCheck;
  /** The texts that this request brought about. */
  messageIds: string[];
}

/** `GET /_emulator/messages?app=&to=&template=&status=&since=&wait=` */
export interface MessagesResponse {
  /** Oldest first. */
  messages: SmsEmulatorMessage[];
  /** Give it to `GET /_emulator/events?lastEventId=` to miss nothing in between. */
  lastEventId: string;
}

/** `GET /_emulator/messages/:id` */
export interface MessageResponse {
  message: SmsEmulatorMessage;
}

/** `POST /_emulator/messages/:id/callback`, no body: 202 once it is on its way. */
export interface CallbackResponse {
  /** Where to. */
  url: string;
}

/** `GET /_emulator/callbacks?app=&message=`; with the id of a text, only those that reported it. */
export interface CallbacksResponse {
  /** Oldest first: the last thousand. */
  callbacks: SmsEmulatorPush[];
}

/** `GET /_emulator/codes/latest?app=&to=&since=&wait=` */
export interface LatestCodeResponse {
  code: string;
  to: string;
  message: SmsEmulatorMessage;
}

/** `GET /_emulator/replies?app=&to=` */
export interface RepliesResponse {
  /** Oldest first. */
  replies: SmsEmulatorReply[];
}

/** `POST /_emulator/replies` */
export interface ReplyBody {
  /** The phone that answers. */
  to: string;
  text: string;
  /** @default the application of the last text to this phone */
  app?: string;
  /** @default the signature of the last text to this phone */
  signName?: string;
  /** @default '' */
  extendCode?: string;
}

/** Answer of `POST /_emulator/replies`, 201. */
export interface ReplyResponse {
  reply: SmsEmulatorReply;
}

/** `POST /_emulator/clock/advance`: one of the two. */
export interface AdvanceBody {
  ms?: number;
  seconds?: number;
}

/** `GET /_emulator/clock` and `POST /_emulator/clock/advance` */
export interface ClockResponse {
  /** ISO 8601. */
  now: string;
}

/** `GET` and `PUT /_emulator/record-lag` */
export interface RecordLagBody {
  /** How long the records that clients look up are behind: milliseconds, or such as `'10m'`. */
  lag: SmsDuration;
}

/**
 * `GET` and `PUT /_emulator/faults?app=`; with `app`, only the faults of this application are meant.
 * `DELETE` forgets them.
 */
export interface FaultsBody {
  /** In the order in which they are to happen. */
  faults: SmsEmulatorFault[];
}

/** `POST /_emulator/faults/release?app=`, no body: carries out what `executeAfterMs` holds back. */
export interface ReleaseResponse {
  /** How many calls that were. */
  released: number;
}

/** `GET /_emulator/keep`: how much is kept, and what was not. */
export interface KeepResponse {
  /** Bytes that everything kept may take together. */
  limitBytes: number;
  /** Bytes in use, estimated from above. */
  bytes: number;
  /** Reports that were dropped before they were pulled or pushed. */
  droppedReports: number;
}

/** `GET /_emulator/requests?app=&since=`; with the id of a request, only those after it. */
export interface RequestsResponse {
  /** Oldest first. */
  requests: SmsEmulatorRequestSummary[];
}

/** `GET /_emulator/requests/:id` */
export interface RequestResponse {
  request: SmsEmulatorRequest;
}

/** Every refusal of the emulator's own paths. */
export interface ControlApiErrorBody {
  error: {
    /** Such as `not_found`, `method_not_allowed`, `invalid_body`, `forbidden`. */
    code: string;
    message: string;
    /** The member or parameter that is wrong. */
    field?: string;
  };
}

/**
 * What `GET /_emulator/events?app=` streams: the key is the SSE event, the value its JSON. `report`
 * and `callback` come after the message they belong to has changed.
 */
export interface ControlApiEvents {
  /** A text was accepted or refused. */
  message: SmsEmulatorMessage;
  /** The carrier has answered: the whole text again. */
  report: SmsEmulatorMessage;
  reply: SmsEmulatorReply;
  callback: SmsEmulatorCallback;
  /** The inbox was emptied: of one application, or of all when `sdkAppId` is `null`. */
  clear: { sdkAppId: string | null };
  /** Reports were dropped before they were pulled or pushed, so many in all; once a minute at most. */
  dropped: { reports: number };
}
