import type { SmsAction, SmsResponse } from '../api/actions.js';
import { SmsApiError } from '../errors/api.errors.js';
import type { SmsHttpResponse } from '../http/transport.js';
import { readResponse } from './read-response.js';

/**
 * Reads the answer to one request: for the transport, which has to know at once whether the
 * connection may be used again, and for the client.
 */
export class ResponseReader<A extends SmsAction> {
  /** What the transport showed, so that it is not parsed twice. */
  private known: { answer: SmsHttpResponse; response: SmsResponse<A> } | undefined;

  constructor(
    private readonly action: A,
    private readonly params: object,
  ) {}

  /** Whether an answer is the API's, and as far as can be told the one to this request. */
  readonly isApiResponse = (answer: SmsHttpResponse): boolean => {
    try {
      const response = readResponse(this.action, answer);
      this.known = { answer, response };
      return !hasForeignContext(this.params, response);
    } catch (error) {
      // A refusal that leaves open what became of the request may be a gateway's that gave up.
      return error instanceof SmsApiError && !error.maybeSent;
    }
  };

  /** @throws SmsApiError when Tencent refused; SmsProtocolError for everything that is not the API's. */
  read(answer: SmsHttpResponse): SmsResponse<A> {
    const { known } = this;
    return known?.answer.body === answer.body && known.answer.status === answer.status
      ? known.response
      : readResponse(this.action, answer);
  }
}

/** Whether an item has a `SessionContext` that the request did not carry. */
function hasForeignContext(params: object, response: object): boolean {
  const statuses =
    listOf(response, 'SendStatusSet') ?? listOf(response, 'SendMultiStatusSet') ?? [];
  const sent = new Set(
    (listOf(params, 'MultiSmsInfoSet') ?? [params as WithContext]).map(contextOf),
  );
  return statuses.map(contextOf).some((context) => context !== '' && !sent.has(context));
}

interface WithContext {
  SessionContext?: unknown;
}

function listOf(members: object, name: string): WithContext[] | undefined {
  return (members as Record<string, WithContext[] | undefined>)[name];
}

function contextOf({ SessionContext: context }: WithContext): unknown {
  return context ?? '';
}
