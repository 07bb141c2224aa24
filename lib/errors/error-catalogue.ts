import { CODE_PREFIXES } from './code-prefixes.js';
import type { CatalogueEntry, CataloguePart, SmsErrorDescription } from './error-description.js';
import { LEGACY_CODES } from './legacy-codes.js';
import { GATEWAY_CODES } from './gateway-codes.js';
import { LOCAL_CODES } from './local-codes.js';
import { MANAGEMENT_CODES } from './management-codes.js';
import { SEND_CODES } from './send-codes.js';

// Maps, since codes come from the network: a plain object would answer to `constructor`.
const API_CODES = toMap(SEND_CODES, MANAGEMENT_CODES, GATEWAY_CODES);
const OWN_CODES = toMap(LOCAL_CODES);
const PREFIXES = toMap(CODE_PREFIXES);
const LEGACY = new Map(LEGACY_CODES);
/** Codes as they are compared → as they are documented. */
const SPELLINGS = new Map(
  [...API_CODES.keys(), ...OWN_CODES.keys(), ...LEGACY.keys()].map((code) => [
    toComparable(code),
    LEGACY.get(code) ?? code,
  ]),
);
const PREFIX_SPELLINGS = new Map(
  [...API_CODES.keys(), ...PREFIXES.keys()].map((prefix) => [toComparable(prefix), prefix]),
);

// Neither a success that is documented nor a refusal that is, so it says nothing of the request.
const UNKNOWN_CODE: CatalogueEntry = {
  facts: ['internal', 'tencent', 'unsafe'],
  en: 'Tencent answered with a code that is not known here, and the request may have been carried out; look before doing it again.',
  zh: '腾讯云返回了未收录的错误码，请求可能已执行，重试前请先核实结果。',
};

/**
 * Describes an error code: what it means, who must act, and whether the call may be made again.
 * Covers every code of Tencent Cloud SMS, of the gateway before it, and of this package, in any
 * letter case and with blanks around them; other codes go by their part before the first dot.
 *
 * @example
 * `describeSmsError('LimitExceeded.PhoneNumberDailyLimit').retry` is `'safe-later'`
 *
 * @see https://cloud.tencent.com/document/product/382/52075
 */
export function describeSmsError(code: string): SmsErrorDescription {
  const current = currentCode(code);
  return toDescription(code, OWN_CODES.get(current) ?? API_CODES.get(current));
}

/** {@link describeSmsError} for a code from the network, where a code of ours is none. */
export function describeApiCode(code: string): SmsErrorDescription {
  return toDescription(code, API_CODES.get(currentCode(code)));
}

/**
 * The code as it is documented: without blanks around it, in its letter case, a former spelling
 * replaced. Any other code is itself.
 */
export function currentCode(code: string): string {
  return SPELLINGS.get(toComparable(code)) ?? code;
}

/** Whether a code of the API, or else its part before the first dot, is known. */
export function isOfKnownKind(code: string): boolean {
  return API_CODES.has(currentCode(code)) || prefixOf(code) !== undefined;
}

/** The part of a code before its first dot, as it is documented; `undefined` for an unknown one. */
export function knownPrefix(code: string): string | undefined {
  return PREFIX_SPELLINGS.get(toComparable(code).split('.', 1)[0] ?? '');
}

function toDescription(code: string, entry: CatalogueEntry | undefined): SmsErrorDescription {
  const { facts, en, zh } = entry ?? prefixOf(code) ?? UNKNOWN_CODE;
  const [family, owner, retry] = facts;
  return Object.freeze({ code, family, owner, retry, en, zh, known: entry !== undefined });
}

// These leave open what was done, whatever follows: careful even with a code without a dot.
const OPEN_ENDED = ['InternalError', 'FailedOperation'];

// The gateway's codes have no dot, so each of them can also stand before one.
function prefixOf(code: string): CatalogueEntry | undefined {
  const comparable = toComparable(code);
  const prefix =
    OPEN_ENDED.find((open) => comparable.startsWith(toComparable(open))) ?? knownPrefix(code) ?? '';
  return PREFIXES.get(prefix) ?? API_CODES.get(prefix);
}

function toComparable(code: string): string {
  return code.trim().toLowerCase();
}

function toMap(...parts: readonly CataloguePart[]): ReadonlyMap<string, CatalogueEntry> {
  return new Map(parts.flatMap((part) => Object.entries(part)));
}
