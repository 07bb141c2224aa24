/** What ends a wait before its result is there. */
export interface WaitLimits<T> {
  readonly timeoutMs: number;
  /** Gives the result when the time is up, or throws. */
  readonly onTimeout: () => T;
  /** @default none */
  readonly signal?: AbortSignal | undefined;
  /**
   * Gives the result when the signal fires, or throws.
   * @default throws the reason of the signal
   */
  readonly onAbort?: ((reason: unknown) => T) | undefined;
  /**
   * Whether the process stays alive for the timer.
   * @default true
   */
  readonly holdsProcess?: boolean | undefined;
}

/**
 * Waits for a result within limits. What is there at once costs no timer; what comes too late is
 * left to itself, its failure included.
 *
 * @throws what `make`, `onTimeout` or `onAbort` throws.
 */
export async function withDeadline<T>(
  make: () => T | PromiseLike<T>,
  { timeoutMs, onTimeout, signal, onAbort = toReason, holdsProcess = true }: WaitLimits<T>,
): Promise<T> {
  if (signal?.aborted === true) {
    return onAbort(signal.reason);
  }
  const made = make();
  if (!isThenable(made)) {
    return made;
  }
  let timer: NodeJS.Timeout | undefined;
  let abort: (() => void) | undefined;
  const ended = new Promise<() => T>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, onTimeout);
    abort = () => {
      resolve(() => onAbort(signal?.reason));
    };
    signal?.addEventListener('abort', abort, { once: true });
    // What was made may have fired the signal itself.
    if (signal?.aborted === true) {
      abort();
    }
  });
  if (!holdsProcess) {
    timer?.unref();
  }
  try {
    const toResult = await Promise.race([
      Promise.resolve(made).then((result) => () => result),
      ended,
    ]);
    return toResult();
  } finally {
    clearTimeout(timer);
    if (abort !== undefined) {
      signal?.removeEventListener('abort', abort);
    }
  }
}

function toReason(reason: unknown): never {
  throw reason;
}

function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as Partial<PromiseLike<T>> | null | undefined)?.then === 'function';
}
