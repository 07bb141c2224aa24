import { setMaxListeners } from 'node:events';
import { shareSignal } from '../client/share-signal.js';

/** A signal of our own that fires with the caller's. */
export interface FollowedSignal {
  readonly signal: AbortSignal | undefined;
  /** Stops following, so that the caller's signal, which may live long, forgets us. */
  release: () => void;
}

/** Listens to the caller's signal once for any number of calls. */
export function followSignal(given: AbortSignal | undefined): FollowedSignal {
  if (given === undefined) {
    return { signal: undefined, release: () => undefined };
  }
  shareSignal(given);
  const own = new AbortController();
  setMaxListeners(0, own.signal);
  const follow = (): void => {
    own.abort(given.reason);
  };
  if (given.aborted) {
    follow();
  } else {
    given.addEventListener('abort', follow, { once: true });
  }
  return {
    signal: own.signal,
    release: () => {
      given.removeEventListener('abort', follow);
    },
  };
}
