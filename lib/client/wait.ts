import { SmsAbortError } from '../errors/transport.errors.js';
import type { InFlight } from './in-flight.js';

/** What ends a wait before its time. */
export interface WaitLimits {
  signal: AbortSignal | undefined;
  /** For the end of a shutdown. */
  inFlight: InFlight;
  /** Milliseconds that it may take; `Infinity` where it takes no longer by itself. */
  atMostMs: number;
  /** The error's message when they are over. */
  onTooLong: () => Error;
}

/** The longest delay that timers take. */
export const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * Waits before a request. Holds the process as long as it lasts, since there is something to send.
 *
 * @param begin starts what calls back when the wait is over, and gives what takes that back
 * @throws SmsAbortError when the caller's signal fires first.
 */
export async function wait(
  begin: (onOver: () => void) => () => void,
  { signal, inFlight, atMostMs, onTooLong }: WaitLimits,
): Promise<void> {
  const { closing } = inFlight;
  return new Promise((resolve, reject) => {
    let over = false;
    let forget: (() => void) | undefined;
    const end = (error?: Error): void => {
      over = true;
      forget?.();
      if (error === undefined) {
        resolve();
      } else {
        reject(error);
      }
    };
    const onAbort = (): void => {
      const what = 'Aborted while it waited for its turn, before it was sent.';
      end(new SmsAbortError(what, 'connect', signal?.reason));
    };
    const onClosing = (): void => {
      try {
        inFlight.assertNotDrained();
      } catch (error) {
        end(error as Error);
      }
    };
    if (signal?.aborted === true) {
      onAbort();
      return;
    }
    const tooLong =
      atMostMs > MAX_DELAY_MS
        ? undefined
        : setTimeout(
            () => {
              end(onTooLong());
            },
            Math.max(0, atMostMs),
          );
    signal?.addEventListener('abort', onAbort, { once: true });
    closing.addEventListener('abort', onClosing, { once: true });
    const takeBack = begin(() => {
      end();
    });
    forget = () => {
      takeBack();
      clearTimeout(tooLong);
      signal?.removeEventListener('abort', onAbort);
      closing.removeEventListener('abort', onClosing);
    };
    // It may have been over at once.
    if (over) {
      forget();
    } else if (closing.aborted) {
      onClosing();
    }
  });
}
