import { toSafeCause } from '../errors/safe-cause.js';
import { SmsError } from '../errors/sms.error.js';

/**
 * Redis refused, or did not answer in time: what was asked for may have happened or not. Code
 * `SMS_REDIS_UNAVAILABLE`.
 */
export class SmsRedisError extends SmsError {
  override readonly name = 'SmsRedisError';

  constructor(message: string, cause?: Error) {
    super(message, { code: 'SMS_REDIS_UNAVAILABLE', retryable: true, cause });
  }
}

/** What to do about an answer that is an error, by the word it begins with. */
const ADVICE: Readonly<Record<string, string>> = {
  OOM: 'Redis is out of memory (OOM). Raise its maxmemory or free some of it.',
  READONLY:
    'Redis is a replica that takes no writes (READONLY). Connect the client to the primary.',
  LOADING: 'Redis is loading its data (LOADING). Try again in a moment.',
  CLUSTERDOWN: 'The Redis cluster is down (CLUSTERDOWN). Check its nodes.',
  MASTERDOWN:
    'The Redis replica has lost its primary (MASTERDOWN). Connect the client to the primary.',
  MISCONF: "Redis can't save its data and takes no writes (MISCONF). Look into its log.",
  NOREPLICAS: 'Redis has too few replicas to take writes (NOREPLICAS). Check them.',
  BUSY: 'Redis is busy with a script of another client (BUSY). Look into what it runs.',
  NOAUTH: 'Redis wants a password (NOAUTH). Give the client one.',
  NOPERM:
    'The Redis user may not run this (NOPERM). Allow it EVAL, EVALSHA, what scripts call, and the keys of the prefix.',
  CROSSSLOT:
    'The keys are in several slots (CROSSSLOT). Use a prefix without braces, and none of them in keyPrefix.',
};

/** Whether Redis itself gave the error, so that repeating the call changes nothing. */
export function wasAnswered(error: unknown): boolean {
  return wordOf(error) !== undefined;
}

/** Says what to do. What Redis wrote is left out: it may quote keys. */
export function toRedisError(error: unknown): SmsRedisError {
  const word = wordOf(error);
  if (word === undefined) {
    const cause = toSafeCause(error);
    return new SmsRedisError(
      `Redis can't be reached (${cause.message}). Check its address, and that the client is connected.`,
      cause,
    );
  }
  return new SmsRedisError(
    ADVICE[word] ??
      `Redis refused a script (${word}). Check that it is Redis 5 or later, or Valkey, and that the prefix is used by nothing else.`,
  );
}

/** Redis is silent. */
export function toSilenceError(timeoutMs: number): SmsRedisError {
  return new SmsRedisError(
    `Redis did not answer within ${timeoutMs} ms. Check that it is within reach, or raise the store's timeout.`,
  );
}

/** The word that an answer of Redis begins with; errors of clients and sockets begin with none. */
function wordOf(error: unknown): string | undefined {
  const message = error instanceof Error ? error.message : '';
  // Redis 6 and earlier wrap what a command answered inside of a script.
  const wrapped = /^ERR .*?-([A-Z]{2,}) /s.exec(message)?.[1];
  return wrapped ?? /^-?([A-Z]{2,})\b/.exec(message)?.[1];
}
