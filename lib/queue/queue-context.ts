import type { Queue } from 'bullmq';
import type { SmsDelivery } from '../delivery/sms-delivery.js';
import { SmsOptionsError } from '../errors/options.error.js';
import type { SmsCampaignStore } from '../guard/campaign.store.js';
import { KeyDigests } from '../guard/key-digests.js';
import { parseMarketingWindow } from '../guard/marketing-window.js';
import type { MarketingWindow } from '../guard/marketing-window.js';
import type { SmsQueueStore } from '../guard/queue.store.js';
import type { SmsSendGuard } from '../guard/send-guard.js';
import type { SmsService } from '../sms.service.js';
import { JobCipher } from './job-cipher.js';
import { DEFAULT_ACCOUNT } from './lanes.js';
import type { LaneNaming, SmsQueueLane } from './lanes.js';
import { queueChannel } from './queue-channel.js';
import type { SmsQueueTrace } from './queue-channel.js';
import type { QueueLogger } from './queue.logger.js';
import type { ResolvedQueueOptions } from './queue.options.js';

/** What a module needs of the app, once the app has been put together. */
export interface QueueParts {
  readonly store: SmsQueueStore;
  readonly guard: SmsSendGuard;
  readonly sms: SmsService;
  readonly delivery: SmsDelivery;
  /** Where there is a Redis for it. */
  readonly campaigns: SmsCampaignStore | undefined;
  /** The account's time: milliseconds since 1970. */
  readonly now: () => number;
}

/** What loads a campaign. */
interface Loader {
  run(): Promise<void>;
  stop(): void;
}

/** What the parts of the module share. */
export class QueueContext {
  readonly cipher: JobCipher | undefined;
  readonly window: MarketingWindow;
  readonly digests: KeyDigests;
  private parts: QueueParts | undefined;
  private readonly loaders = new Map<Loader, Promise<void>>();

  constructor(
    readonly options: ResolvedQueueOptions,
    readonly naming: LaneNaming,
    private readonly queues: Readonly<Record<SmsQueueLane, Queue>>,
    readonly logger: QueueLogger,
    private readonly assemble: () => QueueParts,
  ) {
    const secrets = options.secrets();
    this.digests = new KeyDigests(options.secrets, naming.account);
    this.window = parseMarketingWindow(options.marketingWindow) as MarketingWindow;
    this.cipher = secrets.length > 0 ? new JobCipher(secrets) : undefined;
  }

  get guard(): SmsSendGuard {
    return this.ready().guard;
  }

  get store(): SmsQueueStore {
    return this.ready().store;
  }

  get sms(): SmsService {
    return this.ready().sms;
  }

  get delivery(): SmsDelivery {
    return this.ready().delivery;
  }

  /** @throws SmsOptionsError where there is none. */
  get campaigns(): SmsCampaignStore {
    const { campaigns } = this.ready();
    if (campaigns === undefined) {
      throw new SmsOptionsError([
        {
          field: 'campaigns',
          message:
            'SmsQueueModule: campaigns is missing: give redisCampaignStore(client), or your Redis client as redis.',
        },
      ]);
    }
    return campaigns;
  }

  get hasCampaigns(): boolean {
    return this.ready().campaigns !== undefined;
  }

  /** Name of the account; `undefined` for the one without a name. */
  get account(): string | undefined {
    const { account } = this.naming;
    return account === DEFAULT_ACCOUNT ? undefined : account;
  }

  /** Whether codes would stand in jobs as they are, where that is not to be. */
  get refusesCodes(): boolean {
    return this.cipher === undefined && process.env['NODE_ENV'] === 'production';
  }

  now(): number {
    return this.ready().now();
  }

  queueOf(lane: SmsQueueLane): Queue {
    return this.queues[lane];
  }

  /** @throws SmsOptionsError where this process only sends. */
  assertProduces(): void {
    if (!this.options.produces) {
      throw new SmsOptionsError([
        {
          field: 'role',
          message: 'SmsQueueModule: role is "worker", so that this process queues nothing.',
        },
      ]);
    }
  }

  publish(trace: Omit<SmsQueueTrace, 'account'>): void {
    if (queueChannel.hasSubscribers) {
      queueChannel.publish({ account: this.account, ...trace });
    }
  }

  /** Has a loader run until its end, or that of the module. */
  load(loader: Loader): void {
    const running = loader.run().finally(() => {
      this.loaders.delete(loader);
    });
    this.loaders.set(loader, running);
  }

  /** Other instances, and later calls, may load on. */
  stopLoading(): void {
    for (const loader of this.loaders.keys()) {
      loader.stop();
    }
  }

  /** Where the start failed there is nothing to close. */
  async close(): Promise<void> {
    await this.parts?.guard.close();
    await this.parts?.campaigns?.close?.();
  }

  // Later than the app's providers: the account and the deliveries are providers themselves.
  private ready(): QueueParts {
    this.parts ??= this.assemble();
    return this.parts;
  }
}
