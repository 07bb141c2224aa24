/* oxlint-disable no-await-in-loop -- rounds and sends follow each other */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { SmsModule, getSmsServiceToken } from 'nestjs-tencentcloud-sms';
import type { SmsModuleOptions, SmsOutcome, SmsService } from 'nestjs-tencentcloud-sms';
import { FakeTencent, keyOf } from '../support/fake-tencent.js';
import type { Respond } from '../support/fake-tencent.js';
import { RandomFaults } from './random-faults.js';
import type { Random } from './random-faults.js';

/** What a soak does. */
export interface SoakOptions {
  /** Rows to send at least. */
  sends: number;
  /** The same seed gives the same faults, as far as the network allows. */
  seed: number;
  /** Accounts by name, and how each sends. */
  ways?: Record<string, Partial<SmsModuleOptions>> | undefined;
  /** Changes what the server does. */
  seen?: ((respond: Respond) => Respond) | undefined;
  /** Called after each round. */
  onRound?: ((report: SoakReport) => void) | undefined;
}

/** What is wrong with outcomes, by kind. */
export interface Wrongs {
  /** A phone has one text twice. */
  doubled: number;
  /** An outcome says what is not true. */
  misreported: number;
  /** An outcome is unknown though the server told it. */
  vague: number;
  /** A text was sent that no outcome tells of. */
  'without outcome': number;
}

/** What a soak found. */
export interface SoakReport {
  readonly seed: number;
  /** Rows that have their outcomes. */
  rows: number;
  requests: number;
  readonly outcomes: { accepted: number; rejected: number; unknown: number; duplicates: number };
  readonly wrongs: Wrongs;
  /** The first wrong outcomes. */
  readonly examples: unknown[];
  readonly requestFaults: ReadonlyMap<string, number>;
  readonly numberFaults: ReadonlyMap<string, number>;
}

interface Phone {
  typed: string;
  /** E.164; `undefined` where it can't be one. */
  to: string | undefined;
}

interface Row {
  to: string;
  params: string[];
  ref: string;
  signName?: string;
}

interface Account {
  sms: SmsService;
  /** Whether its connections outlive their requests, so that a late answer makes an outcome unknown. */
  keepsConnections: boolean;
}

interface Ending {
  signal?: AbortSignal;
  notAfter?: number;
}

/** Rows of a round, and what part of them goes by which method. */
const ROUND = 40_000;
const PARTS = { sendMany: 0.4, sendEach: 0.325, stream: 0.2375, trySend: 0.0375 };
/** Rows that are in flight at the end of a round, in proportion to it. */
const LAST_PARTS = { sendMany: 0.025, stream: 0.01, trySend: 0.001 };
const MOST_EXAMPLES = 10;

const CREDENTIALS = { secretId: 'AKIDsoaksoaksoak', secretKey: 'soak-secret-key' };
const TEMPLATE = { templateId: '449739' };
/** Interceptors that ask for redirects, which would execute a request twice. */
const REDIRECTING = {
  transformRequest: [(data: unknown) => data],
  maxRedirects: 5,
  fetchOptions: { redirect: 'follow' },
};
const WAYS: Record<string, Partial<SmsModuleOptions>> = {
  undici: {},
  'axios over undici': { http: { ...REDIRECTING } as SmsModuleOptions['http'] },
  'axios over http': { http: { ...REDIRECTING, adapter: 'http' } as SmsModuleOptions['http'] },
  'axios over fetch': { http: { ...REDIRECTING, adapter: 'fetch' } as SmsModuleOptions['http'] },
};
const KEEPS_CONNECTIONS = new Set(['axios over http', 'axios over fetch']);

/**
 * Sends many texts to a `FakeTencent` that fails in every way, and compares what the library says with
 * what the server did: no phone may be texted twice, and no outcome may be untrue. Requests go over
 * undici and over axios instances that ask for redirects, rows are hostile or use one object again, the
 * loop is blocked now and then, sends have little time, and each round ends in a shutdown.
 */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const { seen = (respond: Respond) => respond } = options;
  const random = randomFrom(options.seed);
  const faults = new RandomFaults(random);
  const tencent = await FakeTencent.start(seen(faults.respond));
  tencent.server.connectWith(faults.connect);
  try {
    return await new Soak(options, random, faults, tencent).run();
  } finally {
    await tencent.stop();
  }
}

/** Whether a soak found anything. */
export function foundWrong({ wrongs }: SoakReport): boolean {
  return Object.values(wrongs).some((count) => count > 0);
}

class Soak {
  private readonly report: SoakReport;
  private readonly ways: Record<string, Partial<SmsModuleOptions>>;
  /** Texts that an outcome of this round tells of. */
  private readonly told = new Set<string>();
  private serial = 0;

  constructor(
    private readonly options: SoakOptions,
    private readonly random: Random,
    private readonly faults: RandomFaults,
    private readonly tencent: FakeTencent,
  ) {
    this.ways = options.ways ?? WAYS;
    this.report = {
      seed: options.seed,
      rows: 0,
      requests: 0,
      outcomes: { accepted: 0, rejected: 0, unknown: 0, duplicates: 0 },
      wrongs: { doubled: 0, misreported: 0, vague: 0, 'without outcome': 0 },
      examples: [],
      requestFaults: faults.ofRequests,
      numberFaults: faults.ofNumbers,
    };
  }

  async run(): Promise<SoakReport> {
    const { options, report } = this;
    while (report.rows < options.sends) {
      await this.round(Math.min(ROUND, options.sends - report.rows));
      options.onRound?.(report);
    }
    return report;
  }

  private async round(size: number): Promise<void> {
    this.tencent.forget();
    this.faults.nextRound();
    this.told.clear();
    const app = await this.startAccounts();
    await Promise.all([
      this.sendMany(app, Math.ceil(size * PARTS.sendMany)),
      this.sendEach(app, Math.ceil(size * PARTS.sendEach), false),
      this.sendEach(app, Math.ceil(size * PARTS.stream), true),
      this.trySend(app, Math.ceil(size * PARTS.trySend)),
    ]);
    await this.shutDown(app, size);
    await this.settled();
    for (const key of this.tencent.sentBy.keys()) {
      if (!this.told.has(key)) {
        this.complain('without outcome', key);
      }
    }
    this.report.requests += this.tencent.received.length;
  }

  /** A new app with an account for each way to send. */
  private async startAccounts(): Promise<TestingModule> {
    const module = await Test.createTestingModule({
      imports: Object.entries(this.ways).map(([name, way]) =>
        SmsModule.forRoot({
          name,
          // Another object each time, so that a refused token is followed by a newer one.
          credentials: () => ({ ...CREDENTIALS }),
          sdkAppId: '1400006666',
          signName: '腾讯云',
          endpoint: this.tencent.url,
          proxy: false,
          timeoutMs: 1500,
          retry: { attempts: 3, baseDelayMs: 2 },
          ...way,
        }),
      ),
    }).compile();
    await module.init();
    return module;
  }

  /** An account at random; most requests go over the first one. */
  private account(app: TestingModule): Account {
    const names = Object.keys(this.ways);
    const name = this.random() < 0.7 ? names[0] : this.oneOf(names);
    const sms = app.get<SmsService>(getSmsServiceToken(name));
    return { sms, keepsConnections: name !== undefined && KEEPS_CONNECTIONS.has(name) };
  }

  /** Closes the app while sends are in flight, and sends on. */
  private async shutDown(app: TestingModule, size: number): Promise<void> {
    const few = Math.ceil(size * LAST_PARTS.trySend);
    const going = [
      this.sendMany(app, Math.ceil(size * LAST_PARTS.sendMany)),
      this.sendEach(app, Math.ceil(size * LAST_PARTS.stream), true),
      this.trySend(app, few),
    ];
    await new Promise((resolve) => {
      setTimeout(resolve, this.random() * 30);
    });
    await Promise.all([...going, app.close(), this.trySend(app, few)]);
    await this.trySend(app, few);
  }

  /** Resolves once the server has read what was written: when no request comes for many turns. */
  private async settled(): Promise<void> {
    const { received } = this.tencent;
    let before = received.length;
    for (let quiet = 0; quiet < 50; quiet += 1) {
      await nextTurn();
      quiet = received.length === before ? quiet : 0;
      before = received.length;
    }
  }

  private async sendMany(app: TestingModule, count: number): Promise<void> {
    const phones = this.phones(count);
    const ending = this.maybeEnding();
    const { sms, keepsConnections } = this.account(app);
    const { outcomes } = await sms.sendMany(
      { ...TEMPLATE, params: ['1'] },
      {
        to: phones.map(({ typed }) => typed),
        concurrency: 5 + Math.floor(this.random() * 20),
        ...ending,
      },
    );
    this.check(phones, outcomes, keepsConnections || ending.signal !== undefined);
    const texted = new Set<string>();
    for (const outcome of outcomes) {
      if (outcome.duplicateOf === undefined && this.timesSent(outcome) > 0) {
        if (texted.has(outcome.to)) {
          this.complain('doubled', outcome);
        }
        texted.add(outcome.to);
      }
    }
  }

  private async sendEach(app: TestingModule, count: number, asStream: boolean): Promise<void> {
    const phones = this.phones(count);
    const { sms, keepsConnections } = this.account(app);
    const list = phones.map((phone, index) => this.toRow(phone, index));
    const ending = this.maybeEnding();
    const outcomes: SmsOutcome[] = [];
    try {
      const source = asStream ? reusingOneObject(list) : list;
      for await (const outcome of sms.sendEach(TEMPLATE, source, ending)) {
        outcomes.push(outcome);
      }
    } catch (error) {
      const { name, code } = error as { name?: string; code?: string };
      if (!asStream || (name !== 'SmsAbortError' && code !== 'SMS_SHUT_DOWN')) {
        throw error;
      }
    }
    const isPart = asStream && ending.signal?.aborted === true;
    const read = isPart ? phones.slice(0, outcomes.length) : phones;
    this.check(read, outcomes, keepsConnections || ending.signal !== undefined);
    this.checkRepetitions(list, outcomes);
  }

  private toRow({ typed, to }: Phone, index: number): Row {
    const row: Row = {
      to: typed,
      params: [String(Math.floor(this.random() * 20))],
      ref: String(index),
      // Without a signature, different texts abroad share a request.
      ...(to?.startsWith('+852') === true && index % 2 === 0 ? { signName: '' } : {}),
    };
    if (typed === '') {
      Object.defineProperty(row, 'to', {
        get: () => {
          throw new TypeError('hostile');
        },
      });
    }
    return row;
  }

  /** A row that repeats one of the last 200 different ones is not sent. */
  private checkRepetitions(list: readonly Row[], outcomes: readonly SmsOutcome[]): void {
    const last = new Map<string, number>();
    for (const [index, outcome] of outcomes.entries()) {
      const isInvalid = 'code' in outcome && outcome.code === 'SMS_PARAMETER_INVALID';
      if (this.timesSent(outcome) === 0 && isInvalid) {
        continue;
      }
      const text = JSON.stringify([outcome.to, list[index]?.params, list[index]?.signName]);
      if (outcome.duplicateOf !== last.get(text)) {
        this.complain('doubled', outcome);
      }
      if (!last.has(text)) {
        last.set(text, index);
        for (const oldest of last.size > 200 ? [...last.keys()].slice(0, 1) : []) {
          last.delete(oldest);
        }
      }
      if (outcome.ref !== list[index]?.ref) {
        this.complain('misreported', outcome);
      }
    }
  }

  private async trySend(app: TestingModule, count: number): Promise<void> {
    let left = count;
    const worker = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        const given = this.phone(count);
        const ending = this.random() < 0.1 ? this.maybeEnding() : {};
        const { sms, keepsConnections } = this.account(app);
        if (this.random() < 0.002) {
          blockLoop(25);
        }
        const outcome = await sms.trySend(
          { ...TEMPLATE, params: ['1'] },
          { to: given.typed, ...ending },
        );
        this.check([given], [outcome], keepsConnections || ending.signal !== undefined);
      }
    };
    await Promise.all(Array.from({ length: 20 }, worker));
  }

  /** Compares outcomes with the server's books. */
  private check(
    given: readonly Phone[],
    outcomes: readonly SmsOutcome[],
    mayBeAborted: boolean,
  ): void {
    const { report } = this;
    report.rows += given.length;
    if (given.length !== outcomes.length) {
      this.complain('misreported', `${given.length} rows, ${outcomes.length} outcomes`);
    }
    for (const [index, outcome] of outcomes.entries()) {
      report.outcomes[outcome.status] += 1;
      report.outcomes.duplicates += outcome.duplicateOf === undefined ? 0 : 1;
      this.told.add(keyOf(outcome));
      const sent = this.timesSent(outcome);
      if (sent > 1) {
        this.complain('doubled', outcome);
      }
      const to = given[index]?.to ?? given[index]?.typed;
      if (outcome.index !== index || outcome.to !== to || this.isUntrue(outcome)) {
        this.complain('misreported', { sent, outcome });
      }
      if (this.isVague(outcome, mayBeAborted)) {
        this.complain('vague', outcome);
      }
    }
  }

  private isUntrue(outcome: SmsOutcome): boolean {
    const sent = this.timesSent(outcome);
    return (
      (outcome.status === 'rejected' && sent > 0) ||
      (outcome.status === 'accepted' && (sent !== 1 || this.fateOf(outcome) !== 'accepted'))
    );
  }

  /** What the server said and did not take back must be known. */
  private isVague(outcome: SmsOutcome, mayBeAborted: boolean): boolean {
    const fate = this.fateOf(outcome);
    return (
      outcome.status === 'unknown' &&
      (fate === 'accepted' || fate === 'rejected') &&
      !mayBeAborted &&
      outcome.reason !== 'time-out' &&
      !this.faults.mayBeLost(outcome)
    );
  }

  private timesSent(outcome: SmsOutcome): number {
    return this.tencent.sentBy.get(keyOf(outcome)) ?? 0;
  }

  private fateOf(outcome: SmsOutcome) {
    return this.tencent.trueOutcomes.get(keyOf(outcome));
  }

  private complain(kind: keyof Wrongs, what: unknown): void {
    this.report.wrongs[kind] += 1;
    if (this.report.examples.length < MOST_EXAMPLES) {
      this.report.examples.push([kind, what]);
    }
  }

  private phones(count: number): Phone[] {
    return Array.from({ length: count }, () => this.phone(count));
  }

  private phone(variety: number): Phone {
    const dice = this.random();
    if (dice < 0.02) {
      return { typed: this.oneOf(['', '12', 'somebody', '+86123']), to: undefined };
    }
    this.serial += this.random() < 0.1 ? 0 : 1 + Math.floor(this.random() * 2);
    const isOldPlace = this.random() < 0.1;
    const place = isOldPlace ? Math.floor(this.random() * variety) : this.serial % 10_000_000;
    if (dice < 0.25) {
      const to = `+8526${String(place).padStart(7, '0')}`;
      return { typed: to, to };
    }
    const subscriber = `137${String(place).padStart(8, '0')}`;
    const to = `+86${subscriber}`;
    return { typed: this.random() < 0.3 ? subscriber : to, to };
  }

  /** A signal that fires at some moment, or little time to leave, now and then. */
  private maybeEnding(): Ending {
    const dice = this.random();
    if (dice < 0.7) {
      return {};
    }
    if (dice < 0.8) {
      return { notAfter: Date.now() + this.random() * 200 };
    }
    const abort = new AbortController();
    setTimeout(() => {
      abort.abort();
    }, this.random() * 1500).unref();
    return { signal: abort.signal };
  }

  private oneOf<T>(items: readonly [T, ...T[]] | readonly T[]): T {
    return items[Math.floor(this.random() * items.length)] as T;
  }
}

/** Makes timers late. */
function blockLoop(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** Gives the rows in one and the same object, but for those whose getters throw. */
async function* reusingOneObject(list: readonly Row[]): AsyncGenerator<Row> {
  const row: Partial<Row> = {};
  for (const [index, given] of list.entries()) {
    if (index % 97 === 96) {
      await nextTurn();
    }
    if (Object.getOwnPropertyDescriptor(given, 'to')?.get !== undefined) {
      yield given;
      continue;
    }
    const { to, params, ref, signName } = given;
    yield Object.assign(row, {
      to,
      ref,
      signName,
      params: Object.assign(row.params ?? [], params),
    });
  }
}

/** Numbers that are the same for the same seed (Mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 4_294_967_296;
  };
}
