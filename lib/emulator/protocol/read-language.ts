import type { AnswerLanguage } from '../errors/tencent-words.js';
import { headerOf } from '../wire/wire.js';
import type { WireRequest } from '../wire/wire.js';
import { decodeParams } from './unflatten-params.js';

/** The language that a request asks for: `X-TC-Language`, or `Language` among the parameters of v1. */
export function readLanguage(request: WireRequest, queryString: string): AnswerLanguage {
  const given = headerOf(request, 'x-tc-language') ?? readParam(request, queryString);
  return given?.toLowerCase() === 'zh-cn' ? 'zh' : 'en';
}

function readParam(request: WireRequest, queryString: string): string | undefined {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(
    headerOf(request, 'content-type') ?? '',
  );
  const encoded =
    request.method === 'POST' && isForm ? Buffer.from(request.body).toString() : queryString;
  return new Map(decodeParams(encoded)).get('Language');
}
