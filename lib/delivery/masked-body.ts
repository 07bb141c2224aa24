import { inspect } from 'node:util';
import { maskNumber } from '../privacy/mask-number.js';
import { maskSerialNo } from '../privacy/mask-serial-no.js';
import { redactUntrusted } from '../privacy/redact.js';
import { toPrintedCode } from './printed-code.js';

/** The id has the number in it, and a reply or a label may hold anything. */
const HIDDEN = new Set(['id', 'text', 'ref']);

/**
 * A report, a reply or a state as applications get it: data, plain in JSON, and masked where it is
 * printed. What a person wrote is not printed at all.
 */
export function maskedBody<Body>(body: Body): Body {
  return Object.defineProperty({ ...body }, inspect.custom, {
    value: () => Object.fromEntries(Object.entries(body as object).map(toPrinted)),
  });
}

/** What a handler threw, without what it was called with: databases repeat the values that they refuse. */
export function redactThrown(error: unknown, body: unknown): string {
  if (!(error instanceof Error)) {
    return 'no Error';
  }
  const written = [...HIDDEN.keys()]
    .map((name) => (body as Record<string, unknown>)[name])
    .filter((value) => typeof value === 'string' && value.length > 1)
    .toSorted((a, b) => String(b).length - String(a).length);
  // JSON and the like write some characters in another way.
  const words = written.flatMap((value) => [String(value), JSON.stringify(value).slice(1, -1)]);
  const rest = words.reduce((text, word) => text.replaceAll(word, '****'), error.message);
  return redactUntrusted(rest);
}

function toPrinted([name, value]: [string, unknown]): [string, unknown] {
  if (typeof value !== 'string') {
    return [name, value];
  }
  if (HIDDEN.has(name)) {
    return [name, '****'];
  }
  switch (name) {
    case 'to':
    case 'from':
      return [name, maskNumber(value)];
    case 'serialNo':
      return [name, maskSerialNo(value)];
    case 'code':
      return [name, toPrintedCode(value)];
    default:
      return [name, redactUntrusted(value)];
  }
}
