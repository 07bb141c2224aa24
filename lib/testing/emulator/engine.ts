import { randomUUID } from 'node:crypto';
import { isNativeError } from 'node:util/types';
import type { ApiFault } from '../../api/envelope.js';
import { redactForeign } from '../../privacy/redact.js';
import { Account } from './account.js';
import type { ParsePhoneNumber } from '../../recipients/phone-number.js';
import { ApiRefusal } from './api-refusal.js';
import { assertParams } from './assert-params.js';
import { EmulatorClock } from './clock.js';
import { handle } from './handlers.js';
import { answerOwnRoute, answerVisitor } from './own-routes.js';
import { readCall } from './read-call.js';
import { answerFault, answerJson, headerOf, parseTarget } from './wire.js';
import type { WireAnswer, WireRequest } from './wire.js';

/** What the engine is made with. */
export interface EngineOptions {
  readonly secretKey: string;
  readonly strict: boolean;
  readonly parsePhoneNumber: ParsePhoneNumber;
}

/**
 * The emulator without a network: the bytes of a request in, the bytes of its answer out. The HTTP
 * server and the testing kit both drive this one.
 */
export class Engine {
  readonly clock = new EmulatorClock();
  readonly account: Account;
  private readonly secretKey: string;

  constructor({ secretKey, strict, parsePhoneNumber }: EngineOptions) {
    this.secretKey = secretKey;
    this.account = new Account({ clock: this.clock, strict, parsePhoneNumber });
  }

  answer(request: WireRequest): WireAnswer {
    const target = parseTarget(request.target);
    const { queryString } = target;
    const own = answerOwnRoute(request, target, this.account);
    if (own !== undefined) {
      return own;
    }
    if (isVisitor(request, queryString)) {
      return answerVisitor();
    }
    const requestId = randomUUID();
    try {
      return answerJson(200, { Response: this.call(request, queryString, requestId) });
    } catch (error) {
      return answerFault(toFault(error), requestId);
    }
  }

  private call(request: WireRequest, queryString: string, requestId: string): object {
    const context = { secretKey: this.secretKey, realNow: this.clock.real() };
    const { action, params } = readCall(request, queryString, context);
    assertParams(action, params);
    const response = handle(action, params, { account: this.account, requestId });
    return { ...response, RequestId: requestId };
  }
}

function toFault(error: unknown): ApiFault {
  if (error instanceof ApiRefusal) {
    return error.toFault();
  }
  // A fault of the emulator itself: one request fails, the others go on.
  const reason = isNativeError(error) ? redactForeign(error.message) : 'unknown reason';
  return { Code: 'InternalError', Message: `The emulator itself failed: ${reason}` };
}

/** A person with a browser rather than a client of the API. */
function isVisitor(request: WireRequest, queryString: string): boolean {
  return (
    (request.method === 'GET' || request.method === 'HEAD') &&
    headerOf(request, 'authorization') === undefined &&
    headerOf(request, 'x-tc-action') === undefined &&
    !new URLSearchParams(queryString).has('Action')
  );
}
