import { answerLater, answerText, headerOf } from '../wire/wire.js';
import type { WireAnswer, WireReply, WireRequest } from '../wire/wire.js';

/** A page for people: made once, served to each of them. */
export interface VisitorPage {
  readonly html: string;
  /** Beside the type and the length, such as a Content-Security-Policy. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Loads the page when the first visitor comes: most emulators never see one. */
export type LoadVisitorPage = () => Promise<VisitorPage>;

/** For a browser that opens the endpoint: the page, where there is one. */
export function answerVisitor(loadPage: LoadVisitorPage | undefined): WireReply {
  if (loadPage === undefined) {
    return answerText(200, 'Tencent Cloud SMS emulator. Texts: GET /_emulator/messages\n');
  }
  return answerLater(async () => toAnswer(await loadPage()));
}

function toAnswer({ html, headers }: VisitorPage): WireAnswer {
  return {
    status: 200,
    headers: { 'Content-Type': 'text/html; charset=utf-8', ...headers },
    body: html,
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
