import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

const current = new AsyncLocalStorage<FetchWrites>();
let watching = false;

/**
 * What undici writes for one request that goes by `fetch`.
 *
 * `fetch` repeats a request by itself after a 421, and a dispatcher or a `fetch` that the app set for
 * the whole process may do so after any failure. undici tells before each write: a second one finds
 * its socket destroyed.
 */
export class FetchWrites {
  private count = 0;
  private socket: Socket | undefined;

  /** Whether the request was ever written. */
  get any(): boolean {
    return this.count > 0;
  }

  /** Counts what `fetch` writes while it runs, also when it runs on later. */
  async run<T>(send: () => Promise<T>): Promise<T> {
    watchUndici();
    return current.run(this, send);
  }

  /** Closes the connection that the request was written to. */
  destroy(): void {
    this.socket?.destroy();
  }

  onWrite(socket: Socket): void {
    this.socket = socket;
    this.count += 1;
    if (this.count > 1) {
      socket.destroy(new Error('The request would have gone out again.'));
    }
  }
}

/** Once for the process, like the channels. */
function watchUndici(): void {
  if (watching) {
    return;
  }
  watching = true;
  // A write may happen in the context of another request, which the socket was opened for.
  const owners = new WeakMap<object, FetchWrites>();
  subscribe('undici:request:create', (message) => {
    const writes = current.getStore();
    if (writes !== undefined) {
      owners.set((message as { request: object }).request, writes);
    }
  });
  subscribe('undici:client:sendHeaders', (message) => {
    const { request, socket } = message as { request: object; socket: Socket };
    owners.get(request)?.onWrite(socket);
  });
}
