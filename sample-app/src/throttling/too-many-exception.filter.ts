import { Catch } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { answerInLanguage } from '../answer-in-language.js';
import { TooManyException } from './too-many.exception.js';

/** Says in the language of the reader that it is too much, and for how long. */
@Catch(TooManyException)
export class TooManyExceptionFilter implements ExceptionFilter<TooManyException> {
  catch(exception: TooManyException, host: ArgumentsHost): void {
    answerInLanguage(
      host,
      (language) => ({
        statusCode: exception.getStatus(),
        message: exception[language],
        error: 'Too Many Requests',
      }),
      { 'Retry-After': String(exception.retryAfter) },
    );
  }
}
