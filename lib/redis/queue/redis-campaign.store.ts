import type {
  SmsCampaignBegin,
  SmsCampaignChunk,
  SmsCampaignChunkRecord,
  SmsCampaignRecord,
  SmsCampaignRequest,
  SmsCampaignRowEnd,
  SmsCampaignStore,
} from '../../guard/campaign.store.js';
import { CAMPAIGN_CHUNK_ROWS } from '../../guard/campaign.store.js';
import type { Clock } from '../../time/clock.js';
import { toMilliseconds } from '../../time/duration.js';
import type { SmsDuration } from '../../time/duration.js';
import { toHashTag } from '../hash-tag.js';
import type { RedisScript, SmsRedisClient } from '../redis-client.js';
import { RedisConnection } from '../redis-connection.js';
import {
  APPEND_SCRIPT,
  BEGIN_REQUEST_SCRIPT,
  CANCEL_SCRIPT,
  CREATE_CAMPAIGN_SCRIPT,
  END_LOADING_SCRIPT,
  END_ROWS_SCRIPT,
  FIND_CAMPAIGN_SCRIPT,
  FLAG_SCRIPT,
  LEASE_SCRIPT,
  LETTERS_SCRIPT,
  READ_CHUNK_SCRIPT,
  STOP_LOADING_SCRIPT,
} from './campaign.script.js';

/** Options of {@link redisCampaignStore}. */
export interface SmsRedisCampaignOptions {
  /**
   * What the keys begin with: apps and stages that share a Redis need one each. No braces.
   * @default 'sms:campaign'
   */
  prefix?: string | undefined;
  /**
   * How long a call of Redis may take with its repetition.
   * @default '2s'
   */
  timeout?: SmsDuration | undefined;
  /**
   * How long a campaign is kept after its last change, once it has ended.
   * @default '7d'
   */
  retain?: SmsDuration | undefined;
  /**
   * Milliseconds since 1970, for tests. Keys expire by the clock of Redis all the same.
   * @internal
   */
  clock?: Clock | undefined;
}

const KEYS = ['m', 'l', 'c', 'q', 'n'] as const;

/**
 * Keeps campaigns in Redis (5 or later) or Valkey, for any number of instances: each step is one script.
 * Works on a connection of its own, made like that of the client, which ends with the module.
 *
 * @example
 * SmsQueueModule.forRoot({ store: redisQueueStore(client), campaigns: redisCampaignStore(client) })
 *
 * @param client of ioredis, iovalkey or node-redis, for a server or a cluster; closed by the application
 * @throws TypeError when the client is none that is known.
 * @throws RangeError when an option is not usable.
 */
export function redisCampaignStore(
  client: SmsRedisClient,
  options: SmsRedisCampaignOptions = {},
): SmsCampaignStore {
  return new RedisCampaignStore(client, options);
}

class RedisCampaignStore implements SmsCampaignStore {
  private readonly connection: RedisConnection;
  private readonly retainMs: number;
  private readonly prefix: string;
  private readonly clock: Clock | undefined;

  constructor(
    client: SmsRedisClient,
    { prefix = 'sms:campaign', timeout = '2s', retain = '7d', clock }: SmsRedisCampaignOptions,
  ) {
    // Refuses what would be no hash tag.
    toHashTag(prefix);
    this.prefix = prefix;
    this.clock = clock;
    this.retainMs = toMilliseconds('retain', retain);
    if (this.retainMs < 1) {
      throw new RangeError('retain is not usable: expected 1 millisecond or more.');
    }
    this.connection = new RedisConnection(client, toMilliseconds('timeout', timeout));
  }

  async create(id: string, definition: string): Promise<SmsCampaignRecord> {
    return toRecord(await this.run(CREATE_CAMPAIGN_SCRIPT, id, { definition }));
  }

  async find(id: string): Promise<SmsCampaignRecord | undefined> {
    const answer = await this.run(FIND_CAMPAIGN_SCRIPT, id, {});
    return answer[0] === 'none' ? undefined : toRecord(answer);
  }

  async lease(id: string, token: string, milliseconds: number): Promise<boolean> {
    const [taken] = await this.run(LEASE_SCRIPT, id, { token, milliseconds });
    return taken === '1';
  }

  async append(id: string, token: string, chunk: SmsCampaignChunk): Promise<number | undefined> {
    const [word, waiting] = await this.run(APPEND_SCRIPT, id, { ...chunk, token });
    return word === 'ok' ? Number(waiting) : undefined;
  }

  async endLoading(id: string, token: string): Promise<void> {
    await this.run(END_LOADING_SCRIPT, id, { token });
  }

  async stopLoading(id: string, token: string, reason: string): Promise<void> {
    await this.run(STOP_LOADING_SCRIPT, id, { token, reason });
  }

  async pause(id: string): Promise<void> {
    await this.run(FLAG_SCRIPT, id, { paused: '1' });
  }

  async resume(id: string): Promise<void> {
    await this.run(FLAG_SCRIPT, id, { paused: '' });
  }

  async cancel(id: string): Promise<void> {
    await this.run(CANCEL_SCRIPT, id, {});
  }

  async read(id: string, chunk: number): Promise<SmsCampaignChunkRecord | undefined> {
    const from = chunk * CAMPAIGN_CHUNK_ROWS;
    const ask = { chunk, from, size: CAMPAIGN_CHUNK_ROWS };
    const [word, sealed = '', letters = '', open, ...rest] = await this.run(
      READ_CHUNK_SCRIPT,
      id,
      ask,
    );
    if (word === 'none') {
      return undefined;
    }
    const requests = rest
      .slice(0, Number(open))
      .map((request) => JSON.parse(request) as SmsCampaignRequest);
    const serials = rest
      .slice(Number(open))
      .map((serialNo, place) => [from + place, serialNo] as const);
    return {
      sealed,
      letters,
      requests,
      serialNos: Object.fromEntries(serials.filter(([, serialNo]) => serialNo !== '')),
    };
  }

  async letters(id: string, rows: readonly number[]): Promise<string> {
    if (rows.length === 0) {
      return '';
    }
    const [letters = ''] = await this.run(LETTERS_SCRIPT, id, { rows });
    return letters;
  }

  async begin(id: string, request: Omit<SmsCampaignRequest, 'epoch'>): Promise<SmsCampaignBegin> {
    const [state = '', number] = await this.run(BEGIN_REQUEST_SCRIPT, id, request);
    switch (state) {
      case 'go':
        return { state, epoch: Number(number) };
      case 'paused':
        return { state, waiting: Number(number) };
      default:
        return { state: 'taken' };
    }
  }

  async end(id: string, rows: readonly SmsCampaignRowEnd[], token?: string): Promise<void> {
    if (rows.length > 0) {
      await this.run(END_ROWS_SCRIPT, id, { rows, token });
    }
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  private async run(script: RedisScript, id: string, ask: object): Promise<string[]> {
    // A campaign is in one slot of a cluster, and different ones may be in different slots.
    const tag = `{${this.prefix}:${id}}`;
    return this.connection.use(async (redis) => {
      const answer = await redis.runScript(
        script,
        KEYS.map((name) => `${tag}:${name}`),
        [
          this.clock === undefined ? '' : String(this.clock()),
          JSON.stringify({ ...ask, retain: this.retainMs }),
        ],
      );
      return (answer as unknown[]).map(String);
    });
  }
}

function toRecord([, leased, ...flat]: readonly string[]): SmsCampaignRecord {
  const fields = new Map(
    Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i] ?? '', flat[2 * i + 1] ?? '']),
  );
  const text = (name: string): string => fields.get(name) ?? '';
  const number = (name: string): number => Number(text(name));
  const codes = [...fields].filter(([name]) => name.length > 1 && name.startsWith('o'));
  return {
    definition: text('d'),
    loaded: number('v'),
    hash: text('h'),
    isLoaded: text('L') !== '',
    isLeased: leased === '1',
    isPaused: text('p') !== '',
    isCancelled: text('x') !== '',
    stopped: text('w'),
    counts: {
      '.': number('n.'),
      s: number('ns'),
      a: number('na'),
      r: number('nr'),
      u: number('nu'),
      c: number('nc'),
      d: number('nd'),
    },
    fee: number('f'),
    byCode: Object.fromEntries(codes.map(([name, times]) => [name.slice(1), Number(times)])),
  };
}
