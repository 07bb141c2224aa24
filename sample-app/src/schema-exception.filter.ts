import { Catch } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { SchemaException } from './schema.pipe.js';

/** A request of Express, as far as it matters here. */
interface Request {
  acceptsLanguages(...languages: string[]): string | false;
}

/** A response of Express, as far as it matters here. */
interface Response {
  status(code: number): this;
  set(header: string, value: string): this;
  vary(header: string): this;
  json(body: object): unknown;
}

/** Says what does not fit in the language of the reader. */
@Catch(SchemaException)
export class SchemaExceptionFilter implements ExceptionFilter<SchemaException> {
  catch(exception: SchemaException, host: ArgumentsHost): void {
    const [request, response] = host.getArgs<[Request, Response]>();
    const language = request.acceptsLanguages('en', 'zh') === 'zh' ? 'zh' : 'en';
    const message = exception.issues.map((issue) => `${issue.field}: ${issue[language]}`);
    response
      .status(exception.getStatus())
      .set('Content-Language', language === 'zh' ? 'zh-CN' : 'en')
      .vary('Accept-Language')
      .json({ statusCode: exception.getStatus(), message, error: 'Bad Request' });
  }
}
