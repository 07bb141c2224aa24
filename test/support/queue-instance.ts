import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const FILE = fileURLToPath(new URL('queue-app.mjs', import.meta.url));

/** Where a process dies: before, while and after a text is sent. */
export const BARRIERS = ['taken', 'begun', 'signed', 'sent', 'answered', 'told'] as const;
export type Barrier = (typeof BARRIERS)[number];

/** What an instance is told; plain JSON. */
export interface QueueAppOptions {
  /** `naive` sends in a worker of BullMQ as most write it first. */
  readonly mode?: 'naive' | 'guarded';
  readonly endpoint: string;
  readonly secretKey: string;
  readonly redis: { readonly host: string; readonly port: number };
  /** Dies the given time that it comes to a barrier. */
  readonly dies?: { at: Barrier; after: number; latencyMs: number } | undefined;
  readonly queue?: object | undefined;
  readonly delivery?: object | undefined;
  readonly timeoutMs?: number | undefined;
  readonly retry?: false | undefined;
  /** Of the account and of the queue. */
  readonly shutdownTimeoutMs?: number | undefined;
  /** Whether it can tell how much memory is left after a collection. */
  readonly tellsMemory?: boolean | undefined;
}

/** What an instance holds after a collection, in bytes. */
export interface MemoryOfApp {
  readonly heap: number;
  readonly buffers: number;
}

/** One instance of an app with a queue, in a process of its own. */
export class QueueApp {
  /** Ends with the process; how it ended. */
  readonly exited: Promise<string>;

  private constructor(private readonly child: ChildProcess) {
    this.exited = once(child, 'exit').then(([code, signal]) => String(signal ?? code));
  }

  static async start({ mode = 'guarded', timeoutMs = 1000, ...rest }: QueueAppOptions) {
    const given = JSON.stringify({ mode, timeoutMs, ...rest });
    // Jest's own flags are not for it.
    const app = new QueueApp(
      fork(FILE, [given], { execArgv: rest.tellsMemory === true ? ['--expose-gc'] : [] }),
    );
    // One that dies soon may have sent its first message or not.
    await Promise.race([once(app.child, 'message'), app.exited]);
    return app;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Has it do a call of `SmsQueue` for each input, all at once. */
  async call<T>(call: string, inputs: readonly unknown[]): Promise<T[]> {
    this.child.send({ call, inputs });
    const [{ results }] = (await once(this.child, 'message')) as [{ results: T[] }];
    return results;
  }

  /** @throws TypeError where it was not told to tell that. */
  async memory(): Promise<MemoryOfApp> {
    const [memory] = await this.call<MemoryOfApp>('memory', [{}]);
    if (memory === undefined || !('heap' in memory)) {
      throw new TypeError('The instance does not tell its memory: start it with tellsMemory.');
    }
    return memory;
  }

  /** Shuts the app down, and tells how many milliseconds it took; the process ends by itself. */
  async stop(): Promise<number> {
    const [milliseconds = 0] = await this.call<number>('stop', []);
    return milliseconds;
  }

  /** Shuts the app down as a deploy does, and tells how many milliseconds it took. */
  async close(): Promise<number> {
    const milliseconds = await this.stop();
    this.kill();
    await this.exited;
    return milliseconds;
  }

  freeze(): void {
    this.child.kill('SIGSTOP');
  }

  thaw(): void {
    this.child.kill('SIGCONT');
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }
}
