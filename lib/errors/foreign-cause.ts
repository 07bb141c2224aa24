import { redactForeign } from '../privacy/redact.js';
import { SmsError } from './sms.error.js';

/** Deeper causes tell no more, and a chain may be a circle. */
const MAX_DEPTH = 5;

/**
 * What the code of somebody else threw, as far as it may be shown: name, code, words, and where it
 * was thrown. Such errors like to hold what their thrower was given: one of axios has the request
 * with its numbers, and whoever handles keys may name them.
 */
export function foreignCause(thrown: unknown, depth = 1): Error {
  if (thrown instanceof SmsError) {
    return thrown;
  }
  const { name, message, code, stack, cause } = Object(thrown) as Record<string, unknown>;
  const words = [thrown, message].find((text) => typeof text === 'string');
  const bare = new Error(
    words === undefined ? 'no reason given' : redactForeign(words),
    cause === undefined || depth === MAX_DEPTH
      ? undefined
      : { cause: foreignCause(cause, depth + 1) },
  );
  if (typeof name === 'string') {
    bare.name = redactForeign(name);
  }
  if (typeof code === 'string') {
    Object.assign(bare, { code: redactForeign(code) });
  }
  // The first lines of a stack repeat the words.
  const frames = typeof stack === 'string' ? (stack.match(/^ +at .+$/gm) ?? []) : [];
  bare.stack = [String(bare), ...frames].join('\n');
  return bare;
}
