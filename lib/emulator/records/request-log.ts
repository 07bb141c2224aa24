import { BoundedList } from './bounded-list.js';
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

const MAX_REQUESTS = 1000;
const MAX_BODY = 32 * 1024;

/** The last requests of the API, to inspect what a client sent. */
export class RequestLog {
  private readonly requests = new BoundedList<LoggedRequest>(MAX_REQUESTS);
  private count = 0;

  nextId(): number {
    this.count += 1;
    return this.count;
  }

  add(logged: LoggedRequest): void {
    const { request, response, trace } = logged;
    const signed = trace.computed?.stringToSign.length ?? 0;
    if (Math.max(request.body.length, response.body.length, signed) <= MAX_BODY) {
      this.requests.push(logged);
      return;
    }
    this.requests.push({
      ...logged,
      // A part of a buffer would keep all of it, so the part is copied.
      request: new TruncatedRequest(request),
      response: new TruncatedResponse(response),
      trace: truncateTrace(trace),
    });
  }

  /** Oldest first. */
  list(sdkAppId?: string, since = 0): SmsEmulatorRequestSummary[] {
    return this.requests
      .toArray()
      .filter(({ id, sdkAppId: app }) => id > since && (sdkAppId === undefined || app === sdkAppId))
      .map(toSummary);
  }

  /** Oldest first, with everything. */
  all(sdkAppId?: string): SmsEmulatorRequest[] {
    return this.requests
      .toArray()
      .filter((logged) => sdkAppId === undefined || logged.sdkAppId === sdkAppId)
      .map(toRequest);
  }

  find(id: string): SmsEmulatorRequest | undefined {
    const [logged] = this.requests.newest((one) => String(one.id) === id);
    return logged === undefined ? undefined : toRequest(logged);
  }

  clear(sdkAppId?: string): void {
    const kept =
      sdkAppId === undefined
        ? []
        : this.requests.toArray().filter((logged) => logged.sdkAppId !== sdkAppId);
    this.requests.clear();
    for (const logged of kept) {
      this.requests.push(logged);
    }
  }
}

/** A request whose body was cut, and how long it was. */
class TruncatedRequest implements WireRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: WireRequest['headers'];
  readonly body: Uint8Array;
  readonly bodyTooLarge: boolean;
  readonly bytes: number;

  constructor(request: WireRequest) {
    this.method = request.method;
    this.target = request.target;
    this.headers = request.headers;
    this.body = Buffer.from(request.body.subarray(0, MAX_BODY));
    this.bodyTooLarge = request.bodyTooLarge;
    this.bytes = request.body.length;
  }
}

class TruncatedResponse implements WireResponse {
  readonly status: number;
  readonly headers: WireResponse['headers'];
  readonly body: string;
  readonly bytes: number;

  constructor(response: WireResponse) {
    this.status = response.status;
    this.headers = response.headers;
    this.body = response.body.slice(0, MAX_BODY);
    this.bytes = Buffer.byteLength(response.body);
  }
}

function truncateTrace(trace: SignatureTrace): SignatureTrace {
  const { computed } = trace;
  return computed === undefined
    ? trace
    : {
        ...trace,
        computed: { ...computed, stringToSign: computed.stringToSign.slice(0, MAX_BODY) },
      };
}

function toSummary(logged: LoggedRequest): SmsEmulatorRequestSummary {
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

function toRequest(logged: LoggedRequest): SmsEmulatorRequest {
  const { request, response } = logged;
  return {
    ...toSummary(logged),
    request: {
      method: request.method,
      target: request.target,
      headers: toFlatHeaders(request.headers),
      body: Buffer.from(request.body).toString(),
      bodyBytes: request instanceof TruncatedRequest ? request.bytes : request.body.length,
    },
    answer: {
      status: response.status,
      headers: { ...response.headers },
      body: response.body,
      bodyBytes:
        response instanceof TruncatedResponse ? response.bytes : Buffer.byteLength(response.body),
    },
    signature: toCheck(logged),
    messageIds: logged.records.map((record) => String(record.id)),
  };
}

function toCheck({ trace, code, reason }: LoggedRequest): SmsSignatureCheck {
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
