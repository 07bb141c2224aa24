import { pendingResponse, textResponse, headerOf } from '../wire/wire.js';
import type { WireResponse, WireResult, WireRequest } from '../wire/wire.js';

/** A page for browsers: made once, served to every request. */
export interface BrowserPage {
  readonly html: string;
  /** Beside the type and the length, such as a Content-Security-Policy. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Loads the page with the first request of a browser: most emulators never get one. */
export type LoadBrowserPage = () => Promise<BrowserPage>;

/** For a browser that opens the endpoint: the page, where there is one. */
export function respondWithPage(loadPage: LoadBrowserPage | undefined): WireResult {
  if (loadPage === undefined) {
    return textResponse(200, 'Tencent Cloud SMS emulator. Texts: GET /_emulator/messages\n');
  }
  return pendingResponse(async () => toResponse(await loadPage()));
}

function toResponse({ html, headers }: BrowserPage): WireResponse {
  return {
    status: 200,
    headers: { 'Content-Type': 'text/html; charset=utf-8', ...headers },
    body: html,
  };
}

/** Whether a browser loads a page, rather than a client calling the API. */
export function isPageRequest(request: WireRequest, queryString: string): boolean {
  return (
    (request.method === 'GET' || request.method === 'HEAD') &&
    headerOf(request, 'authorization') === undefined &&
    headerOf(request, 'x-tc-action') === undefined &&
    !new URLSearchParams(queryString).has('Action')
  );
}
