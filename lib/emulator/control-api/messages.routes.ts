import type { SmsMessageFilter } from '../engine/inbox.js';
import { isReported, toMessage } from '../records/message-log.js';
import type { SendRecord } from '../records/message-log.js';
import type {
  CallbackResponse,
  LatestCodeResponse,
  MessageResponse,
  MessagesResponse,
} from '../contract/control-api.types.js';
import { jsonResponse, emptyResponse } from '../wire/wire.js';
import type { WireResponse, WireResult } from '../wire/wire.js';
import { readApp, readFilter, readWait } from './read-query.js';
import { toErrorResponse } from './error-response.js';
import { ControlApiError, unknownId } from './route.js';
import type { Route, RouteCall } from './route.js';

/** The texts. */
export const messagesRoute: Route = {
  GET(call) {
    const filter = readFilter(call.query);
    const waitMs = readWait(call.query);
    const list = (): WireResponse => {
      const messages = call.engine.inbox.messages(filter);
      const lastEventId = String(call.engine.events.lastId);
      return jsonResponse(200, { messages, lastEventId } satisfies MessagesResponse);
    };
    const isEmpty = call.engine.inbox.messages(filter).length === 0;
    return isEmpty && waitMs > 0 ? untilNext(call, filter, waitMs, list) : list();
  },
  DELETE({ engine, query }) {
    engine.clear(readApp(query));
    return emptyResponse();
  },
};

/** One text. */
export const messageRoute: Route = {
  GET(call) {
    return jsonResponse(200, { message: toMessage(findRecord(call)) } satisfies MessageResponse);
  },
};

/** Pushes the report of a text once more. */
export const messageCallbackRoute: Route = {
  POST(call) {
    const record = findRecord(call);
    const url = call.engine.callbacks.statusUrl;
    if (url === undefined) {
      throw new ControlApiError(
        409,
        'no_callback_url',
        'The emulator was started without a callback URL.',
      );
    }
    if (!isReported(record)) {
      throw new ControlApiError(409, 'not_reported', 'The carrier has not answered for this text.');
    }
    call.engine.callbacks.pushReport(record);
    return jsonResponse(202, { url } satisfies CallbackResponse);
  },
};

/** The verification code that came last. */
export const latestCodeRoute: Route = {
  GET(call) {
    const filter = { ...readFilter(call.query), status: 'accepted' } as const;
    const waitMs = readWait(call.query);
    const toResponse = (): WireResponse => {
      const latest = call.engine.inbox.latestCode(filter);
      if (latest === undefined) {
        throw new ControlApiError(404, 'not_found', 'No verification code has come.');
      }
      return jsonResponse(200, latest satisfies LatestCodeResponse);
    };
    return waitMs > 0 && call.engine.inbox.latestCode(filter) === undefined
      ? untilNext(call, filter, waitMs, toResponse, true)
      : toResponse();
  },
};

function findRecord({ engine, id }: RouteCall): SendRecord {
  const record = engine.inbox.find(id);
  if (record === undefined) {
    throw unknownId('message');
  }
  return record;
}

/** Answers with the next text that matches, or after the time that the request may wait. */
function untilNext(
  { engine }: RouteCall,
  filter: SmsMessageFilter,
  waitMs: number,
  toResponse: () => WireResponse,
  hasCode = false,
): WireResult {
  return {
    begin(respond) {
      const timer = setTimeout(() => {
        stop();
        respond(orErrorResponse(toResponse));
      }, waitMs).unref();
      const stop = engine.inbox.onNext(
        filter,
        () => {
          clearTimeout(timer);
          respond(orErrorResponse(toResponse));
        },
        hasCode,
      );
      return () => {
        clearTimeout(timer);
        stop();
      };
    },
  };
}

// The callback runs outside of any route, so no route would catch the error.
function orErrorResponse(toResponse: () => WireResponse): WireResponse {
  try {
    return toResponse();
  } catch (error) {
    return toErrorResponse(error);
  }
}
