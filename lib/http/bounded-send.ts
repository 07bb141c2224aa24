import { SmsAbortError, SmsTimeoutError } from '../errors/transport.errors.js';
import type { SmsError } from '../errors/sms.error.js';
import { withDeadline } from '../time/with-deadline.js';
import { AxiosTransport } from './axios.transport.js';
import { UndiciTransport } from './undici.transport.js';
import type {
  SmsHttpRequest,
  SmsHttpResponse,
  SmsProbeRequest,
  SmsTransport,
} from './transport.js';

/**
 * Milliseconds in which a transport may still say itself how far the request came: often it wraps one
 * of ours, whose own time-out comes a moment later.
 */
const LAST_WORD_MS = 100;

/** They keep `timeoutMs` and `signal` themselves, and know whether anything was written. */
const BOUNDED = new Set(
  [UndiciTransport, AxiosTransport].map(({ prototype }) => sendOf(prototype)),
);

/**
 * Sends over a transport that may be custom, and end neither with `timeoutMs` nor with `signal`. What
 * it does not settle in time counts as written, and nothing of it may leave any more; what it settles
 * later is ignored.
 *
 * @throws SmsTimeoutError, SmsAbortError or what the transport throws.
 */
export async function sendBounded(
  transport: SmsTransport,
  request: SmsHttpRequest,
): Promise<SmsHttpResponse> {
  if (BOUNDED.has(sendOf(transport))) {
    return transport.send(request);
  }
  const { timeoutMs, signal, beforeWrite } = request;
  if (signal?.aborted === true) {
    throw new SmsAbortError('Aborted before the request was sent.', 'connect', signal.reason);
  }
  let givenUp: SmsError | undefined;
  const sent = transport.send({
    ...request,
    beforeWrite: () => {
      if (givenUp !== undefined) {
        throw givenUp;
      }
      beforeWrite?.();
    },
  });
  const giveUp = async (error: SmsError): Promise<SmsHttpResponse> =>
    lastWord(sent, () => {
      givenUp = error;
      throw error;
    });
  return withDeadline<SmsHttpResponse | Promise<SmsHttpResponse>>(() => sent, {
    timeoutMs,
    signal,
    onTimeout: async () =>
      giveUp(new SmsTimeoutError(`The transport gave no answer within ${timeoutMs} ms.`, 'write')),
    onAbort: async (reason) =>
      giveUp(new SmsAbortError('Aborted while the transport had the request.', 'write', reason)),
  });
}

/**
 * Makes a connection over a transport that may be custom.
 *
 * @throws SmsTimeoutError or what the transport throws.
 */
export async function probeBounded(
  transport: SmsTransport,
  request: SmsProbeRequest,
): Promise<void> {
  const { timeoutMs } = request;
  const probe = transport.probe?.(request);
  await withDeadline<unknown>(() => probe, {
    timeoutMs,
    onTimeout: async () =>
      lastWord(probe, () => {
        const words = `The transport made no connection within ${timeoutMs} ms.`;
        throw new SmsTimeoutError(words, 'connect');
      }),
  });
}

async function lastWord<T>(made: PromiseLike<T> | T, onTimeout: () => never): Promise<T> {
  return withDeadline(() => made, { timeoutMs: LAST_WORD_MS, onTimeout });
}

/** A subclass or a spy may have replaced it. */
function sendOf(transport: SmsTransport): unknown {
  return Reflect.get(transport, 'send');
}
