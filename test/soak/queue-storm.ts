/* oxlint-disable no-await-in-loop -- looks at the queue follow each other */
import { setTimeout as pause } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import type { SmsJobResult } from 'nestjs-tencentcloud-sms/queue';
import { BARRIERS, QueueApp } from '../support/queue-instance.js';
import type { Barrier, QueueAppOptions } from '../support/queue-instance.js';
import { randomOf } from './random-of.js';

/** What a storm does. */
export interface StormOptions {
  readonly mode: 'naive' | 'guarded';
  readonly redis: { readonly host: string; readonly port: number };
  readonly jobs: number;
  readonly workers: number;
  /** Processes that are killed, at one barrier after the other, and replaced. */
  readonly kills: number;
  /** Answers that are dropped after the text was sent. */
  readonly drops: number;
  /** Processes that are stopped for longer than their lock holds, and go on. */
  readonly freezes: number;
  /** How late Tencent's records are. */
  readonly recordLagMs: number;
  readonly seed: number;
  /** How long it may take. */
  readonly withinMs: number;
}

/** What a storm did to people. */
export interface StormReport {
  readonly mode: string;
  readonly jobs: number;
  readonly texts: number;
  /** Phones with more than one text. */
  doubled: number;
  /** Phones without a text that are told to have one, or of which nothing is told. */
  lost: number;
  /** Phones without a text of which that is told. */
  told: number;
  /** Texts whose outcome was found in Tencent's records. */
  settled: number;
  readonly kills: Readonly<Record<string, number>>;
  readonly freezes: number;
  readonly seconds: number;
  /** Jobs that failed in BullMQ. */
  failed: number;
}

const LATENCY_MS = 60;
const LOCK_MS = 1000;
const FREEZE_MS = 2500;
/** Quick ways of what takes minutes with Tencent. */
const QUEUE = { concurrency: 10, sendWithin: 1000, lock: LOCK_MS, stalled: 500 };
const DELIVERY = { window: 1000, recordLag: 200, settle: [300, 800] };
const NAIVE_BARRIERS: readonly Barrier[] = ['signed', 'sent', 'told'];

/** Sends so many texts over so many processes while things go wrong, and counts what phones got. */
export async function stormQueue(options: StormOptions): Promise<StormReport> {
  const { mode, jobs, redis, seed } = options;
  const emulator = await SmsEmulator.start({ recordLag: options.recordLagMs });
  const inbox = new Inbox(emulator);
  emulator.addFault({ action: 'SendSms', latencyMs: LATENCY_MS, times: 'always' });
  const name = `storm${seed}-${mode}`;
  const base: QueueAppOptions = {
    mode,
    endpoint: emulator.url,
    secretKey: emulator.secretKey,
    redis,
    queue: { ...QUEUE, queue: name },
    delivery: { ...DELIVERY, recordLag: Math.max(DELIVERY.recordLag, options.recordLagMs) },
  };
  const begun = performance.now();
  const crew = new Crew(base, options, mode === 'naive' ? NAIVE_BARRIERS : BARRIERS);
  const phones = Array.from({ length: jobs }, (_, i) => `+86137${String(10_000_000 + i)}`);
  const inputs = phones.map((to, i) => ({ to, params: { order: `A${i}` }, key: `order ${i}` }));
  const open = new Set(inputs.map(({ key }) => key));
  const queues = (mode === 'naive' ? ['naive'] : ['default-notification']).map(
    (lane) => new Queue(`${name}-${lane}`, { connection: redis }),
  );
  try {
    await crew.start();
    await enqueue(inputs, queues[0] as Queue, crew, mode);
    await crew.rage(emulator, async () => {
      inbox.collect();
      return isDone(queues, mode, crew, open);
    });
    inbox.collect();
    const counts = await Promise.all(queues.map(async (queue) => queue.getJobCounts('failed')));
    const told = mode === 'naive' ? [] : await crew.outcomes(inputs.map(({ key }) => key));
    return {
      ...judge(phones, inbox, told),
      mode,
      jobs,
      texts: inbox.serials.size,
      settled: told.filter(({ outcome }) => outcome?.requestId === undefined).length,
      kills: crew.kills,
      freezes: crew.freezes,
      seconds: Math.round((performance.now() - begun) / 100) / 10,
      failed: counts.reduce((sum, { failed = 0 }) => sum + failed, 0),
    };
  } finally {
    await crew.stop();
    await Promise.all(queues.map(async (queue) => queue.close()));
    await emulator.stop();
  }
}

type Input = { readonly to: string; readonly key: string };
type Told = {
  readonly state: string;
  readonly outcome?: SmsJobResult | undefined;
};

/** What phones got; the emulator shows the last thousand texts. */
class Inbox {
  /** Phones by the numbers of their texts. */
  readonly serials = new Map<string, string>();

  constructor(private readonly emulator: SmsEmulator) {}

  collect(): void {
    for (const { serialNo, to } of this.emulator.messages()) {
      this.serials.set(serialNo, to);
    }
  }
}

/** The processes that send, of which some die and are replaced. */
class Crew {
  readonly kills: Record<string, number> = {};
  freezes = 0;
  private apps: QueueApp[] = [];
  private readonly replacements: Promise<void>[] = [];
  private isOver = false;
  private started = 0;
  private readonly random: () => number;

  constructor(
    private readonly base: QueueAppOptions,
    private readonly options: StormOptions,
    private readonly barriers: readonly Barrier[],
  ) {
    this.random = randomOf(options.seed);
  }

  async start(): Promise<void> {
    await Promise.all(Array.from({ length: this.options.workers }, async () => this.add()));
  }

  /** Makes things go wrong until all is done. */
  async rage(emulator: SmsEmulator, isOver: () => Promise<boolean>): Promise<void> {
    const { drops, freezes, withinMs } = this.options;
    const until = performance.now() + withinMs;
    let dropped = 0;
    do {
      if (performance.now() > until) {
        return;
      }
      if (dropped < drops) {
        emulator.addFault({ action: 'SendSms', effect: 'drop', latencyMs: LATENCY_MS });
        dropped += 1;
      }
      if (this.freezes < freezes && this.random() < 0.5) {
        this.freezeOne();
      }
      await pause(50 + this.random() * 100);
    } while (!(await isOver()));
  }

  async enqueue(inputs: readonly Input[]): Promise<void> {
    await this.survivor(async (app) => app.call('enqueue', inputs));
  }

  async outcomes(keys: readonly string[]): Promise<Told[]> {
    return this.survivor(async (app) => app.call<Told>('outcome', keys));
  }

  async stop(): Promise<void> {
    this.isOver = true;
    for (const app of this.apps) {
      app.thaw();
      app.kill();
    }
    await Promise.all(this.apps.map(async (app) => app.exited));
    // One of them may just be starting.
    await Promise.all(this.replacements);
  }

  /** Asks one after the other until one lives long enough to answer. */
  private async survivor<T>(ask: (app: QueueApp) => Promise<T>): Promise<T> {
    for (;;) {
      const app = this.apps.findLast((one) => one.isRunning);
      const answer = app && (await Promise.race([ask(app), app.exited.then(() => undefined)]));
      if (answer !== undefined) {
        return answer;
      }
      await pause(100);
    }
  }

  private async add(): Promise<void> {
    const index = this.started;
    this.started += 1;
    const at = this.barriers[index % this.barriers.length] as Barrier;
    const dies =
      index < this.options.kills
        ? { at, after: 1 + Math.floor(this.random() * 5), latencyMs: LATENCY_MS }
        : undefined;
    const app = await QueueApp.start({ ...this.base, dies });
    if (this.isOver) {
      app.kill();
      await app.exited;
      return;
    }
    this.apps.push(app);
    this.replacements.push(this.replace(app, at));
  }

  private async replace(app: QueueApp, at: Barrier): Promise<void> {
    await app.exited;
    this.apps = this.apps.filter((one) => one !== app);
    if (!this.isOver) {
      this.kills[at] = (this.kills[at] ?? 0) + 1;
      await this.add();
    }
  }

  private freezeOne(): void {
    const app = this.apps[Math.floor(this.random() * this.apps.length)];
    if (app !== undefined) {
      this.freezes += 1;
      app.freeze();
      setTimeout(() => {
        app.thaw();
      }, FREEZE_MS);
    }
  }
}

async function enqueue(
  inputs: readonly (Input & { readonly params: object })[],
  queue: Queue,
  crew: Crew,
  mode: StormOptions['mode'],
): Promise<void> {
  if (mode === 'guarded') {
    await crew.enqueue(inputs);
    return;
  }
  await queue.addBulk(
    inputs.map(({ to, params, key }) => ({
      name: 'text',
      data: { to, params },
      opts: {
        jobId: key.replace(' ', '-'),
        attempts: 5,
        backoff: { type: 'fixed', delay: 100 },
      },
    })),
  );
}

/** Whether no job is left to be taken, and no outcome is looked for any more. */
async function isDone(
  queues: readonly Queue[],
  mode: StormOptions['mode'],
  crew: Crew,
  open: Set<string>,
): Promise<boolean> {
  const counts = await Promise.all(
    queues.map(async (queue) =>
      queue.getJobCounts('waiting', 'active', ...(mode === 'naive' ? ['delayed' as const] : [])),
    ),
  );
  const left = counts.flatMap((one) => Object.values(one)).reduce((sum, count) => sum + count, 0);
  if (left > 0 || mode === 'naive') {
    return left === 0;
  }
  const keys = [...open];
  for (const [index, { state }] of (await crew.outcomes(keys)).entries()) {
    if (state === 'done' || state === 'stale') {
      open.delete(keys[index] as string);
    }
  }
  // What waits to be looked for again may be looked for at any time: people promote jobs by hand, too.
  await Promise.all(queues.map(async (queue) => queue.promoteJobs()));
  return open.size === 0;
}

function judge(
  phones: readonly string[],
  inbox: Inbox,
  told: readonly Told[],
): Pick<StormReport, 'doubled' | 'lost' | 'told'> {
  const texts = new Map<string, number>();
  for (const to of inbox.serials.values()) {
    texts.set(to, (texts.get(to) ?? 0) + 1);
  }
  const silent = phones.filter((phone) => !texts.has(phone));
  const isTold = (phone: string): boolean => {
    const status = told[phones.indexOf(phone)]?.outcome?.status;
    return status !== undefined && status !== 'accepted';
  };
  return {
    doubled: [...texts.values()].filter((count) => count > 1).length,
    lost: silent.filter((phone) => !isTold(phone)).length,
    told: silent.filter(isTold).length,
  };
}
