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

// Careful, since nobody knows: it may have been executed.
const NOBODY_KNOWS: CatalogueEntry = {
  facts: ['internal', 'tencent', 'unsafe'],
  en: 'The code is not known here, and the request may have been carried out; look it up in the documentation before doing it again.',
  zh: '未收录的错误码，请求可能已执行，重试前请查阅腾讯云文档并核实结果。',
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

/**
 * Whether Tencent may have acted on a request that it answered with this code. A code of no known
 * kind is a refusal: what Tencent names, it decided.
 */
export function mayHaveExecuted(code: string): boolean {
  return isOfKnownKind(code) && describeSmsError(code).retry === 'unsafe';
}

/** The code that is meant by a former spelling; any other code is itself. */
export function currentCode(code: string): string {
  return FORMER.get(code) ?? code;
}

/** Whether a code, or else its part before the first dot, is known. */
export function isOfKnownKind(code: string): boolean {
  return CATALOGUE.has(currentCode(code)) || prefixOf(code) !== undefined;
}

// The gateway's codes have no dot, so each of them can also stand before one.
function prefixOf(code: string): CatalogueEntry | undefined {
  const prefix = code.split('.', 1)[0] ?? '';
  return PREFIXES.get(prefix) ?? CATALOGUE.get(prefix);
}

function toMap(...parts: readonly CataloguePart[]): ReadonlyMap<string, CatalogueEntry> {
  return new Map(parts.flatMap((part) => Object.entries(part)));
}
