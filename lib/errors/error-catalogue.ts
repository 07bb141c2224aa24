import { CODE_PREFIXES } from './code-prefixes.js';
import type { CatalogueEntry, CataloguePart, SmsErrorDescription } from './error-description.js';
import { FORMER_CODES } from './former-codes.js';
import { GATEWAY_CODES } from './gateway-codes.js';
import { LOCAL_CODES } from './local-codes.js';
import { MANAGEMENT_CODES } from './management-codes.js';
import { SEND_CODES } from './send-codes.js';

// Maps, since codes come from the network: a plain object would answer to `constructor`.
const CATALOGUE = toMap(SEND_CODES, MANAGEMENT_CODES, GATEWAY_CODES, LOCAL_CODES);
const PREFIXES = toMap(CODE_PREFIXES);
const FORMER = new Map(FORMER_CODES);

// A refusal like most others: what Tencent puts a name of its own to, it has decided.
const NOBODY_KNOWS: CatalogueEntry = {
  facts: ['internal', 'tencent', 'never'],
  en: 'Tencent refused with a code that is not known here; look it up in the documentation.',
  zh: '腾讯云返回了未收录的错误码，请查阅官方文档。',
};

/**
 * Tells what an error code means, who must act, and whether the call may be made again. Knows
 * every code of Tencent Cloud SMS, of the gateway before it, and of this package; judges others by
 * their part before the first dot.
 *
 * @example
 * `describeSmsError('LimitExceeded.PhoneNumberDailyLimit').retry` is `'safe-later'`
 *
 * @see https://cloud.tencent.com/document/product/382/52075
 * @publicApi
 */
export function describeSmsError(code: string): SmsErrorDescription {
  const entry = CATALOGUE.get(currentCode(code));
  const { facts, en, zh } = entry ?? prefixOf(code) ?? NOBODY_KNOWS;
  const [family, owner, retry] = facts;
  return Object.freeze({ code, family, owner, retry, en, zh, known: entry !== undefined });
}

/** The code that is meant by a former spelling; any other code is itself. */
export function currentCode(code: string): string {
  return FORMER.get(code) ?? code;
}

/** Whether a code, or else its part before the first dot, is known. */
export function isOfKnownKind(code: string): boolean {
  return CATALOGUE.has(currentCode(code)) || prefixOf(code) !== undefined;
}

// These leave open what was done, whatever follows: careful even with a code without a dot.
const OPEN_ENDED = /^(?:InternalError|FailedOperation)/;

// The gateway's codes have no dot, so each of them can also stand before one.
function prefixOf(code: string): CatalogueEntry | undefined {
  const prefix = OPEN_ENDED.exec(code)?.[0] ?? code.split('.', 1)[0] ?? '';
  return PREFIXES.get(prefix) ?? CATALOGUE.get(prefix);
}

function toMap(...parts: readonly CataloguePart[]): ReadonlyMap<string, CatalogueEntry> {
  return new Map(parts.flatMap((part) => Object.entries(part)));
}
