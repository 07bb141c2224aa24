import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { ClosableTransport, InFlight } from './client/in-flight.js';
import { ConnectionUser } from './http/shared-connections.js';
import type { SmsTransport } from './http/transport.js';
import { SmsAccount, createTransport } from './sms.account.js';
import type { SmsAccountParts } from './sms.account.js';
import { toBootError } from './sms.boot-checks.js';
import { areSameOptions, resolveSmsOptions } from './sms.options.js';
import type { ResolvedSmsOptions, SmsModuleOptions } from './sms.options.js';
import type { SmsService } from './sms.service.js';
import { findReplacedParts } from './sms.replaced-parts.js';
import type { ReplacedParts } from './sms.replaced-parts.js';
import { findTestHooks } from './sms.test-hooks.js';

/** Accounts that are kept; of more, the one that was asked for the longest time ago is forgotten. */
const MAX_ACCOUNTS = 1000;

/**
 * Accounts that are only known at run time, such as those of the tenants of a SaaS, each under a key of
 * yours.
 *
 * A service owns no connection: all share those to the same endpoint. Of more than 1,000 accounts, the
 * one that was asked for the longest time ago is forgotten, which ends none of its sends, and `open`
 * makes it anew.
 *
 * @example
 * const sms = accounts.get(tenantId) ?? accounts.open(tenantId, await loadOptions(tenantId));
 */
@Injectable()
export class SmsAccounts implements OnApplicationShutdown {
  /** Held in a closure, so that `util.inspect` prints neither keys nor accounts. */
  private readonly state: () => State;

  constructor(@Inject(ModulesContainer) modules: ModulesContainer) {
    const state: State = {
      open: new Map(),
      made: new Set(),
      accountOf: new WeakMap(),
      sweepAt: MAX_ACCOUNTS,
      warned: new Set(),
      user: new ConnectionUser(),
      findReplaced: () => findReplacedParts(modules),
    };
    this.state = () => state;
  }

  /**
   * The service of an account. Where it is open with the same options, that one: data is compared member
   * by member; functions, such as a provider of credentials, and instances of classes by identity. With
   * other options a new service takes its place, and what is in flight ends on the old one.
   *
   * @param key text of yours, such as the id of a tenant; `account` in logs and traces
   * @param options as for `SmsModule.forRoot`, without `name` and `isGlobal`
   * @throws SmsOptionsError listing every bad field; what was open under the key then stays.
   */
  open(key: string, options: SmsModuleOptions): SmsService {
    assertKey(key);
    const state = this.state();
    const resolved = resolveSmsOptions(options);
    const found = touch(state, key);
    if (found !== undefined && areSameOptions(found.given, resolved)) {
      return found.sms;
    }
    const account = createAccount(state, key, resolved);
    state.open.delete(key);
    state.open.set(key, account);
    if (state.open.size > MAX_ACCOUNTS) {
      const [oldest] = state.open.keys();
      state.open.delete(oldest as string);
    }
    return account.sms;
  }

  /**
   * The service of an account; `undefined` where it is not open, or was forgotten.
   *
   * @throws SmsOptionsError when the key is not text.
   */
  get(key: string): SmsService | undefined {
    assertKey(key);
    return touch(this.state(), key)?.sms;
  }

  /**
   * Closes an account, such as that of a tenant who left: `get` no longer gives it. Waits for its sends
   * in flight, its `shutdownTimeoutMs` at most, and its service refuses new ones with `SMS_SHUT_DOWN` as
   * long after that. Does nothing where the account is not open. A `transport` of your own stays open.
   *
   * @throws SmsOptionsError when the key is not text.
   */
  async close(key: string): Promise<void> {
    assertKey(key);
    const { open } = this.state();
    const account = open.get(key);
    open.delete(key);
    await account?.shutDown(account.closing.alone, { reason: 'The account is closed.' });
  }

  /** Shuts all accounts down as `SmsModule` does its own, also those that were forgotten. */
  async onApplicationShutdown(): Promise<void> {
    const state = this.state();
    await (state.shutdown ??= shutDown(state));
  }
}

interface State {
  /** By key; the one asked for last is at the end. */
  readonly open: Map<string, OpenAccount>;
  /** What may still be in use: a service that was forgotten or replaced works on. */
  readonly made: Set<WeakRef<InFlight>>;
  /** Of these, since all that an account has in flight holds it. */
  readonly accountOf: WeakMap<InFlight, OpenAccount>;
  /** Size of `made` at which it is searched for what is in use no more. */
  sweepAt: number;
  /** Keys whose doubts were told: one that is opened over and over must not fill the log. */
  readonly warned: Set<string>;
  /** Holds the connections of all accounts. */
  readonly user: ConnectionUser;
  /** What a test has put in the place of the accounts' own. */
  readonly findReplaced: () => ReplacedParts;
  shutdown?: Promise<void>;
  /** When the shutdown no longer waited, by the monotonic clock. */
  shutDownAt?: number;
}

/** How an account ends: by itself, which closes no connection of others, or with all of them. */
interface Closing {
  readonly alone: ClosableTransport;
  readonly withAll: ClosableTransport;
}

class OpenAccount extends SmsAccount {
  constructor(
    /** As they were given, for the next `open`. */
    readonly given: ResolvedSmsOptions,
    parts: SmsAccountParts,
    readonly closing: Closing,
  ) {
    super(withKitClock(given, parts.transport), parts);
  }
}

function touch({ open }: State, key: string): OpenAccount | undefined {
  const found = open.get(key);
  if (found !== undefined) {
    open.delete(key);
    open.set(key, found);
  }
  return found;
}

function createAccount(state: State, name: string, options: ResolvedSmsOptions): OpenAccount {
  const { user, made, accountOf, warned } = state;
  const { signer, transport: replaced } = state.findReplaced();
  const given = replaced ?? options.transport;
  const transport = given ?? createTransport(options.connection(), user);
  const closing = given === undefined ? closingOwn(transport, user) : closingGiven(transport);
  const account = new OpenAccount(options, { name, signer, transport }, closing);
  sweep(state);
  made.add(new WeakRef(account.inFlight));
  accountOf.set(account.inFlight, account);
  if (state.shutdown !== undefined) {
    endLate(account, state);
  }
  if (!warned.has(name) && warned.size < MAX_ACCOUNTS) {
    warned.add(name);
    account.warnOfDoubts();
  }
  return account;
}

function closingOwn(transport: SmsTransport, user: ConnectionUser): Closing {
  const close = async (): Promise<void> => transport.close?.();
  return {
    alone: { closeIdle: () => undefined, close },
    withAll: { closeIdle: async () => user.leave(), close },
  };
}

/** Other accounts may have the same one. */
function closingGiven(transport: SmsTransport): Closing {
  return { alone: {}, withAll: transport };
}

async function shutDown(state: State): Promise<void> {
  const accounts = [...state.made]
    .map((one) => one.deref())
    .map((one) => one && state.accountOf.get(one));
  await Promise.allSettled(
    accounts.map(async (account) => account?.shutDown(account.closing.withAll)),
  );
  state.shutDownAt = performance.now();
  await state.user.leave();
}

/** An account that a part of the app opens while it is closing: it ends when the others do. */
function endLate(account: OpenAccount, { shutDownAt }: State): void {
  const { shutdownTimeoutMs } = account.options;
  const sinceMs = shutDownAt === undefined ? 0 : performance.now() - shutDownAt;
  const leftMs = Math.max(0, Math.ceil(shutdownTimeoutMs - sinceMs));
  // Nothing is in flight, and no caller waits for it.
  account.shutDown(account.closing.withAll, { timeoutMs: leftMs }).catch(() => undefined);
}

/** Keys and tenants come and go; `made` may be no longer than twice what is in use. */
function sweep(state: State): void {
  const { made } = state;
  if (made.size >= state.sweepAt) {
    for (const one of made) {
      if (one.deref() === undefined) {
        made.delete(one);
      }
    }
    state.sweepAt = Math.max(MAX_ACCOUNTS, made.size * 2);
  }
}

function withKitClock(options: ResolvedSmsOptions, transport: SmsTransport): ResolvedSmsOptions {
  const hooks = findTestHooks(transport);
  return hooks === undefined || options.given()['now'] !== undefined
    ? options
    : { ...options, now: () => new Date(hooks.now()) };
}

/** @throws SmsOptionsError when it is not text. */
function assertKey(key: unknown): void {
  if (typeof key !== 'string' || key.trim() === '') {
    throw toBootError('key', 'key is not usable: expected text, such as the id of a tenant.');
  }
}
