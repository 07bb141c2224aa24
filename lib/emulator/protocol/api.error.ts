import type { ApiErrorBody } from '../../api/envelope.js';
import { withChinese } from '../errors/tencent-words.js';
import type { AnswerLanguage, Words } from '../errors/tencent-words.js';

/** A request that is answered with `Response.Error`; thrown anywhere below, turned into the envelope in one place. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly code: string,
    private readonly words: string | Words,
  ) {
    super(typeof words === 'string' ? words : words.en);
  }

  toBody(language: AnswerLanguage): ApiErrorBody {
    const { en, zh = en } =
      typeof this.words === 'string' ? withChinese(this.code, this.words) : this.words;
    return { Code: this.code, Message: language === 'zh' ? zh : en };
  }
}
