import type { ArgumentsHost } from '@nestjs/common';

/** The languages of the app. */
export type Language = 'en' | 'zh';

/** What a filter answers. */
export interface Answer {
  readonly statusCode: number;
  readonly message: string | readonly string[];
  readonly error: string;
}

/** A request of Express, as far as it matters here. */
interface Request {
  acceptsLanguages(...languages: string[]): string | false;
}

/** A response of Express, as far as it matters here. */
interface Response {
  status(code: number): this;
  set(headers: Readonly<Record<string, string>>): this;
  vary(header: string): this;
  json(body: object): unknown;
}

/** Answers in the language of the reader, in Nest's own shape. */
export function answerInLanguage(
  host: ArgumentsHost,
  write: (language: Language) => Answer,
  headers: Readonly<Record<string, string>> = {},
): void {
  const [request, response] = host.getArgs<[Request, Response]>();
  const language = request.acceptsLanguages('en', 'zh') === 'zh' ? 'zh' : 'en';
  const answer = write(language);
  response
    .status(answer.statusCode)
    .set({ ...headers, 'Content-Language': language === 'zh' ? 'zh-CN' : 'en' })
    .vary('Accept-Language')
    .json(answer);
}
