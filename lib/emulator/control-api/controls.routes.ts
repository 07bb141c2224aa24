import { isObject } from '../../api/json-values.js';
import { MAX_FAULTS } from '../faults/faults.js';
import { toIso } from '../records/message-log.js';
import type {
  AdvanceBody,
  CallbacksResponse,
  ClockResponse,
  FaultsBody,
  KeepResponse,
  RecordLagBody,
  ReleaseResponse,
  RepliesResponse,
  ReplyResponse,
  ReplyBody,
  RequestResponse,
  RequestsResponse,
} from '../contract/control-api.types.js';
import { jsonResponse, emptyResponse } from '../wire/wire.js';
import type { WireResponse } from '../wire/wire.js';
import { readApp, readPhone } from './read-query.js';
import { invalidBody, invalidQuery, unknownId } from './route.js';
import type { Route, RouteCall } from './route.js';

const MAX_REPLY = 1000;
const FAULTS_EXAMPLE = '{ "faults": [{ "action": "SendSms", "effect": "drop" }] }';

/** The replies of phones. */
export const repliesRoute: Route = {
  GET({ engine, query }) {
    const to = readPhone(query);
    const e164 = to === undefined ? undefined : (engine.account.parsePhoneNumber(to)?.e164 ?? '');
    const replies = engine.account
      .replies(readApp(query))
      .filter((reply) => e164 === undefined || reply.to === e164);
    return jsonResponse(200, { replies } satisfies RepliesResponse);
  },
  POST({ engine, body }) {
    const members = readObject(body, [
      'to',
      'text',
      'app',
      'signName',
      'extendCode',
    ] satisfies (keyof ReplyBody)[]);
    const to = readText(members, 'to');
    const text = readText(members, 'text');
    if (to === undefined || text === undefined || text === '') {
      throw invalidBody(to === undefined ? 'to' : 'text', 'a text, and not empty');
    }
    const reply = engine.reply({
      to,
      text,
      app: readText(members, 'app'),
      signName: readText(members, 'signName'),
      extendCode: readText(members, 'extendCode'),
    });
    return jsonResponse(201, { reply } satisfies ReplyResponse);
  },
};

/** The emulator's time. */
export const clockRoute: Route = { GET: clockResponse };

/** Moves the emulator's time. */
export const clockAdvanceRoute: Route = {
  POST(call) {
    const { ms, seconds } = readObject(call.body, [
      'ms',
      'seconds',
    ] satisfies (keyof AdvanceBody)[]);
    if ((ms === undefined) === (seconds === undefined)) {
      throw invalidBody('ms', 'given, or seconds in its place');
    }
    const field = ms === undefined ? 'seconds' : 'ms';
    const amount = ms ?? seconds;
    if (typeof amount !== 'number' || !Number.isFinite(amount)) {
      throw invalidBody(field, 'a number from 0');
    }
    call.engine.advance(Math.round(ms === undefined ? amount * 1000 : amount));
    return clockResponse(call);
  },
};

/** How long the records that clients look up are behind. */
export const recordLagRoute: Route = {
  GET: recordLagResponse,
  PUT(call) {
    const { lag } = readObject(call.body, ['lag'] satisfies (keyof RecordLagBody)[]);
    call.engine.setRecordLag(lag);
    return recordLagResponse(call);
  },
};

/** Faults on demand. */
export const faultsRoute: Route = {
  GET: faultsResponse,
  PUT(call) {
    const { faults } = readObject(call.body, ['faults'], FAULTS_EXAMPLE);
    if (!Array.isArray(faults) || faults.length > MAX_FAULTS) {
      throw invalidBody(
        'faults',
        `a list of at most ${MAX_FAULTS} faults, as in ${FAULTS_EXAMPLE}`,
      );
    }
    call.engine.faults.replace(faults, readApp(call.query));
    return faultsResponse(call);
  },
  DELETE({ engine, query }) {
    engine.faults.clear(readApp(query));
    return emptyResponse();
  },
};

/** Calls that faults hold back. */
export const releaseRoute: Route = {
  POST({ engine, query }) {
    const released = engine.lateCalls.release(readApp(query));
    return jsonResponse(200, { released } satisfies ReleaseResponse);
  },
};

/** How much is kept. */
export const keepRoute: Route = {
  GET({ engine: { keep, dropped } }) {
    const { limitBytes, bytes } = keep;
    const droppedReports = dropped.total;
    return jsonResponse(200, { limitBytes, bytes, droppedReports } satisfies KeepResponse);
  },
};

/** The pushes to the callback URLs. */
export const callbacksRoute: Route = {
  GET({ engine, query }) {
    const messageId = query.get('message') ?? undefined;
    if (messageId !== undefined && !/^\d{1,15}$/.test(messageId)) {
      throw invalidQuery('message', 'the id of a message');
    }
    const callbacks = engine.pushes.list({ app: readApp(query), messageId });
    return jsonResponse(200, { callbacks } satisfies CallbacksResponse);
  },
};

/** The requests of the API. */
export const requestsRoute: Route = {
  GET({ engine, query }) {
    const since = query.get('since') ?? '0';
    if (!/^\d{1,15}$/.test(since)) {
      throw invalidQuery('since', 'the id of a request');
    }
    const requests = engine.requests.list(readApp(query), Number(since));
    return jsonResponse(200, { requests } satisfies RequestsResponse);
  },
};

/** One request, with its answer and the check of its signature. */
export const requestRoute: Route = {
  GET({ engine, id }) {
    const request = engine.requests.find(id);
    if (request === undefined) {
      throw unknownId('request');
    }
    return jsonResponse(200, { request } satisfies RequestResponse);
  },
};

function clockResponse({ engine }: RouteCall): WireResponse {
  return jsonResponse(200, { now: toIso(engine.clock.now()) } satisfies ClockResponse);
}

function recordLagResponse({ engine: { account } }: RouteCall): WireResponse {
  return jsonResponse(200, { lag: account.recordLagMs } satisfies RecordLagBody);
}

function faultsResponse({ engine, query }: RouteCall): WireResponse {
  return jsonResponse(200, { faults: engine.faults.list(readApp(query)) } satisfies FaultsBody);
}

function readObject(
  body: unknown,
  members: readonly string[],
  example?: string,
): Record<string, unknown> {
  if (!isObject(body)) {
    throw invalidBody(
      'body',
      `a JSON object with ${members.join(', ')}${example === undefined ? '' : `, as in ${example}`}`,
    );
  }
  const surplus = Object.keys(body).find((name) => !members.includes(name));
  if (surplus !== undefined) {
    throw invalidBody(surplus.slice(0, 64), `left out; known are ${members.join(', ')}`);
  }
  return body;
}

function readText(members: Record<string, unknown>, name: string): string | undefined {
  const value = members[name];
  if (value === undefined) {
    return undefined;
  }
  if (typeof value !== 'string' || value.length > MAX_REPLY) {
    throw invalidBody(name, `a text of at most ${MAX_REPLY} characters`);
  }
  return value;
}
