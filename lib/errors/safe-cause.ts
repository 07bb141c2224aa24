import { redact, redactUntrusted } from '../privacy/redact.js';
import { SmsError } from './sms.error.js';

/** Causes of causes that are kept. */
const MOST_CAUSES = 3;

/**
 * The safe part of an error that foreign code threw: name, code, message and stack frames. A
 * provider, a signer or a transport holds keys and texts, and its errors often carry them along.
 */
export function toSafeCause(thrown: unknown, deeper = MOST_CAUSES): Error {
  if (thrown instanceof SmsError) {
    return thrown;
  }
  const { name, message, code, stack, cause } = membersOf(thrown);
  const words = redactUntrusted(textOf(message) ?? textOf(thrown) ?? 'no reason given');
  const inner =
    cause === undefined || deeper === 0 ? undefined : { cause: toSafeCause(cause, deeper - 1) };
  const shown = Object.assign(new Error(words, inner), {
    name: redactUntrusted(textOf(name) ?? 'Error'),
    code: redactUntrusted(textOf(code) ?? '') || undefined,
  });
  shown.stack = [`${shown.name}: ${words}`, ...framesOf(textOf(stack) ?? '', message)].join('\n');
  return shown;
}

function membersOf(thrown: unknown): Record<string, unknown> {
  try {
    const { name, message, code, stack, cause } = Object(thrown) as Record<string, unknown>;
    return { name, message, code, stack, cause };
  } catch {
    // A getter of the foreign error threw, and its error is not safe to show either.
    return {};
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The stack frames; the message before them is a repetition. */
function framesOf(stack: string, message: unknown): string[] {
  const after = stack.indexOf(textOf(message) ?? '') + (textOf(message)?.length ?? 0);
  return stack
    .slice(after)
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .map(redact);
}
