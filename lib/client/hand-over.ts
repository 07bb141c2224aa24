import { toSafeCause } from '../errors/safe-cause.js';
import { SmsProtocolError } from '../errors/protocol.error.js';
import type { SmsError, SmsRequestPhase } from '../errors/sms.error.js';
import { SmsAbortError, SmsTransportError } from '../errors/transport.errors.js';
import { sendBounded } from '../http/bounded-send.js';
import type { SmsHttpRequest, SmsHttpResponse, SmsTransport } from '../http/transport.js';

/**
 * Hands a request to a transport, which may be custom: it may throw anything, answer nothing, and
 * never end.
 *
 * @throws SmsTransportError, SmsAbortError or SmsProtocolError.
 */
export async function handOver(
  transport: SmsTransport,
  request: SmsHttpRequest,
): Promise<SmsHttpResponse> {
  try {
    const response: unknown = await sendBounded(transport, request);
    if (isHttpResponse(response)) {
      // Read here, so that an error from a getter counts as one after the request.
      const { status, headers, body } = response;
      return { status, headers, body };
    }
  } catch (error) {
    throw toTransportError(error, 'write');
  }
  throw new SmsTransportError('The transport gave no answer with status and body.', 'read');
}

/**
 * What a transport threw, as an error of ours.
 *
 * @param phase how far the request came where the error does not say: others prove nothing
 */
export function toTransportError(error: unknown, phase: SmsRequestPhase): SmsError {
  return error instanceof SmsTransportError ||
    error instanceof SmsAbortError ||
    error instanceof SmsProtocolError
    ? error
    : new SmsTransportError('The transport failed.', phase, { cause: toSafeCause(error) });
}

function isHttpResponse(response: unknown): response is SmsHttpResponse {
  const { status, body } = Object(response) as Partial<SmsHttpResponse>;
  return typeof status === 'number' && typeof body === 'string';
}
