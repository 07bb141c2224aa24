import { withDeadline } from '../time/with-deadline.js';

/** A queue or a worker of BullMQ. */
interface Closable {
  readonly opts: { readonly connection?: unknown };
  close(): Promise<void>;
  disconnect(): Promise<void>;
}

/**
 * Closes a queue or a worker, which waits for jobs and for Redis: both may hang. When the time is up its
 * connections end all the same, but for a client that BullMQ was given.
 *
 * @param onLate what to give when the time is up
 * @param mayCut whether its connections may end then
 * @returns `undefined` when it closed in time
 */
export async function closeWithin<T>(
  target: Closable,
  timeoutMs: number,
  onLate: () => T,
  mayCut: () => boolean = () => true,
): Promise<T | undefined> {
  return withDeadline<T | undefined>(
    async () => {
      await target.close().catch(ignore);
      return undefined;
    },
    {
      timeoutMs,
      onTimeout: () => {
        if (mayCut() && !isClient(target.opts.connection)) {
          void target.disconnect().catch(ignore);
        }
        return onLate();
      },
    },
  );
}

function isClient(connection: unknown): boolean {
  return typeof (Object(connection) as { duplicate?: unknown }).duplicate === 'function';
}

function ignore(): void {
  // It has no connection: what it had is run again elsewhere.
}
