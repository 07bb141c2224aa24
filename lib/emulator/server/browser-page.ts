import { pendingResponse, textResponse, headerOf } from '../wire/wire.js';
import type { WireResponse, WireResult, WireRequest } from '../wire/wire.js';

/** A page for people: made once, served to each of them. */
export interface BrowserPage {
  readonly html: string;
  /** Beside the type and the length, such as a Content-Security-Policy. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Loads the page when the first visitor comes: most emulators never see one. */
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

/** A person with a browser rather than a client of the API. */
export function isPageRequest(request: WireRequest, queryString: string): boolean {
  return (
    (request.method === 'GET' || request.method === 'HEAD') &&
    headerOf(request, 'authorization') === undefined &&
    headerOf(request, 'x-tc-action') === undefined &&
    !new URLSearchParams(queryString).has('Action')
  );
}
