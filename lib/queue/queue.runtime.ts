import { getSharedConfigToken } from '@nestjs/bullmq';
import type { InjectionToken } from '@nestjs/common';
import type { ModuleRef, ModulesContainer } from '@nestjs/core';
import type { Queue } from 'bullmq';
import { resolveDeliveryOptions } from '../delivery/delivery.options.js';
import { DeliveryRuntime } from '../delivery/delivery.runtime.js';
import type { HandlerExplorer } from '../delivery/handlers/handler.explorer.js';
import { SmsDelivery } from '../delivery/sms-delivery.js';
import { SmsOptionsError } from '../errors/options.error.js';
import { SmsSendGuard } from '../guard/send-guard.js';
import { redisDeliveryStore } from '../redis/delivery/redis-delivery.store.js';
import { redisCampaignStore } from '../redis/queue/redis-campaign.store.js';
import { redisQueueStore } from '../redis/queue/redis-queue.store.js';
import type { SmsService } from '../sms.service.js';
import { getSmsServiceToken } from '../sms.tokens.js';
import { withDeadline } from '../time/with-deadline.js';
import { LaneWorker } from './lane.worker.js';
import { LANES } from './lanes.js';
import type { LaneNaming, SmsQueueLane } from './lanes.js';
import { lookAtRedis } from './look-at-redis.js';
import { QueueContext } from './queue-context.js';
import type { QueueParts } from './queue-context.js';
import type { QueueLoad } from './queue-health.js';
import { QueueLogger } from './queue.logger.js';
import type { ResolvedQueueOptions } from './queue.options.js';
import type { SmsSettlement } from '../delivery/settlement.js';
import { ChunkRunner } from './campaigns/chunk.runner.js';
import { closeFirst } from './close-first.js';
import { closeWithin } from './close-within.js';

/** Below these, what is safe for tests is not for phones. */
const FULL = { sendWithin: 30_000, lock: 30_000, stalled: 30_000 };

/** Jobs at either end of a lane, of which the oldest one counts: what was put back may be at any place. */
const LOOKED_AT = 4;

/** How long the end of an app waits once more where its workers did not end in time. */
const LATE_MS = 500;

/** What the module has of its app. */
export interface QueueSurroundings {
  readonly modules: ModuleRef;
  readonly container: ModulesContainer;
  readonly explorer: HandlerExplorer;
  readonly configKey: string | undefined;
}

/** What a module has running, from its start to its end. */
export class QueueRuntime {
  readonly context: QueueContext;
  private readonly logger = new QueueLogger();
  private workers: readonly LaneWorker[] = [];
  private isLate = false;
  /** Where the app has no module of deliveries. */
  private ownDelivery: DeliveryRuntime | undefined;
  private leaveDelivery: (() => void) | undefined;

  constructor(
    private readonly options: ResolvedQueueOptions,
    private readonly naming: LaneNaming,
    private readonly queues: Readonly<Record<SmsQueueLane, Queue>>,
    private readonly app: QueueSurroundings,
  ) {
    this.context = new QueueContext(options, naming, queues, this.logger, () => this.assemble());
  }

  /** Has the module begin after all others, and end before them: its workers use what those have. */
  takePlace(): void {
    closeFirst(this.app.container, this);
  }

  /**
   * Begins to take jobs.
   *
   * @throws SmsOptionsError when the account, BullMQ's connection or a store of deliveries is not there.
   */
  async start(): Promise<void> {
    this.assertConnected();
    const { context, options } = this;
    // Assembled before jobs come, so that what is missing ends the start.
    context.now();
    this.hearSettlements();
    await this.ownDelivery?.start(this.app.explorer.explore());
    this.warn();
    if (options.works) {
      this.workers = LANES.map(
        (lane) =>
          new LaneWorker(lane, context, () => {
            this.stopForAWhile();
          }),
      );
      for (const worker of this.workers) {
        worker.start();
      }
    }
  }

  /** Takes no more jobs, and waits for the texts in flight. */
  async stop(): Promise<void> {
    this.context.stopLoading();
    const { shutdownTimeoutMs } = this.options;
    const ends = await Promise.all(
      this.workers.map(async (worker) => worker.close(shutdownTimeoutMs)),
    );
    const left = ends.filter((one) => one !== undefined);
    this.isLate = left.length > 0;
    const jobs = left.reduce((sum, one) => sum + one, 0);
    if (jobs > 0) {
      this.logger.onLeft(jobs);
    }
    await this.ownDelivery?.stop();
  }

  /** After requests of the app have ended: until then they may queue texts. */
  async close(): Promise<void> {
    this.leaveDelivery?.();
    // What was left in flight, or waited for Redis, has had its time.
    const timeoutMs = this.isLate ? LATE_MS : this.options.shutdownTimeoutMs;
    await Promise.all([
      withDeadline(async () => this.context.close(), { timeoutMs, onTimeout: () => undefined }),
      // Before BullModule, which waits for Redis without an end.
      ...LANES.map(async (lane) => closeWithin(this.queues[lane], timeoutMs, () => undefined)),
    ]);
  }

  /** @throws what Redis throws. */
  async probe(): Promise<QueueLoad> {
    const { context } = this;
    const lanes = LANES.map((lane) => this.queues[lane]);
    const [counts, oldest, paused, stats] = await Promise.all([
      Promise.all(
        lanes.map(async (queue) =>
          queue.getJobCounts('waiting', 'prioritized', 'delayed', 'active', 'failed'),
        ),
      ),
      Promise.all(
        lanes.flatMap((queue) =>
          [true, false].map(async (asc) => queue.getJobs(['waiting'], 0, LOOKED_AT, asc)),
        ),
      ),
      context.guard.paused(),
      context.store.stats(),
    ]);
    const sum = (...names: string[]): number =>
      counts.reduce(
        (all, one) => all + names.reduce((more, name) => more + (one[name] ?? 0), 0),
        0,
      );
    const dueAt = oldest.flat().map((job) => (job.data as { readonly at: number }).at);
    const now = context.now();
    return {
      waiting: sum('waiting', 'prioritized'),
      delayed: sum('delayed'),
      active: sum('active'),
      failed: sum('failed'),
      oldestAgeMs: dueAt.length === 0 ? undefined : Math.max(0, now - Math.min(...dueAt)),
      paused: paused.map(({ lane, reason }) => ({ lane: lane as SmsQueueLane, reason })),
      settling: stats.settling,
      stopped: context.guard.fault?.code,
    };
  }

  /** What became of rows whose outcome was open. */
  private hearSettlements(): void {
    const { context } = this;
    if (!context.hasCampaigns) {
      return;
    }
    const runner = new ChunkRunner(context.campaigns, context);
    this.leaveDelivery = context.delivery.parts.invite({
      name: `SmsCampaigns ${this.naming.queue} ${this.naming.account}`,
      mark: { kind: 'settled' },
      call: async (body) => runner.settle(body as SmsSettlement),
    });
  }

  private stopForAWhile(): void {
    for (const worker of this.workers) {
      worker.stopForAWhile();
    }
  }

  private assemble(): QueueParts {
    const { options, naming, context } = this;
    const sms = this.findService();
    const store =
      options.store ?? redisQueueStore(options.redis as never, { prefix: naming.queue });
    const secrets = options.secrets();
    const delivery = this.findDelivery();
    const guard = new SmsSendGuard({
      sms,
      delivery,
      store,
      secrets: secrets.length > 0 ? secrets : undefined,
      sendWithin: options.sendWithinMs,
      marketingWindow: options.marketingWindow,
      budget: options.budget,
      probeEvery: options.probeEvery,
      name: context.account,
    });
    const campaigns =
      options.campaigns ??
      (options.redis && redisCampaignStore(options.redis, { prefix: `${naming.queue}-campaign` }));
    return { store, guard, sms, delivery, campaigns, now: () => sms.now().getTime() };
  }

  private findDelivery(): SmsDelivery {
    const found = this.find(SmsDelivery);
    if (found !== undefined) {
      return found;
    }
    const { redis } = this.options;
    if (redis === undefined) {
      throw new SmsOptionsError([
        {
          field: 'store',
          message:
            'SmsQueueModule: there is no SmsDeliveryModule to settle texts with: import SmsDeliveryModule.forRoot({ store: redisDeliveryStore(client) }), or give your Redis client as redis.',
        },
      ]);
    }
    const { account, queue } = this.naming;
    this.ownDelivery = new DeliveryRuntime(
      resolveDeliveryOptions({
        accounts: [account],
        store: redisDeliveryStore(redis, { prefix: `${queue}-delivery` }),
      }),
      this.app.modules,
      undefined,
    );
    return new SmsDelivery(this.ownDelivery.context);
  }

  private findService(): SmsService {
    const { account } = this.naming;
    const service = this.find(getSmsServiceToken(this.context.account));
    if (service === undefined) {
      throw new SmsOptionsError([
        {
          field: 'account',
          message: `SmsQueueModule: account names "${account}", and there is no such account: import SmsModule.forRoot for it, too.`,
        },
      ]);
    }
    return service;
  }

  /** Without it BullMQ would try a Redis on this machine, and go on trying. */
  private assertConnected(): void {
    const { configKey } = this.app;
    if (this.find(getSharedConfigToken(configKey)) === undefined) {
      const call = configKey === undefined ? '' : `'${configKey}', `;
      throw new SmsOptionsError([
        {
          field: 'configKey',
          message: `SmsQueueModule: BullMQ has no connection: import BullModule.forRoot(${call}{ connection }).`,
        },
      ]);
    }
  }

  private warn(): void {
    const { options, logger } = this;
    const given = {
      sendWithin: options.sendWithinMs,
      lock: options.lockMs,
      stalled: options.stalledMs,
    };
    const hurried = (['sendWithin', 'lock', 'stalled'] as const).filter(
      (name) => given[name] < FULL[name],
    );
    if (hurried.length > 0) {
      logger.onHurried(hurried);
    }
    if (this.context.cipher === undefined && process.env['NODE_ENV'] === 'production') {
      logger.onUnencrypted();
    }
    void this.warnOfRedis();
  }

  private async warnOfRedis(): Promise<void> {
    const { evictionPolicy, keepsAof } = await lookAtRedis(this.queues.notification);
    if (evictionPolicy !== undefined && evictionPolicy !== 'noeviction') {
      this.logger.onEviction(evictionPolicy);
    }
    if (keepsAof === false) {
      this.logger.onNoAof();
    }
  }

  private find<T>(token: InjectionToken<T>): T | undefined {
    try {
      return this.app.modules.get<T>(token, { strict: false });
    } catch {
      // Nest throws for nothing else than that there is no such provider.
      return undefined;
    }
  }
}
