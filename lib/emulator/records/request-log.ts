import { BoundedList } from './bounded-list.js';
import { headOf, sizeOfTexts } from '../memory/keep.js';
import type { Keep } from '../memory/keep.js';
import { toIso } from './message-log.js';
import type { SendRecord } from './message-log.js';
import type {
  SmsEmulatorRequest,
  SmsEmulatorRequestSummary,
  SmsSignatureCheck,
} from '../contract/control-api.types.js';
import type { SignatureTrace } from '../protocol/verify-signature.js';
import type { WireResponse, WireRequest } from '../wire/wire.js';

/** A request with everything that became of it. */
export interface LoggedRequest {
  readonly id: number;
  /** UNIX time in milliseconds, by the emulator's clock. */
  readonly at: number;
  readonly action: string;
  readonly sdkAppId: string;
  readonly requestId: string;
  /** `Ok`, or the code at the top. */
  readonly code: string;
  readonly refusedNumbers: number;
  /** Beside the code; `''` when there is none. */
  readonly reason: string;
  readonly fault: string;
  readonly request: WireRequest;
  readonly response: WireResponse;
  readonly trace: SignatureTrace;
  readonly records: readonly SendRecord[];
}

/** A request as it is kept: copies, cut where they are long, and of the texts their ids alone. */
interface KeptRequest extends Omit<LoggedRequest, 'request' | 'response' | 'records'> {
  readonly request: Omit<WireRequest, 'body' | 'bodyTooLarge'> & KeptBody;
  readonly response: Pick<WireResponse, 'status' | 'headers'> & KeptBody;
  readonly messageIds: string[];
}

interface KeptBody {
  readonly body: string;
  /** Of the whole. */
  readonly bodyBytes: number;
}

const MAX_REQUESTS = 1000;
const MAX_POLLS = 200;
const MAX_BODY = 32 * 1024;
/** A target, a header, a string to sign: as long as the head of a request may be. */
const MAX_TEXT = 64 * 1024;
const REQUEST_BYTES = 2000;

/** The last requests of the API, to inspect what a client sent. */
export class RequestLog {
  private readonly requests: BoundedList<KeptRequest>;
  // By themselves: an app that polls every second would push out all that it sent.
  private readonly polls: BoundedList<KeptRequest>;
  private count = 0;

  constructor(keep: Keep) {
    const bounds = { keep, sizeOf: sizeOfRequest };
    this.requests = new BoundedList({ ...bounds, capacity: MAX_REQUESTS });
    this.polls = new BoundedList({ ...bounds, capacity: MAX_POLLS });
  }

  nextId(): number {
    this.count += 1;
    return this.count;
  }

  add({ request, response, records, trace, reason, ...logged }: LoggedRequest): void {
    const { method, target, headers } = request;
    const { status } = response;
    this.listOf(logged).push({
      ...logged,
      reason: headOf(reason, MAX_BODY),
      request: {
        method,
        target,
        headers,
        // A part of a buffer would keep all of it, so the part is copied.
        body: Buffer.from(request.body.subarray(0, MAX_BODY)).toString(),
        bodyBytes: request.body.length,
      },
      response: {
        status,
        headers: response.headers,
        body: headOf(response.body, MAX_BODY),
        bodyBytes: Buffer.byteLength(response.body),
      },
      trace: cutTrace(trace),
      messageIds: records.map(({ id }) => String(id)),
    });
  }

  /** Adds texts to a request that was carried out after it had been answered. */
  addRecords(requestId: number, records: readonly SendRecord[]): void {
    const [logged] = this.requests.newest(({ id }) => id === requestId);
    logged?.messageIds.push(...records.map(({ id }) => String(id)));
  }

  /** Oldest first. */
  list(sdkAppId?: string, since = 0): SmsEmulatorRequestSummary[] {
    return this.inOrder()
      .filter(({ id, sdkAppId: app }) => id > since && (sdkAppId === undefined || app === sdkAppId))
      .map(toSummary);
  }

  /** Oldest first, with everything. */
  all(sdkAppId?: string): SmsEmulatorRequest[] {
    return this.inOrder()
      .filter((logged) => sdkAppId === undefined || logged.sdkAppId === sdkAppId)
      .map(toRequest);
  }

  find(id: string): SmsEmulatorRequest | undefined {
    const [logged] = [this.requests, this.polls].flatMap((list) =>
      list.newest((one) => String(one.id) === id),
    );
    return logged === undefined ? undefined : toRequest(logged);
  }

  clear(sdkAppId?: string): void {
    const kept =
      sdkAppId === undefined ? [] : this.inOrder().filter((logged) => logged.sdkAppId !== sdkAppId);
    this.requests.clear();
    this.polls.clear();
    for (const logged of kept) {
      this.listOf(logged).push(logged);
    }
  }

  /** Only what asked for something and got it is polling: a refusal must not be missed. */
  private listOf({
    action,
    code,
    fault,
  }: Pick<LoggedRequest, 'action' | 'code' | 'fault'>): BoundedList<KeptRequest> {
    const isPolling = /^(?:Pull|Describe)/.test(action) && code === 'Ok' && fault === '';
    return isPolling ? this.polls : this.requests;
  }

  private inOrder(): KeptRequest[] {
    return [...this.polls.toArray(), ...this.requests.toArray()].toSorted((a, b) => a.id - b.id);
  }
}

/** What a client may make as long as it likes, in the body of a v1 request too. */
function cutTrace(trace: SignatureTrace): SignatureTrace {
  const { computed, authorization, signature, secretId } = trace;
  return {
    ...trace,
    authorization: headOf(authorization, MAX_TEXT),
    signature: headOf(signature, MAX_BODY),
    secretId: headOf(secretId, MAX_BODY),
    computed:
      computed === undefined
        ? undefined
        : {
            signature: computed.signature,
            canonicalRequest: headOf(computed.canonicalRequest, MAX_BODY),
            stringToSign: headOf(computed.stringToSign, MAX_BODY),
          },
  };
}

function sizeOfRequest({ request, response, trace, messageIds, reason }: KeptRequest): number {
  const { computed, authorization, signature, secretId } = trace;
  const headers = Object.entries(toFlatHeaders(request.headers)).flat();
  return (
    REQUEST_BYTES +
    sizeOfTexts(request.target, request.body, response.body, reason, ...headers, ...messageIds) +
    sizeOfTexts(authorization, signature, secretId) +
    sizeOfTexts(computed?.canonicalRequest ?? '', computed?.stringToSign ?? '')
  );
}

function toSummary(logged: KeptRequest): SmsEmulatorRequestSummary {
  const { id, at, action, sdkAppId, requestId, code, refusedNumbers, fault } = logged;
  return {
    id: String(id),
    at: toIso(at),
    action,
    sdkAppId,
    requestId,
    code,
    refusedNumbers,
    fault,
  };
}

function toRequest(logged: KeptRequest): SmsEmulatorRequest {
  const { request, response } = logged;
  return {
    ...toSummary(logged),
    request: {
      method: request.method,
      target: request.target,
      headers: toFlatHeaders(request.headers),
      body: request.body,
      bodyBytes: request.bodyBytes,
    },
    answer: {
      status: response.status,
      headers: { ...response.headers },
      body: response.body,
      bodyBytes: response.bodyBytes,
    },
    signature: toCheck(logged),
    messageIds: [...logged.messageIds],
  };
}

function toCheck({ trace, code, reason }: KeptRequest): SmsSignatureCheck {
  const { method, authorization, signature, secretId, computed, valid } = trace;
  const skipped = trace.skipped && !valid;
  const refused = !valid && !skipped;
  return {
    method,
    result: valid ? 'valid' : skipped ? 'skipped' : 'refused',
    code: refused ? code : null,
    reason: refused ? reason : '',
    given: { authorization, signature, secretId },
    computed:
      computed === undefined
        ? null
        : {
            canonicalRequest: computed.canonicalRequest,
            stringToSign: computed.stringToSign,
            signature: computed.signature,
          },
  };
}

function toFlatHeaders(headers: WireRequest['headers']): Record<string, string> {
  // Names come from outside: `fromEntries` makes even `__proto__` a member like any other.
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      typeof value === 'object' ? value.join(', ') : (value ?? ''),
    ]),
  );
}
