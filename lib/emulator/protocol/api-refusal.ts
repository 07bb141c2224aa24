import type { ApiFault } from '../../api/envelope.js';

/** A request that is answered with `Response.Error`; thrown anywhere below, turned into the envelope in one place. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }

  toFault(): ApiFault {
    return { Code: this.code, Message: this.message };
  }
}
