import { SmsAbortError, SmsTimeoutError, SmsTransportError } from '../errors/transport.errors.js';
import type { SmsRequestPhase } from '../errors/sms.error.js';
import type { SmsHttpRequest, SmsHttpResponse, SmsTransport } from '../http/transport.js';
import { UNPACED } from '../client/unpaced.js';
import type { Engine } from '../emulator/engine/engine.js';
import { TEST_HOOKS } from '../sms.test-hooks.js';
import type { SmsTestHooks } from '../sms.test-hooks.js';
import type { SmsVerificationFaults } from './verification-faults.js';
import type { WireRequest } from '../emulator/wire/wire.js';

/**
 * Takes requests to the emulator's engine in the same process, without a socket. What a fault does to
 * an answer on its way is done here too, and comes out as the error that the network would give.
 */
export class InProcessTransport implements SmsTransport {
  readonly [UNPACED] = true;
  readonly [TEST_HOOKS]: SmsTestHooks;

  constructor(
    private readonly engine: Engine,
    faults: SmsVerificationFaults,
  ) {
    this[TEST_HOOKS] = faults.toHooks(() => engine.clock.now());
  }

  async send(request: SmsHttpRequest): Promise<SmsHttpResponse> {
    const { timeoutMs, signal } = request;
    if (signal?.aborted === true) {
      throw new SmsAbortError('Aborted before the request was sent.', 'connect', signal.reason);
    }
    request.beforeWrite?.();
    const response = this.engine.respond(toWireRequest(request));
    const { delayMs, cut, after } = response.effect ?? { delayMs: 0, cut: undefined };
    if (after !== undefined) {
      await wait(request, Infinity, 'write', `No answer within ${timeoutMs} ms.`, after);
    }
    if (delayMs > 0) {
      await wait(request, delayMs, 'write', `No answer within ${timeoutMs} ms.`);
    }
    if (cut === 'stalled') {
      await wait(request, Infinity, 'read', `The answer was not complete within ${timeoutMs} ms.`);
    }
    if (cut !== undefined) {
      throw new SmsTransportError(
        'The connection broke after the request was written and before an answer came.',
        'write',
      );
    }
    return {
      status: response.status,
      headers: {
        'content-type': response.headers['Content-Type'],
        date: new Date(this.engine.clock.real()).toUTCString(),
      },
      body: response.body,
    };
  }
}

function toWireRequest({ method, url, headers, body }: SmsHttpRequest): WireRequest {
  const { origin, host } = new URL(url);
  const lowerCased = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    method,
    // As it was signed: a parsed URL would write it in its own way.
    target: url.slice(origin.length),
    headers: { host, ...(Object.fromEntries(lowerCased) as Record<string, string>) },
    body: Buffer.from(body),
    bodyTooLarge: false,
  };
}

/** Waits so long or until something has ended, but no longer than the caller's time limit. */
async function wait(
  { timeoutMs, signal }: SmsHttpRequest,
  delayMs: number,
  phase: SmsRequestPhase,
  tooLate: string,
  until?: Promise<void>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      reject(new SmsAbortError('Aborted while waiting for the answer.', phase, signal?.reason));
    };
    const timer = setTimeout(
      () => {
        signal?.removeEventListener('abort', abort);
        if (delayMs < timeoutMs) {
          resolve();
        } else {
          reject(new SmsTimeoutError(tooLate, phase));
        }
      },
      Math.min(delayMs, timeoutMs),
    );
    signal?.addEventListener('abort', abort, { once: true });
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      resolve();
    };
    void until?.then(end);
  });
}
