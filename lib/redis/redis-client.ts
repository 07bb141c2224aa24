import { createHash } from 'node:crypto';
import { toRedisError, toSilenceError, wasAnswered } from './redis.error.js';

/** A client of ioredis or iovalkey, for a server or a cluster. */
export interface SmsIoredisClient {
  evalsha(sha: string, keyCount: number, ...keysAndArgs: string[]): Promise<unknown>;
  eval(script: string, keyCount: number, ...keysAndArgs: string[]): Promise<unknown>;
}

/** What node-redis takes beside a script. */
export interface SmsNodeRedisScriptOptions {
  keys: string[];
  arguments: string[];
}

/** A client, pool or cluster of node-redis (`redis`, 4 and later). */
export interface SmsNodeRedisClient {
  evalSha(sha: string, options: SmsNodeRedisScriptOptions): Promise<unknown>;
  eval(script: string, options: SmsNodeRedisScriptOptions): Promise<unknown>;
}

/** The application's own Redis client. It is told apart by its shape, and never closed. */
export type SmsRedisClient = SmsIoredisClient | SmsNodeRedisClient;

/** A Lua script, and the name that Redis knows it by. */
export class RedisScript {
  readonly text: string;
  readonly sha: string;

  /** @param parts of its text, in their order */
  constructor(...parts: readonly string[]) {
    this.text = parts.join('\n');
    this.sha = createHash('sha1').update(this.text).digest('hex');
  }
}

/** A call whose answer is late or lost is made once more. */
const MOST_CALLS = 2;

/** Runs scripts on the client of the application, within a time-out. */
export class RedisRunner {
  private readonly callers: Callers;

  /**
   * @param timeoutMs for a script with its repetition
   * @throws TypeError when the client is none that is known.
   * @throws RangeError when there is no time.
   */
  constructor(
    private readonly client: SmsRedisClient,
    private readonly timeoutMs: number,
  ) {
    this.callers = toCallers(client);
    if (timeoutMs < 1) {
      throw new RangeError('timeout is not usable: expected 1 millisecond or more.');
    }
  }

  /**
   * Runs a script. One whose answer is lost is repeated at once, one that is silent after half of
   * the time, and the first answer counts: a script must do the same when it runs twice.
   *
   * @throws SmsRedisError when Redis refuses or does not answer in time.
   */
  async runScript(
    script: RedisScript,
    keys: readonly string[],
    args: readonly string[],
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let calls = 0;
      let lost = 0;
      let isOver = false;
      const end = (settle: () => void) => {
        isOver = true;
        clearTimeout(timer);
        settle();
      };
      const callOnce = async () => {
        if (isOver || calls === MOST_CALLS) {
          return;
        }
        calls += 1;
        try {
          const answer = await this.call(script, [...keys], [...args]);
          end(() => {
            resolve(answer);
          });
        } catch (error) {
          lost += 1;
          if (wasAnswered(error) || lost === MOST_CALLS) {
            end(() => {
              reject(toRedisError(error));
            });
          } else {
            void callOnce();
          }
        }
      };
      const giveUp = () => {
        end(() => {
          reject(toSilenceError(this.timeoutMs));
        });
      };
      let timer = setTimeout(() => {
        timer = setTimeout(giveUp, this.timeoutMs / 2).unref();
        void callOnce();
      }, this.timeoutMs / 2).unref();
      void callOnce();
    });
  }

  /**
   * What Redis does when its memory is full, such as `noeviction`.
   *
   * @returns `undefined` when it does not say: the client may lack the right, or the server the name
   */
  async readEvictionPolicy(): Promise<string | undefined> {
    const { info } = this.client as { info?: (section: string) => Promise<unknown> };
    try {
      const said: unknown = await info?.call(this.client, 'memory');
      return /^maxmemory_policy:(\S+)/m.exec(String(said))?.[1];
    } catch {
      return undefined;
    }
  }

  private async call(script: RedisScript, keys: string[], args: string[]): Promise<unknown> {
    try {
      return await this.callers.bySha(script.sha, keys, args);
    } catch (error) {
      // After a restart, SCRIPT FLUSH or a failover the script is new to Redis.
      if (error instanceof Error && error.message.startsWith('NOSCRIPT')) {
        return this.callers.byText(script.text, keys, args);
      }
      throw error;
    }
  }
}

type Caller = (script: string, keys: string[], args: string[]) => Promise<unknown>;

interface Callers {
  readonly bySha: Caller;
  readonly byText: Caller;
}

function toCallers(client: SmsRedisClient): Callers {
  if (has(client, 'evalSha', 'eval')) {
    const nodeRedis = client as SmsNodeRedisClient;
    return {
      bySha: async (sha, keys, args) => nodeRedis.evalSha(sha, { keys, arguments: args }),
      byText: async (text, keys, args) => nodeRedis.eval(text, { keys, arguments: args }),
    };
  }
  if (has(client, 'evalsha', 'eval')) {
    const ioredis = client as SmsIoredisClient;
    return {
      bySha: async (sha, keys, args) => ioredis.evalsha(sha, keys.length, ...keys, ...args),
      byText: async (text, keys, args) => ioredis.eval(text, keys.length, ...keys, ...args),
    };
  }
  throw new TypeError(
    'This is no Redis client that is known here: give one of ioredis, iovalkey or redis (node-redis 4 or later).',
  );
}

function has(client: unknown, ...methods: readonly string[]): boolean {
  const members = Object(client) as Record<string, unknown>;
  return methods.every((method) => typeof members[method] === 'function');
}
