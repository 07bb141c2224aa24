import { AsyncResource } from 'node:async_hooks';

/**
 * Makes a function run in the async context of now, whenever it is called: what waits its turn is called
 * where another request ends.
 *
 * Cheaper than `AsyncResource.bind`, which defines members of each function that it makes.
 */
export function keepContext(run: () => void): () => void {
  const context = new AsyncResource('SmsRequest', { requireManualDestroy: true });
  return () => {
    context.runInAsyncScope(run);
  };
}
