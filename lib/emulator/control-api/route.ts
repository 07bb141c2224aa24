import type { Engine } from '../engine/engine.js';
import type { WireResult } from '../wire/wire.js';

/** One request to a path of the emulator's own. */
export interface RouteCall {
  readonly engine: Engine;
  readonly query: URLSearchParams;
  /** The JSON that came; `undefined` when none did. */
  readonly body: unknown;
  /** What stands in the path where the route has an `:id`. */
  readonly id: string;
  /** The header with which a reader of events comes back. */
  readonly lastEventId: string | undefined;
}

/** Answers; whatever is wrong with the request is thrown as a `ControlApiError` or an `SmsEmulatorError`. */
export type RouteHandler = (call: RouteCall) => WireResult;

/** What a path does with each method. */
export type Route = Readonly<Partial<Record<'GET' | 'POST' | 'PUT' | 'DELETE', RouteHandler>>>;

/** A request to a path of the emulator's own that is refused. */
export class ControlApiError extends Error {
  override readonly name = 'ControlApiError';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly field?: string,
  ) {
    super(message);
  }
}

/** The refusal of a parameter of the query. */
export function invalidQuery(field: string, expected: string): ControlApiError {
  return new ControlApiError(400, 'invalid_query', `${field} must be ${expected}.`, field);
}

/** The refusal of a member of the body. */
export function invalidBody(field: string, expected: string): ControlApiError {
  return new ControlApiError(400, 'invalid_body', `${field} must be ${expected}.`, field);
}

/** The refusal of an id that nothing has. */
export function unknownId(what: string): ControlApiError {
  return new ControlApiError(404, 'not_found', `There is no such ${what}, or no longer.`, 'id');
}
