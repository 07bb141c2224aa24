import { SmsEmulatorError } from '../errors/emulator.error.js';
import type { ControlApiErrorBody } from '../contract/control-api.types.js';
import { jsonResponse } from '../wire/wire.js';
import type { WireResponse } from '../wire/wire.js';
import { ControlApiError } from './route.js';

/** The one shape in which the emulator's own paths refuse. */
export function errorResponse(
  status: number,
  code: string,
  message: string,
  field?: string,
): WireResponse {
  return jsonResponse(status, { error: { code, message, field } } satisfies ControlApiErrorBody);
}

/** Turns what a route threw into its answer. */
export function toErrorResponse(error: unknown): WireResponse {
  if (error instanceof ControlApiError) {
    return errorResponse(error.status, error.code, error.message, error.field);
  }
  if (error instanceof SmsEmulatorError) {
    return errorResponse(400, 'invalid_body', error.message, error.field);
  }
  // A bug of the emulator: this request fails, the others go on.
  return errorResponse(500, 'internal', 'The emulator itself failed.');
}
