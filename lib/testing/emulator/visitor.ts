import { answerText, headerOf } from './wire.js';
import type { WireAnswer, WireRequest } from './wire.js';

/** A page for people: made once, served to each of them. */
export interface VisitorPage {
  readonly html: string;
  /** Beside the type and the length, such as a Content-Security-Policy. */
  readonly headers: Readonly<Record<string, string>>;
}

/** For a browser that opens the endpoint: the page, where there is one. */
export function answerVisitor(page: VisitorPage | undefined): WireAnswer {
  return page === undefined
    ? answerText(200, 'Tencent Cloud SMS emulator. Texts: GET /_emulator/messages\n')
    : {
        status: 200,
        headers: { 'Content-Type': 'text/html; charset=utf-8', ...page.headers },
        body: page.html,
      };
}

/** A person with a browser rather than a client of the API. */
export function isVisitor(request: WireRequest, queryString: string): boolean {
  return (
    (request.method === 'GET' || request.method === 'HEAD') &&
    headerOf(request, 'authorization') === undefined &&
    headerOf(request, 'x-tc-action') === undefined &&
    !new URLSearchParams(queryString).has('Action')
  );
}
