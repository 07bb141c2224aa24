import { inspect } from 'node:util';
import { maskNumber } from '../../privacy/mask-number.js';
import { maskSerialNo } from '../../privacy/mask-serial-no.js';
import { redactUntrusted } from '../../privacy/redact.js';

/**
 * A report or a reply as a handler gets it: data, plain in JSON, and masked where it is printed. What a
 * person wrote is not printed at all.
 */
export function maskedBody(body: unknown): unknown {
  return Object.defineProperty({ ...(body as object) }, inspect.custom, {
    value: () => Object.fromEntries(Object.entries(body as object).map(toPrinted)),
  });
}

function toPrinted([name, value]: [string, unknown]): [string, unknown] {
  if (typeof value !== 'string') {
    return [name, value];
  }
  switch (name) {
    case 'to':
    case 'from':
      return [name, maskNumber(value)];
    case 'serialNo':
      return [name, maskSerialNo(value)];
    // The id has the number in it, and a reply or a label may hold anything.
    case 'id':
    case 'text':
    case 'ref':
      return [name, '****'];
    default:
      return [name, redactUntrusted(value)];
  }
}
