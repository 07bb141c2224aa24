import type { MessageFilter } from '../engine/inbox.js';
import { isReported, toMessage } from '../records/message-log.js';
import type { SendRecord } from '../records/message-log.js';
import type {
  CallbackAnswer,
  LatestCodeAnswer,
  MessageAnswer,
  MessagesAnswer,
} from '../contract/test-api.js';
import { answerJson, answerNothing } from '../wire/wire.js';
import type { WireAnswer, WireReply } from '../wire/wire.js';
import { readApp, readFilter, readWait } from './read-query.js';
import { toRefusal } from './refusal.js';
import { RouteRefusal, unknownId } from './route.js';
import type { Route, RouteCall } from './route.js';

/** The texts. */
export const messagesRoute: Route = {
  GET(call) {
    const filter = readFilter(call.query);
    const waitMs = readWait(call.query);
    const list = (): WireAnswer => {
      const messages = call.engine.inbox.messages(filter);
      const lastEventId = String(call.engine.events.lastId);
      return answerJson(200, { messages, lastEventId } satisfies MessagesAnswer);
    };
    const isEmpty = call.engine.inbox.messages(filter).length === 0;
    return isEmpty && waitMs > 0 ? untilNext(call, filter, waitMs, list) : list();
  },
  DELETE({ engine, query }) {
    engine.clear(readApp(query));
    return answerNothing();
  },
};

/** One text. */
export const messageRoute: Route = {
  GET(call) {
    return answerJson(200, { message: toMessage(findRecord(call)) } satisfies MessageAnswer);
  },
};

/** Pushes the report of a text once more. */
export const messageCallbackRoute: Route = {
  POST(call) {
    const record = findRecord(call);
    const url = call.engine.callbacks.statusUrl;
    if (url === undefined) {
      throw new RouteRefusal(
        409,
        'no_callback_url',
        'The emulator was started without a callback URL.',
      );
    }
    if (!isReported(record)) {
      throw new RouteRefusal(409, 'not_reported', 'The carrier has not answered for this text.');
    }
    call.engine.callbacks.pushReport(record);
    return answerJson(202, { url } satisfies CallbackAnswer);
  },
};

/** The verification code that came last. */
export const latestCodeRoute: Route = {
  GET(call) {
    const filter = { ...readFilter(call.query), status: 'accepted' } as const;
    const waitMs = readWait(call.query);
    const answer = (): WireAnswer => {
      const latest = call.engine.inbox.latestCode(filter);
      if (latest === undefined) {
        throw new RouteRefusal(404, 'not_found', 'No verification code has come.');
      }
      return answerJson(200, latest satisfies LatestCodeAnswer);
    };
    return waitMs > 0 && call.engine.inbox.latestCode(filter) === undefined
      ? untilNext(call, filter, waitMs, answer, true)
      : answer();
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
  filter: MessageFilter,
  waitMs: number,
  answer: () => WireAnswer,
  hasCode = false,
): WireReply {
  return {
    begin(reply) {
      const timer = setTimeout(() => {
        stop();
        reply(orRefusal(answer));
      }, waitMs).unref();
      const stop = engine.inbox.onNext(
        filter,
        () => {
          clearTimeout(timer);
          reply(orRefusal(answer));
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

// Whoever calls back is no route, so nobody else would catch it.
function orRefusal(answer: () => WireAnswer): WireAnswer {
  try {
    return answer();
  } catch (error) {
    return toRefusal(error);
  }
}
