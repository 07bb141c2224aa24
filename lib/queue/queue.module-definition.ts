import { randomUUID } from 'node:crypto';
import { BullModule, getQueueToken } from '@nestjs/bullmq';
import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { FactoryProvider, Provider, ValueProvider } from '@nestjs/common';
import {
  DiscoveryModule,
  DiscoveryService,
  ModuleRef,
  ModulesContainer,
  Reflector,
} from '@nestjs/core';
import type { Queue } from 'bullmq';
import { HandlerExplorer } from '../delivery/handlers/handler.explorer.js';
import { SmsOptionsError } from '../errors/options.error.js';
import type { SmsFieldIssue } from '../errors/sms.error.js';
import { DEFAULT_ACCOUNT, LANES, toQueueName } from './lanes.js';
import type { LaneNaming, SmsQueueLane } from './lanes.js';
import { getQueueHealthToken } from './queue-health.js';
import type { QueueHealth } from './queue-health.js';
import { resolveQueueOptions } from './queue.options.js';
import type { ResolvedQueueOptions, SmsQueueModuleOptions } from './queue.options.js';
import { QueueRuntime } from './queue.runtime.js';
import { SMS_QUEUE_OPTIONS, getSmsCampaignsToken, getSmsQueueToken } from './queue.tokens.js';
import { SmsCampaigns } from './campaigns/sms-campaigns.js';
import { SmsQueue } from './sms-queue.js';

/** What a class given as `useClass` or `useExisting` must have. */
export interface SmsQueueOptionsFactory {
  /** Called once, while the app starts; what it throws stops the start. */
  createSmsQueueOptions(): SmsQueueModuleOptions | Promise<SmsQueueModuleOptions>;
}

/** What is known before the app starts: names and places. Beside `useFactory` in `forRootAsync`. */
export interface SmsQueueModuleExtras {
  /**
   * Makes `SmsQueue` injectable everywhere without importing the module again.
   * @default false
   */
  isGlobal?: boolean | undefined;
  /**
   * Name of the module, for an app with several: its service is injected with `@InjectSmsQueue(name)`.
   * @default none: the plain `SmsQueue`
   */
  name?: string | undefined;
  /**
   * Name of the account of `SmsModule` that sends; `default` is the one without a name.
   * @default 'default'
   */
  account?: string | undefined;
  /**
   * What the queues in BullMQ are called before account and kind: `<queue>-<account>-verification`,
   * `-notification` and `-marketing`.
   * @default 'tencent-sms'
   */
  queue?: string | undefined;
  /**
   * Key of the `BullModule.forRoot` whose connection is used.
   * @default none: the one without a key
   */
  configKey?: string | undefined;
}

/** Token of what runs inside the module, whatever its name is. */
export const OWN_RUNTIME = Symbol('nestjs-tencentcloud-sms:queue-runtime');

const DEFAULT_QUEUE = 'tencent-sms';
/** Nothing here reads events; BullMQ keeps ten times as many. */
const EVENTS_KEPT = 1000;

export const { ConfigurableModuleClass, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<SmsQueueModuleOptions>({
    moduleName: 'SmsQueue',
    optionsInjectionToken: SMS_QUEUE_OPTIONS,
  })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createSmsQueueOptions')
    .setExtras<SmsQueueModuleExtras>(
      {
        isGlobal: false,
        name: undefined,
        account: undefined,
        queue: undefined,
        configKey: undefined,
      },
      (definition, { isGlobal, name, configKey, ...given }) => {
        const { account = DEFAULT_ACCOUNT, queue = DEFAULT_QUEUE } = given;
        const naming: LaneNaming = { account, queue };
        assertNames({ name, account, queue });
        const token = getSmsQueueToken(name);
        const lanes = BullModule.registerQueue(
          ...LANES.map((lane) => ({
            name: toQueueName(naming, lane),
            configKey,
            streams: { events: { maxLen: EVENTS_KEPT } },
            // Those of the shared configuration would repeat jobs, or remove them at once.
            defaultJobOptions: {},
          })),
        );
        const providers: Provider[] = [
          ...(definition.providers ?? []).map(resolvingOptions),
          // As in SmsModule: modules that look alike are told apart by an id.
          { provide: 'SMS_QUEUE_MODULE_ID', useValue: randomUUID() },
          {
            provide: HandlerExplorer,
            inject: [DiscoveryService, Reflector],
            useFactory: (discovery: DiscoveryService, reflector: Reflector) =>
              new HandlerExplorer(discovery, reflector),
          },
          {
            provide: OWN_RUNTIME,
            inject: [
              SMS_QUEUE_OPTIONS,
              ModuleRef,
              ModulesContainer,
              HandlerExplorer,
              ...LANES.map((lane) => getQueueToken(toQueueName(naming, lane))),
            ],
            useFactory: (
              options: ResolvedQueueOptions,
              modules: ModuleRef,
              container: ModulesContainer,
              explorer: HandlerExplorer,
              ...queues: Queue[]
            ) =>
              new QueueRuntime(options, naming, toRecord(queues), {
                modules,
                container,
                explorer,
                configKey,
              }),
          },
          {
            provide: token,
            inject: [OWN_RUNTIME],
            useFactory: ({ context }: QueueRuntime) => new SmsQueue(context),
          },
          {
            provide: getSmsCampaignsToken(name),
            inject: [OWN_RUNTIME],
            useFactory: ({ context }: QueueRuntime) => new SmsCampaigns(context),
          },
          {
            provide: getQueueHealthToken(name),
            inject: [OWN_RUNTIME],
            useFactory: (runtime: QueueRuntime): QueueHealth => ({
              probe: async () => runtime.probe(),
            }),
          },
        ];
        return {
          ...definition,
          global: isGlobal,
          imports: [...(definition.imports ?? []), DiscoveryModule, lanes],
          providers,
          exports: [token, getSmsCampaignsToken(name), lanes],
        };
      },
    )
    .build();

/** Checks the options inside the provider, so that the container keeps no secret that is printed. */
function resolvingOptions(provider: Provider): Provider {
  if (!('provide' in provider) || provider.provide !== SMS_QUEUE_OPTIONS) {
    return provider;
  }
  if ('useValue' in provider) {
    const { useValue } = provider as ValueProvider<SmsQueueModuleOptions>;
    return { provide: SMS_QUEUE_OPTIONS, useFactory: () => resolveQueueOptions(useValue) };
  }
  const { useFactory, ...rest } = provider as FactoryProvider<SmsQueueModuleOptions>;
  return {
    ...rest,
    useFactory: async (...injected: unknown[]) =>
      resolveQueueOptions(await useFactory(...injected)),
  };
}

function toRecord(queues: readonly Queue[]): Record<SmsQueueLane, Queue> {
  return Object.fromEntries(LANES.map((lane, index) => [lane, queues[index]])) as Record<
    SmsQueueLane,
    Queue
  >;
}

/** @throws SmsOptionsError: BullMQ takes no colon, and parts of names are joined. */
function assertNames(names: Readonly<Record<string, string | undefined>>): void {
  const issues = Object.entries(names)
    .filter(([, given]) => given !== undefined && !isName(given))
    .map(([field]): SmsFieldIssue => ({
      field,
      message: `SmsQueueModule: ${field} is not usable: expected 1 to 100 characters without colons, braces and blanks.`,
    }));
  if (issues.length > 0) {
    throw new SmsOptionsError(issues);
  }
}

function isName(given: unknown): boolean {
  return typeof given === 'string' && /^[^:{}\s]{1,100}$/.test(given);
}
