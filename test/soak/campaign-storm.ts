/* oxlint-disable no-await-in-loop -- looks at the campaign follow each other */
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { SmsDeliveryStore } from 'nestjs-tencentcloud-sms/delivery';
import type { SmsCampaignProgress } from 'nestjs-tencentcloud-sms/queue';
import { redisDeliveryStore } from 'nestjs-tencentcloud-sms/redis';
import { ManyTexts } from '../support/many-texts.js';
import { QueueApp } from '../support/queue-instance.js';
import type { MemoryOfApp, QueueAppOptions } from '../support/queue-instance.js';
import { randomOf } from './random-of.js';

/** What a storm does to a campaign. */
export interface CampaignStormOptions {
  readonly redis: { readonly host: string; readonly port: number };
  readonly rows: number;
  /** Times that all processes are killed, and the campaign is created again by its name. */
  readonly kills: number;
  /** Times that it is paused for a moment. */
  readonly pauses: number;
  readonly latencyMs: number;
  /** Different texts: each is a request of its own in each chunk. */
  readonly orders: number;
  /** Requests at once in each process. */
  readonly concurrency: number;
  readonly seed: number;
  /** How long it may take. */
  readonly withinMs: number;
  /** Tells how far it is. */
  readonly onLook?: ((progress: SmsCampaignProgress) => void) | undefined;
}

/** What a storm did. */
export interface CampaignStormReport {
  readonly rows: number;
  readonly state: string;
  readonly accepted: number;
  readonly unknown: number;
  readonly rejected: number;
  readonly byCode: Readonly<Record<string, number>>;
  readonly cancelled: number;
  /** Rows of no status, or of more than one: 0 where the statuses sum to the rows. */
  readonly astray: number;
  /** The same of `results()`. */
  readonly resultsAstray: number;
  /** Whether each look has ended: what is unknown then stays so. */
  readonly isSettled: boolean;
  /** Texts whose outcome is open, numbers that are due for a look, and what was found and not told. */
  readonly delivery: { readonly open: number; readonly looks: number; readonly waiting: number };
  /** Texts that the server took. */
  readonly texts: number;
  /** Numbers that got one and whose row is not accepted. */
  readonly lost: number;
  /** Rows that are accepted and whose number got none. */
  readonly invented: number;
  /** Numbers with more than one. */
  readonly doubled: number;
  readonly kills: number;
  readonly pauses: number;
  readonly seconds: number;
  /** What processes hold after a collection at a fifth of the rows and at the end, in MB; the most. */
  readonly heapMb: readonly number[];
  readonly buffersMb: readonly number[];
  /** What Redis holds of the campaign and its jobs at these times, in MB. */
  readonly campaignMb: readonly number[];
  /** What it holds more at the end, with what is known of each text for seven days. */
  readonly redisMb: number;
}

const PREFIX = '+8613';
const FIRST = 900_000_000;
const NAME = 'the storm';
const MB = 1_000_000;
const LOOK_MS = 50;
/** Quick ways of what takes minutes with Tencent. */
const QUEUE = {
  sendWithin: 1000,
  lock: 1000,
  stalled: 500,
  budget: { perSecond: 100_000 },
  encrypt: 'a secret of at least thirty-two characters',
};
const DELIVERY = { window: 1000, recordLag: 200, settle: [100, 400] };

/** Sends a campaign over two processes that are paused and killed, and counts what phones got. */
export async function stormCampaign(options: CampaignStormOptions): Promise<CampaignStormReport> {
  const { rows, redis } = options;
  const { latencyMs, orders } = options;
  const server = await ManyTexts.start({
    prefix: PREFIX,
    first: FIRST,
    rows,
    latencyMs,
    contentOf: (row) => `【腾讯云】您的订单A${row % orders}已发货。`,
  });
  const client = new Redis(redis);
  const storm = new CampaignStorm(options, server, client);
  try {
    return await storm.run();
  } finally {
    await storm.end();
    client.disconnect();
    await server.stop();
  }
}

class CampaignStorm {
  private apps: QueueApp[] = [];
  private readonly random: () => number;
  private readonly heaps: MemoryOfApp[][] = [];
  private readonly campaignBytes: number[] = [];
  private readonly deliveries: SmsDeliveryStore;

  constructor(
    private readonly options: CampaignStormOptions,
    private readonly server: ManyTexts,
    private readonly client: Redis,
  ) {
    this.deliveries = redisDeliveryStore(client);
    this.random = randomOf(options.seed);
  }

  async run(): Promise<CampaignStormReport> {
    const { rows, kills, pauses } = this.options;
    const begun = performance.now();
    const redisBefore = await this.redisBytes();
    const killsAt = this.momentsOf(kills);
    const pausesAt = this.momentsOf(pauses);
    let progress = await this.begin();
    let isSettled = false;
    while (!isSettled) {
      if (performance.now() - begun > this.options.withinMs) {
        break;
      }
      const ended = progress.accepted + progress.unknown;
      if (ended >= rows / 5 && this.heaps.length === 0) {
        await this.measure();
      }
      if (ended >= (pausesAt[0] ?? Infinity)) {
        pausesAt.shift();
        await this.ask('pause');
        await pause(100 + this.random() * 200);
        await this.ask('resume');
      }
      if (ended >= (killsAt[0] ?? Infinity)) {
        killsAt.shift();
        await this.killAll();
        progress = await this.begin();
      }
      await pause(LOOK_MS);
      progress = await this.ask<SmsCampaignProgress>('progress');
      this.options.onLook?.(progress);
      isSettled = progress.state === 'done' && (await this.isSettled());
    }
    await this.measure();
    return {
      ...(await this.judge()),
      isSettled,
      kills: kills - killsAt.length,
      pauses: pauses - pausesAt.length,
      seconds: Math.round((performance.now() - begun) / 100) / 10,
      heapMb: this.heaps.map((all) => toMb(Math.max(...all.map(({ heap }) => heap)))),
      buffersMb: this.heaps.map((all) => toMb(Math.max(...all.map(({ buffers }) => buffers)))),
      campaignMb: this.campaignBytes.map(toMb),
      redisMb: toMb((await this.redisBytes()) - redisBefore),
    };
  }

  async end(): Promise<void> {
    await this.killAll();
    await this.deliveries.close?.();
  }

  private async killAll(): Promise<void> {
    const old = this.apps;
    this.apps = [];
    for (const app of old) {
      app.kill();
    }
    await Promise.all(old.map(async (app) => app.exited));
  }

  /** Whether no text is looked for any more, and all that was found was told. */
  private async isSettled(): Promise<boolean> {
    const { open, waiting } = await this.deliveries.stats();
    return open === 0 && waiting === 0;
  }

  private async judge() {
    const { rows } = this.options;
    const progress = await this.ask<SmsCampaignProgress>('progress');
    const { state, accepted, rejected, byCode, unknown, cancelled, waiting, duplicates } = progress;
    const { letters } = await this.ask<{ letters: string }>('results');
    const { open, looks, waiting: untold } = await this.deliveries.stats();
    const isAccepted = Array.from({ length: rows }, (_, row) => letters[row] === 'a');
    const { server } = this;
    return {
      rows,
      state,
      accepted,
      unknown,
      rejected,
      byCode,
      cancelled,
      astray: rows - (accepted + rejected + unknown + cancelled + waiting + duplicates),
      resultsAstray: rows - letters.length,
      delivery: { open, looks, waiting: untold },
      texts: server.texts,
      lost: isAccepted.filter((is, row) => !is && server.has(row)).length,
      invented: isAccepted.filter((is, row) => is && !server.has(row)).length,
      doubled: server.doubled,
    };
  }

  /** Starts two processes, and creates the campaign or goes on with it. */
  private async begin(): Promise<SmsCampaignProgress> {
    const { redis, rows, concurrency } = this.options;
    const one: QueueAppOptions = {
      endpoint: this.server.url,
      secretKey: 'none',
      redis,
      queue: { ...QUEUE, concurrency },
      delivery: DELIVERY,
      tellsMemory: true,
    };
    this.apps = await Promise.all([0, 1].map(async () => QueueApp.start(one)));
    await this.ask('create', {
      count: rows,
      first: FIRST,
      prefix: PREFIX,
      orders: this.options.orders,
    });
    return this.ask<SmsCampaignProgress>('progress');
  }

  private async ask<T>(call: string, more: object = {}): Promise<T> {
    const app = this.apps[Math.floor(this.random() * this.apps.length)] as QueueApp;
    const [answer] = await app.call<T>('campaign', [{ name: NAME, call, ...more }]);
    return answer as T;
  }

  private async measure(): Promise<void> {
    this.heaps.push(await Promise.all(this.apps.map(async (app) => app.memory())));
    const keys = [...(await this.keysOf('{sms:campaign:*')), ...(await this.keysOf('bull:*'))];
    const bytes = await Promise.all(
      keys.map(async (key) => Number(await this.client.call('MEMORY', 'USAGE', key, 'SAMPLES', 0))),
    );
    this.campaignBytes.push(bytes.reduce((sum, one) => sum + one, 0));
  }

  private async keysOf(pattern: string): Promise<string[]> {
    const keys: string[] = [];
    let cursor = '0';
    do {
      const [next, found] = await this.client.scan(cursor, 'MATCH', pattern, 'COUNT', 10_000);
      keys.push(...found);
      cursor = next;
    } while (cursor !== '0');
    return keys;
  }

  private async redisBytes(): Promise<number> {
    const info = await this.client.info('memory');
    return Number(/used_memory:(\d+)/.exec(info)?.[1]);
  }

  /** Counts of rows at which something goes wrong, spread over the campaign. */
  private momentsOf(count: number): number[] {
    const share = (this.options.rows * 0.9) / count;
    return Array.from({ length: count }, (_, i) => (i + 0.2 + this.random() * 0.8) * share);
  }
}

function toMb(bytes: number): number {
  return Math.round(bytes / (MB / 10)) / 10;
}
