import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

const PLACES = ['/usr/bin/redis-server', '/usr/local/bin/redis-server'];
const TRIES = 5;

/**
 * Runs Redis with a watchdog beside it: when the input closes, which it also does when this process
 * dies, the watchdog kills it.
 */
const GUARDED = 'exec 3<&0; (read -r _ <&3; kill -9 $$) >/dev/null 2>&1 & exec "$0" "$@" 3<&-';

/** A Redis of its own on a free port of 127.0.0.1, which keeps nothing. */
export class RedisServer {
  readonly host = '127.0.0.1';

  private constructor(
    readonly port: number,
    private readonly child: ChildProcessByStdio<Writable, Readable, null>,
    private readonly ownFolder: string | undefined,
  ) {}

  get url(): string {
    return `redis://${this.host}:${this.port}`;
  }

  /**
   * Starts one, and tries another port when this one was taken meanwhile.
   *
   * @param options of redis-server, such as `--appendonly yes`
   * @param folder for its files, which stay; otherwise it has one of its own, which goes with it
   * @throws Error with the last words of Redis when it does not start.
   */
  static async start(
    path = findRedisServer(),
    options: readonly string[] = [],
    folder?: string,
  ): Promise<RedisServer> {
    if (path === undefined) {
      throw new Error('There is no redis-server here.');
    }
    let said = '';
    for (let tried = 0; tried < TRIES; tried += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one try after the other
      const port = await findFreePort();
      const own = folder === undefined ? mkdtempSync(join(tmpdir(), 'redis-')) : undefined;
      const dir = ['--dir', folder ?? own ?? tmpdir()];
      const server = new RedisServer(port, run(path, port, [...dir, ...options]), own);
      // oxlint-disable-next-line no-await-in-loop -- one try after the other
      said = await server.untilReady();
      if (said === '') {
        return server;
      }
      // oxlint-disable-next-line no-await-in-loop -- one try after the other
      await server.stop();
    }
    throw new Error(`redis-server did not start:\n${said}`);
  }

  /** Stops it where it is: connections stay, and nothing is answered until it resumes. */
  pause(): void {
    this.child.kill('SIGSTOP');
  }

  resume(): void {
    this.child.kill('SIGCONT');
  }

  /** Kills it at once (SIGKILL); connections break. */
  async stop(): Promise<void> {
    const { child } = this;
    if (child.exitCode === null && child.signalCode === null) {
      child.stdin.end();
      await once(child, 'exit');
    }
    if (this.ownFolder !== undefined) {
      rmSync(this.ownFolder, { recursive: true, force: true });
    }
  }

  /** What it said before it failed; nothing when it is ready. */
  private async untilReady(): Promise<string> {
    const lines: string[] = [];
    for await (const line of createInterface({ input: this.child.stdout })) {
      if (line.includes('Ready to accept connections')) {
        // What it says later must not fill the pipe.
        this.child.stdout.resume();
        return '';
      }
      lines.push(line);
    }
    this.child.stdin.end();
    return lines.slice(-5).join('\n') || 'nothing';
  }
}

/** Where `redis-server` is; `undefined` where there is none. */
export function findRedisServer(): string | undefined {
  const given = process.env['REDIS_SERVER_PATH'];
  return [...(given === undefined ? [] : [given]), ...PLACES].find((path) => existsSync(path));
}

function run(
  path: string,
  port: number,
  given: readonly string[],
): ChildProcessByStdio<Writable, Readable, null> {
  const options = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
  ];
  return spawn('/bin/sh', ['-c', GUARDED, path, ...options, ...given], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}

// Redis takes port 0 for "none", so that one is found for it.
async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
