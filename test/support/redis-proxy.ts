import { EventEmitter, once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** What happens to an answer: its connection breaks before it, or it passes when it is let. */
type Fault = 'cut' | { readonly whenFree: (pass: () => void) => void };

/** Stands between a client and Redis, and lets all pass until it is told otherwise. */
export class RedisProxy {
  readonly host = '127.0.0.1';
  port = 0;
  private fault: Fault | undefined;
  private readonly sockets = new Set<Socket>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly server = createServer((client) => {
    this.join(client);
  });

  private constructor(private readonly target: { host: string; port: number }) {}

  static async start(target: { host: string; port: number }): Promise<RedisProxy> {
    const proxy = new RedisProxy(target);
    proxy.server.listen(0, proxy.host);
    await once(proxy.server, 'listening');
    proxy.port = (proxy.server.address() as AddressInfo).port;
    return proxy;
  }

  /** Breaks the connection in place of the next answer, which Redis has given by then. */
  cutNext(): void {
    this.fault = 'cut';
  }

  /** Holds the next answer back for a time, and what comes behind it on its connection. */
  delayNext(milliseconds: number): void {
    this.fault = {
      whenFree: (pass) => {
        this.timers.add(setTimeout(pass, milliseconds));
      },
    };
  }

  /**
   * Holds the next answer back, and what comes behind it on its connection.
   *
   * @returns what lets it pass
   */
  holdNext(): () => void {
    const free = new EventEmitter();
    const freed = once(free, 'free');
    this.fault = { whenFree: (pass) => void freed.then(pass) };
    return () => free.emit('free');
  }

  async stop(): Promise<void> {
    for (const timer of this.timers) {
      clearTimeout(timer);
    }
    for (const socket of this.sockets) {
      socket.destroy();
    }
    this.server.close();
    await once(this.server, 'close');
  }

  private join(client: Socket): void {
    const redis = connect(this.target);
    for (const [socket, other] of [
      [client, redis],
      [redis, client],
    ] as const) {
      this.sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
    }
    client.pipe(redis);
    redis.on('data', (answer) => {
      const { fault } = this;
      this.fault = undefined;
      if (fault === 'cut') {
        client.destroy();
      } else if (fault === undefined) {
        client.write(answer);
      } else {
        redis.pause();
        fault.whenFree(() => {
          client.write(answer);
          redis.resume();
        });
      }
    });
  }
}
