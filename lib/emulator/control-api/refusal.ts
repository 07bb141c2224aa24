import { SmsEmulatorError } from '../errors/emulator.error.js';
import type { TestApiError } from '../contract/test-api.js';
import { answerJson } from '../wire/wire.js';
import type { WireAnswer } from '../wire/wire.js';
import { RouteRefusal } from './route.js';

/** The one shape in which the emulator's own paths refuse. */
export function refuse(status: number, code: string, message: string, field?: string): WireAnswer {
  return answerJson(status, { error: { code, message, field } } satisfies TestApiError);
}

/** Turns what a route threw into its answer. */
export function toRefusal(error: unknown): WireAnswer {
  if (error instanceof RouteRefusal) {
    return refuse(error.status, error.code, error.message, error.field);
  }
  if (error instanceof SmsEmulatorError) {
    return refuse(400, 'invalid_body', error.message, error.field);
  }
  // A fault of the emulator itself: one request fails, the others go on.
  return refuse(500, 'internal', 'The emulator itself failed.');
}
