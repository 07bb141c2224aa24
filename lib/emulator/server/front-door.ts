import type { Engine } from '../engine/engine.js';
import { answerOwnPath } from '../control-api/own-paths.js';
import { refuse } from '../control-api/refusal.js';
import { answerVisitor, isVisitor } from './visitor.js';
import type { LoadVisitorPage } from './visitor.js';
import { headerOf, parseTarget } from '../wire/wire.js';
import type { WireReply, WireRequest } from '../wire/wire.js';

/** What a front door is made with. */
export interface FrontDoorOptions {
  /** Where the emulator listens: a name that may stand in `Host`. */
  readonly host: string;
  /** What people get to see at `/`. */
  readonly loadPage?: LoadVisitorPage | undefined;
}

/**
 * Sends each request where it belongs: to the API, to the emulator's own paths, or to the page. Pages
 * of other origins get nowhere: neither with a request across origins, nor under a name of their own.
 */
export function createFrontDoor(
  engine: Engine,
  { host, loadPage }: FrontDoorOptions,
): (request: WireRequest) => WireReply {
  return (request) => {
    const target = parseTarget(request.target);
    const isApiOrPage = target.path === '/';
    if (isApiOrPage && isVisitor(request, target.queryString)) {
      // The page holds nothing of anybody's, so that a link from anywhere may lead to it.
      return answerVisitor(loadPage);
    }
    // The key is public, so that a page could sign: what a browser sends to the API is checked as well.
    const saysSo = isFromBrowser(request);
    const name = nameOf(request);
    // With a GET a browser says nothing when neither end is on this machine: an image, or a page of its own name.
    const isSilent = isApiOrPage && !saysSo && request.method === 'GET';
    const isServed =
      isNameOfOurs(name, host) || (isApiOrPage && !saysSo && (!isSilent || isProduction(name)));
    if (!isServed) {
      return refuse(403, 'forbidden', 'This host name is not served here.');
    }
    if ((isSilent && isBrowser(request)) || (saysSo && !isSameOrigin(request))) {
      return refuse(403, 'forbidden', 'Pages of other origins have no business here.');
    }
    return isApiOrPage ? engine.answer(request) : answerOwnPath(request, target, engine);
  };
}

/** Tells whether a browser says where a request comes from. */
function isFromBrowser(request: WireRequest): boolean {
  return (
    headerOf(request, 'origin') !== undefined || headerOf(request, 'sec-fetch-site') !== undefined
  );
}

function isBrowser(request: WireRequest): boolean {
  return (headerOf(request, 'user-agent') ?? '').startsWith('Mozilla/');
}

/** Some clients take the emulator for Tencent, by a proxy or an entry in the hosts file. */
function isProduction(name: string): boolean {
  return name.endsWith('.tencentcloudapi.com');
}

function nameOf(request: WireRequest): string {
  return (headerOf(request, 'host') ?? '').replace(/:\d+$/, '').toLowerCase();
}

/**
 * Browsers say where a request comes from; old ones name the origin only, which is then compared. The
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
 * can't do so with an address, nor with a name that only this machine or its network knows.
 */
function isNameOfOurs(name: string, configured: string): boolean {
  return (
    /^\d+\.\d+\.\d+\.\d+$/.test(name) ||
    name.startsWith('[') ||
    !name.includes('.') ||
    /\.(localhost|local|internal)$/.test(name) ||
    name === configured.toLowerCase()
  );
}
