import { setMaxListeners } from 'node:events';

/**
 * Lets any number of calls listen to a signal of the caller's: Node takes more than ten listeners for
 * a leak and warns, but one signal for a hundred sends is what signals are for.
 */
export function shareSignal(signal: AbortSignal): void {
  // A signal from a polyfill is no EventTarget of Node, which counts no listeners there.
  if (signal instanceof EventTarget) {
    setMaxListeners(0, signal);
  }
}
