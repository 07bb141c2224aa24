import type { HttpAdapterHost, ModuleRef } from '@nestjs/core';
import { SmsOptionsError } from '../errors/options.error.js';
import type { SmsService } from '../sms.service.js';
import { findTestHooks } from '../sms.test-hooks.js';
import { SMS_TRANSPORT, getSmsServiceToken } from '../sms.tokens.js';
import type { Clock } from '../time/clock.js';
import { AllowList } from './callback/allow-list.js';
import { CallbackPath } from './callback/callback-path.js';
import { CallbackRoute } from './callback/callback-route.js';
import { publishChanges } from './delivery-channel.js';
import { DeliveryContext } from './delivery-context.js';
import type { DeliveryLoad } from './delivery-health.js';
import { DeliveryLogger } from './delivery.logger.js';
import { DeliveryObserver } from './delivery.observer.js';
import type { ResolvedDeliveryOptions } from './delivery.options.js';
import { ChangeDispatcher } from './handlers/change.dispatcher.js';
import type { DeliveryHandler } from './handlers/delivery-handler.js';
import { QueuePuller } from './pulling/queue.puller.js';
import { LookRunner } from './settling/look.runner.js';
import { RecordLookup } from './settling/record-lookup.js';
import type { LookupContext } from './settling/record-lookup.js';
import { takeTurn } from './settling/take-turn.js';
import { MemoryDeliveryStore } from './store/memory-delivery.store.js';
import type {
  SmsDeliveryChange,
  SmsDeliveryStore,
  SmsDeliveryText,
  SmsTextChange,
} from './store/delivery.store.js';
import { WriteBehind } from './write-behind.js';

/** The name of the account without one, in options. */
const DEFAULT_ACCOUNT = 'default';

/** Most texts and replies that wait for a store that is out of reach. */
const MAX_TEXTS = 10_000;
const MAX_REPLIES = 1_000;

/** What a module has running, from its start to its end. */
export class DeliveryRuntime {
  readonly context: DeliveryContext;
  private readonly logger = new DeliveryLogger();
  private readonly stops: (() => void)[] = [];
  private writes: WriteBehind<SmsDeliveryText, readonly SmsTextChange[]> | undefined;
  private replies: WriteBehind<SmsDeliveryChange> | undefined;
  private isRouted = false;
  private clock: Clock = Date.now;
  private pullers: readonly QueuePuller[] = [];

  constructor(
    private readonly options: ResolvedDeliveryOptions,
    private readonly modules: ModuleRef,
    host: HttpAdapterHost | undefined,
  ) {
    this.context = new DeliveryContext(
      options.store,
      options.accounts,
      this.logger,
      options.times.settle !== undefined,
    );
    this.route(host);
  }

  /**
   * Begins to see sends, and to call handlers.
   *
   * @throws SmsOptionsError when an account is not there.
   */
  async start(handlers: readonly DeliveryHandler[]): Promise<void> {
    const { context, options } = this;
    context.handlers = handlers;
    if (options.callback() !== undefined && !this.isRouted) {
      this.logger.onNoServer();
    }
    const services = options.accounts.map((name) => this.findService(name));
    if (options.store === undefined) {
      return;
    }
    this.bindClock(options.store, services[0]);
    this.observe(options.store, services);
    context.dispatcher = new ChangeDispatcher(options.store, [...handlers, ...context.guests], {
      onHandlerFailed: (name, error, body) => {
        this.logger.onHandlerFailed(name, error, body);
      },
      onStoreFailed: (error) => {
        this.logger.onStoreFailed(error);
      },
    });
    await context.dispatcher.start();
    this.look(options.store, services);
    this.pull(options.store, services);
  }

  /**
   * What the store has; `undefined` without one.
   *
   * @throws what the store throws.
   */
  async probe(): Promise<DeliveryLoad | undefined> {
    const { store } = this.options;
    if (store === undefined) {
      return undefined;
    }
    const stats = await store.stats();
    const { newestReportAt } = stats;
    return {
      ...stats,
      dropped: stats.dropped + (this.writes?.dropped ?? 0) + (this.replies?.dropped ?? 0),
      // Not negative where the store tells the time by another clock.
      newestReportAgeMs:
        newestReportAt === undefined ? undefined : Math.max(0, this.clock() - newestReportAt),
    };
  }

  /** Ends what looks and listens; what is in flight ends first. */
  async stop(): Promise<void> {
    for (const stop of this.stops.splice(0)) {
      stop();
    }
    await Promise.all([this.context.looks?.stop(), ...this.pullers.map((one) => one.stop())]);
    await this.context.dispatcher?.stop();
    // What comes from now on is not kept here, so that Tencent is asked to push it again.
    this.context.replies = undefined;
    await Promise.all([this.writes?.stop(), this.replies?.stop()]);
    await this.options.store?.close?.();
  }

  // While providers are made: later, the body parser of Express would stand before the route.
  private route(host: HttpAdapterHost | undefined): void {
    const callback = this.options.callback();
    if (callback === undefined) {
      return;
    }
    const { path, secrets, allow } = callback;
    const route = new CallbackRoute(
      new CallbackPath(path, secrets),
      allow === undefined ? undefined : new AllowList(allow),
      async (body) => {
        await this.context.take(body);
      },
    );
    route.register(host ?? {}, () => {
      this.isRouted = true;
      this.logger.onRoute(path);
    });
  }

  private bindClock(store: SmsDeliveryStore, service: SmsService | undefined): void {
    const hooks = findTestHooks(this.modules.get(SMS_TRANSPORT, { strict: false }));
    this.clock = () => hooks?.now() ?? service?.now().getTime() ?? Date.now();
    if (!(store instanceof MemoryDeliveryStore)) {
      return;
    }
    store.bindClock(this.clock);
    if (process.env['NODE_ENV'] === 'production') {
      this.logger.onMemoryStore();
    }
  }

  private observe(store: SmsDeliveryStore, services: readonly SmsService[]): void {
    const { track, isRequired, accounts, times } = this.options;
    const onFailed = (error: unknown): void => {
      this.logger.onStoreFailed(error);
    };
    const writes = new WriteBehind({
      write: (texts: readonly SmsDeliveryText[]) =>
        writesAtOnce(store) ? store.putNow(texts) : store.put(texts),
      onWritten: (changes) => {
        publishChanges(changes);
        // Texts alone are nothing that handlers wait for: each send would make the outbox be looked at.
        if (changes.length > 0) {
          this.context.dispatcher?.wake();
        }
      },
      onFailed,
      most: MAX_TEXTS,
    });
    this.writes = writes;
    this.replies = new WriteBehind({
      write: async (replies: readonly SmsDeliveryChange[]) => store.announce(replies),
      onWritten: () => {
        this.context.dispatcher?.wake();
      },
      onFailed,
      most: MAX_REPLIES,
    });
    this.context.replies = this.replies;
    const observers = new Map<string | undefined, DeliveryObserver>();
    for (const [index, service] of services.entries()) {
      const account = toAccount(accounts[index] ?? DEFAULT_ACCOUNT);
      const observer = new DeliveryObserver(store, writes, {
        account,
        track,
        isRequired,
        times,
        isShared: !(store instanceof MemoryDeliveryStore),
        now: () => service.now().getTime(),
        clockOffsetMs: () => service.clockOffsetMs(),
      });
      this.stops.push(service.observeSends(observer));
      observers.set(account, observer);
    }
    const first = toAccount(accounts[0] ?? DEFAULT_ACCOUNT);
    const { reopen } = this.context;
    this.context.reopen = (outcome, account = first) =>
      observers.get(account)?.toOpenText(outcome) ?? reopen(outcome);
  }

  private look(store: SmsDeliveryStore, services: readonly SmsService[]): void {
    const { times, accounts, hurried } = this.options;
    if (hurried.length > 0) {
      this.logger.onHurried(hurried);
    }
    const context: LookupContext = {
      takeTurn: async (account) => takeTurn(store, account),
      onRecordsDenied: (account, code) => {
        this.logger.onRecordsDenied(account, code);
      },
    };
    const lookups = new Map(
      services.map((service, index) => {
        const account = toAccount(accounts[index] ?? DEFAULT_ACCOUNT);
        return [account, new RecordLookup(service, account, context)] as const;
      }),
    );
    this.context.looks = new LookRunner(store, lookups, times, {
      onLooked: (changes) => {
        publishChanges(changes);
        this.context.dispatcher?.wake();
      },
      onLookFailed: (code) => {
        this.logger.onLookFailed(code);
      },
      onStoreFailed: (error) => {
        this.logger.onStoreFailed(error);
      },
    });
    if (times.settle !== undefined || times.catchUp.length > 0) {
      this.context.looks.start();
    }
  }

  private pull(store: SmsDeliveryStore, services: readonly SmsService[]): void {
    const { pullMs: everyMs, accounts } = this.options;
    if (everyMs === undefined) {
      return;
    }
    const byApp = new Map<string, { service: SmsService; names: string[] }>();
    for (const [index, service] of services.entries()) {
      const app = byApp.get(service.sdkAppId) ?? { service, names: [] };
      app.names.push(accounts[index] ?? DEFAULT_ACCOUNT);
      byApp.set(service.sdkAppId, app);
    }
    this.pullers = [...byApp].map(
      ([sdkAppId, { service, names }]) =>
        new QueuePuller(
          service,
          store,
          `pull ${sdkAppId}`,
          { everyMs, accounts: names },
          {
            take: async (reports, replies) => this.context.takeAll(reports, replies),
            onPullFailed: (code) => {
              this.logger.onPullFailed(code);
            },
            onPullDenied: (queue, code) => {
              this.logger.onPullDenied(queue, code);
            },
            onStoreFailed: (error) => {
              this.logger.onStoreFailed(error);
            },
          },
        ),
    );
    for (const puller of this.pullers) {
      puller.start();
    }
  }

  private findService(name: string): SmsService {
    try {
      return this.modules.get(getSmsServiceToken(toAccount(name)), { strict: false });
    } catch {
      throw new SmsOptionsError([
        {
          field: 'accounts',
          message: `accounts names "${name}", and there is no such account: import SmsModule.forRoot for it, too.`,
        },
      ]);
    }
  }
}

function toAccount(name: string): string | undefined {
  return name === DEFAULT_ACCOUNT ? undefined : name;
}

/** Whether it is our store in memory, as it is: not one whose `put` does something else. */
function writesAtOnce(store: SmsDeliveryStore): store is MemoryDeliveryStore {
  return (
    Object.getPrototypeOf(store) === MemoryDeliveryStore.prototype && !Object.hasOwn(store, 'put')
  );
}
