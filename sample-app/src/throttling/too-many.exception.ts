import { HttpException, HttpStatus } from '@nestjs/common';

/** Too much was asked for, in the two languages of the app. */
export class TooManyException extends HttpException {
  /** @param retryAfter seconds until it may be asked for again */
  constructor(
    readonly en: string,
    readonly zh: string,
    readonly retryAfter: number,
  ) {
    super(en, HttpStatus.TOO_MANY_REQUESTS);
  }
}
