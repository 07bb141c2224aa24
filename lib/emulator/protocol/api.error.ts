import type { ApiErrorBody } from '../../api/envelope.js';

/** A request that is answered with `Response.Error`; thrown anywhere below, turned into the envelope in one place. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }

  toBody(): ApiErrorBody {
    return { Code: this.code, Message: this.message };
  }
}
