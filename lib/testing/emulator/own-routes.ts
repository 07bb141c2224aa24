// The emulator's own face, beside the API: for tests, health checks and, later, people.
import type { Account } from './account.js';
import { answerJson, answerText, headerOf } from './wire.js';
import type { WireAnswer, WireRequest, WireTarget } from './wire.js';

const OWN_PREFIX = '/_emulator/';

/** Answers what is not the API: `undefined` for everything at `/`, which is. */
export function answerOwnRoute(
  request: WireRequest,
  { path, queryString }: WireTarget,
  account: Account,
): WireAnswer | undefined {
  const { method } = request;
  if (path === '/') {
    return undefined;
  }
  if (!isHostOfOurs(headerOf(request, 'host') ?? '')) {
    return answerJson(403, { error: 'This host name is not served here.' });
  }
  if (path === '/readyz') {
    return isRead(method) ? answerJson(200, { status: 'ok' }) : notAllowed();
  }
  if (path === `${OWN_PREFIX}messages`) {
    return answerMessages(method, queryString, account);
  }
  return answerJson(404, { error: 'There is nothing at this path.' });
}

/** For a browser that opens the endpoint. */
export function answerVisitor(): WireAnswer {
  return answerText(200, 'Tencent Cloud SMS emulator. Texts: GET /_emulator/messages\n');
}

function answerMessages(method: string, queryString: string, account: Account): WireAnswer {
  if (method === 'DELETE') {
    account.log.clearMessages();
    return { status: 204, headers: {}, body: '' };
  }
  if (!isRead(method)) {
    return notAllowed();
  }
  const query = new URLSearchParams(queryString);
  const template = query.get('template');
  const to = query.get('to');
  // People forget that a plus in a query is a blank.
  const phone = to === null ? undefined : account.parsePhoneNumber(to.replace(/^ /, '+'));
  const messages = account.log
    .messages()
    .filter(
      (message) =>
        (template === null || message.templateId === template) &&
        (to === null || message.to === phone?.e164),
    );
  return answerJson(200, { messages });
}

function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

function notAllowed(): WireAnswer {
  return answerJson(405, { error: 'This path does not take this method.' });
}

/**
 * A page of another origin can make its own domain point here and would then be of our origin. It
 * can't do so with an address, nor with a name that only this machine or its network knows.
 */
function isHostOfOurs(host: string): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return (
    /^\d+\.\d+\.\d+\.\d+$/.test(name) ||
    name.startsWith('[') ||
    !name.includes('.') ||
    /\.(localhost|local|internal)$/.test(name)
  );
}
