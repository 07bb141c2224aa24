import { randomUUID } from 'node:crypto';
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
    const { path, queryString } = parseTarget(request.target);
    const own = answerOwnRoute(request.method, path, queryString, this.account);
    if (own !== undefined) {
      return own;
    }
    return isVisitor(request, queryString) ? answerVisitor() : this.call(request, queryString);
  }

  private call(request: WireRequest, queryString: string): WireAnswer {
    const requestId = randomUUID();
    try {
      const context = { secretKey: this.secretKey, realNow: this.clock.real() };
      const { action, params } = readCall(request, queryString, context);
      assertParams(action, params);
      const response = handle(action, params, { account: this.account, requestId });
      return answerJson(200, { Response: { ...response, RequestId: requestId } });
    } catch (error) {
      if (error instanceof ApiRefusal) {
        return answerFault(error.toFault(), requestId);
      }
      throw error;
    }
  }
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
