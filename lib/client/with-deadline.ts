import { SmsAbortError } from '../errors/transport.errors.js';

/** How long a call waits for what must be there before anything is written. */
export interface Deadline {
  signal: AbortSignal | undefined;
  timeoutMs: number;
  /** The error's message when the time is up. */
  onTimeout: () => Error;
}

/**
 * Produces what a request can't be written without, such as its credentials. A value at hand costs
 * no timer; a promise may depend on a network, so it has a deadline.
 *
 * @throws SmsAbortError when the caller's signal fires first.
 */
export async function withDeadline<T>(
  make: () => T | PromiseLike<T>,
  { signal, timeoutMs, onTimeout }: Deadline,
): Promise<T> {
  const toAbort = () =>
    new SmsAbortError('Aborted before the request was sent.', 'connect', signal?.reason);
  if (signal?.aborted === true) {
    throw toAbort();
  }
  const made = make();
  if (!isThenable(made)) {
    return made;
  }
  return new Promise<T>((resolve, reject) => {
    const forget = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    const onAbort = () => {
      forget();
      reject(toAbort());
    };
    const timer = setTimeout(() => {
      forget();
      reject(onTimeout());
    }, timeoutMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    // What was made may have fired the signal itself.
    if (signal?.aborted === true) {
      onAbort();
    }
    void Promise.resolve(made).finally(forget).then(resolve, reject);
  });
}

function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as Partial<PromiseLike<T>> | null | undefined)?.then === 'function';
}
