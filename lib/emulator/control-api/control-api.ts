// The emulator's own paths, beside the API: for tests, health checks and the inbox page.
import type { Engine } from '../engine/engine.js';
import { jsonResponse, headerOf } from '../wire/wire.js';
import type { WireResult, WireRequest, WireTarget } from '../wire/wire.js';
import { eventsRoute } from './events.routes.js';
import {
  latestCodeRoute,
  messageCallbackRoute,
  messageRoute,
  messagesRoute,
} from './messages.routes.js';
import { errorResponse, toErrorResponse } from './error-response.js';
import { ControlApiError } from './route.js';
import type { Route, RouteHandler } from './route.js';
import {
  callbacksRoute,
  clockAdvanceRoute,
  clockRoute,
  faultsRoute,
  keepRoute,
  recordLagRoute,
  releaseRoute,
  repliesRoute,
  requestRoute,
  requestsRoute,
} from './controls.routes.js';

const ROUTES: readonly (readonly [path: RegExp, route: Route])[] = [
  [/^\/readyz$/, { GET: () => jsonResponse(200, { status: 'ok' }) }],
  [/^\/_emulator\/messages$/, messagesRoute],
  [/^\/_emulator\/messages\/(\d{1,15})$/, messageRoute],
  [/^\/_emulator\/messages\/(\d{1,15})\/callback$/, messageCallbackRoute],
  [/^\/_emulator\/codes\/latest$/, latestCodeRoute],
  [/^\/_emulator\/replies$/, repliesRoute],
  [/^\/_emulator\/clock$/, clockRoute],
  [/^\/_emulator\/clock\/advance$/, clockAdvanceRoute],
  [/^\/_emulator\/record-lag$/, recordLagRoute],
  [/^\/_emulator\/faults$/, faultsRoute],
  [/^\/_emulator\/faults\/release$/, releaseRoute],
  [/^\/_emulator\/events$/, eventsRoute],
  [/^\/_emulator\/callbacks$/, callbacksRoute],
  [/^\/_emulator\/keep$/, keepRoute],
  [/^\/_emulator\/requests$/, requestsRoute],
  [/^\/_emulator\/requests\/(\d{1,15})$/, requestRoute],
];
const MAX_BODY_BYTES = 1024 * 1024;

/** Answers a request to any path but `/`. */
export function handleControlApi(
  request: WireRequest,
  { path, queryString }: WireTarget,
  engine: Engine,
): WireResult {
  try {
    const { route, id } = findRoute(path);
    const isHead = request.method === 'HEAD';
    const handler = handlerOf(route, isHead ? 'GET' : request.method);
    if (handler === undefined) {
      const error = errorResponse(
        405,
        'method_not_allowed',
        'This path does not take this method.',
      );
      return { ...error, headers: { ...error.headers, Allow: Object.keys(route).join(', ') } };
    }
    const query = new URLSearchParams(queryString);
    if (isHead) {
      // The response to HEAD has no body, so the request does not wait for a text.
      query.delete('wait');
    }
    const result = handler({
      engine,
      query,
      id,
      lastEventId: headerOf(request, 'last-event-id'),
      body: request.method === 'GET' || isHead ? undefined : readBody(request),
    });
    return isHead && 'stream' in result
      ? { status: result.status, headers: result.headers, body: '' }
      : result;
  } catch (error) {
    return toErrorResponse(error);
  }
}

function findRoute(path: string): { route: Route; id: string } {
  for (const [pattern, route] of ROUTES) {
    const match = pattern.exec(path);
    if (match !== null) {
      return { route, id: match[1] ?? '' };
    }
  }
  throw new ControlApiError(404, 'not_found', 'There is nothing at this path.');
}

function handlerOf(route: Route, method: string): RouteHandler | undefined {
  return Object.hasOwn(route, method) ? route[method as keyof Route] : undefined;
}

/** @throws ControlApiError */
function readBody(request: WireRequest): unknown {
  if (request.bodyTooLarge || request.body.length > MAX_BODY_BYTES) {
    throw new ControlApiError(413, 'body_too_large', 'The body is larger than 1 MB.');
  }
  if (request.body.length === 0) {
    return undefined;
  }
  // A form of another origin can send any other type without asking first.
  const type = headerOf(request, 'content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    throw new ControlApiError(415, 'unsupported_type', 'The body must be application/json.');
  }
  try {
    return JSON.parse(Buffer.from(request.body).toString());
  } catch {
    throw new ControlApiError(400, 'invalid_body', 'The body is not JSON.', 'body');
  }
}
