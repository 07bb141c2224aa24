import type { Engine } from '../engine/engine.js';
import { handleControlApi } from '../control-api/control-api.js';
import { errorResponse } from '../control-api/error-response.js';
import { respondWithPage, isPageRequest } from './browser-page.js';
import type { LoadBrowserPage } from './browser-page.js';
import { headerOf, parseTarget, textResponse } from '../wire/wire.js';
import type { WireResult, WireRequest } from '../wire/wire.js';

/** What a gateway is made with. */
export interface GatewayOptions {
  /** Names that may stand in `Host`, beside those that can only mean this machine or its network. */
  readonly hosts: readonly string[];
  /** What browsers get at `/`. */
  readonly loadPage?: LoadBrowserPage | undefined;
}

/**
 * Sends each request where it belongs: to the API, to the emulator's own paths, or to the page. Pages
 * of other origins get nowhere: neither with a request across origins, nor under a name of their own.
 */
export function createGateway(
  engine: Engine,
  { hosts, loadPage }: GatewayOptions,
): (request: WireRequest) => WireResult {
  const allowed = new Set(hosts.map(toName));
  return (request) => {
    const target = parseTarget(request.target);
    const isApiOrPage = target.path === '/';
    const name = toName(headerOf(request, 'host') ?? '');
    const isOurs = allowed.has(name) || canOnlyBeOurs(name);
    if (isApiOrPage && isPageRequest(request, target.queryString)) {
      // The page itself holds no data, so that a link on any origin may lead to it.
      return isOurs ? respondWithPage(loadPage) : textResponse(403, `${howToAllow(name)}\n`);
    }
    // The key is public, so that a page could sign: what a browser sends to the API is checked as well.
    const hasFetchMetadata = isFromBrowser(request);
    // With a GET a browser names no origin when neither end is on this machine: for an image, or for
    // a page under a domain of its own.
    const isAmbiguousGet = isApiOrPage && !hasFetchMetadata && request.method === 'GET';
    const isClient =
      isApiOrPage &&
      !hasFetchMetadata &&
      (!isAmbiguousGet || isProduction(name) || !mayBeBrowser(request));
    if (!isOurs && !isClient) {
      return errorResponse(403, 'forbidden', howToAllow(name));
    }
    if ((isAmbiguousGet && isBrowser(request)) || (hasFetchMetadata && !isSameOrigin(request))) {
      return errorResponse(403, 'forbidden', 'Pages of other origins have no business here.');
    }
    return isApiOrPage ? engine.respond(request) : handleControlApi(request, target, engine);
  };
}

/** What to do about a name that is not served: it may well be one of the network's own. */
function howToAllow(name: string): string {
  // Only what can be a name is repeated, so that it can be copied to a command line.
  const shown = /^[a-z\d][a-z\d._-]{0,252}$/.test(name) ? name : '<name>';
  return (
    `This host name is not served here. If it is yours, start the emulator with --allowed-host ${shown} ` +
    `(or SmsEmulator.start({ allowedHosts: ['${shown}'] })).`
  );
}

/** Whether a browser named the origin of a request. */
function isFromBrowser(request: WireRequest): boolean {
  return (
    headerOf(request, 'origin') !== undefined || headerOf(request, 'sec-fetch-site') !== undefined
  );
}

function isBrowser(request: WireRequest): boolean {
  return (headerOf(request, 'user-agent') ?? '').startsWith('Mozilla/');
}

/**
 * Whether a page may have sent a request that names neither origin nor site: a script can change what
 * its browser says of itself and its languages, but not leave the latter out.
 */
function mayBeBrowser(request: WireRequest): boolean {
  return isBrowser(request) || headerOf(request, 'accept-language') !== undefined;
}

/** Some clients take the emulator for Tencent, by a proxy or an entry in the hosts file. */
function isProduction(name: string): boolean {
  return name.endsWith('.tencentcloudapi.com');
}

/** The name alone, as DNS compares it. */
function toName(host: string): string {
  return host
    .replace(/:\d+$/, '')
    .replace(/(?<=[^.])\.$/, '')
    .toLowerCase();
}

/**
 * Browsers name the site of a request; old ones name the origin only, which is then compared. The
 * first is right behind a proxy, too.
 */
function isSameOrigin(request: WireRequest): boolean {
  const site = headerOf(request, 'sec-fetch-site');
  if (site !== undefined) {
    return site === 'same-origin' || site === 'none';
  }
  const origin = headerOf(request, 'origin') ?? '';
  return origin.replace(/^https?:\/\//, '') === headerOf(request, 'host');
}

/**
 * A page of another origin can make its own domain point here and would then be of our origin. It
 * can't do so with an address, nor with a name that only this machine or its network resolves.
 */
function canOnlyBeOurs(name: string): boolean {
  return (
    /^\d+\.\d+\.\d+\.\d+$/.test(name) ||
    name.startsWith('[') ||
    !name.includes('.') ||
    /\.(localhost|local|internal)$/.test(name)
  );
}
