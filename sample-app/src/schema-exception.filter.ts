import { STATUS_CODES } from 'node:http';
import { Catch } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { answerInLanguage } from './answer-in-language.js';
import { SchemaException } from './schema.pipe.js';

/** Says what does not fit in the language of the reader. */
@Catch(SchemaException)
export class SchemaExceptionFilter implements ExceptionFilter<SchemaException> {
  catch(exception: SchemaException, host: ArgumentsHost): void {
    answerInLanguage(host, (language) => ({
      statusCode: exception.getStatus(),
      message: exception.issues.map((issue) => `${issue.field}: ${issue[language]}`),
      error: STATUS_CODES[exception.getStatus()] ?? 'Error',
    }));
  }
}
