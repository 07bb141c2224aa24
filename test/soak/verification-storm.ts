/* oxlint-disable no-await-in-loop -- batches follow each other */
import { channel } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import { memoryVerificationStore } from 'nestjs-tencentcloud-sms/verification';
import type {
  SmsVerificationCheck,
  SmsVerificationModuleOptions,
  SmsVerificationStart,
  SmsVerificationStore,
} from 'nestjs-tencentcloud-sms/verification';
import { createSmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import type { SmsFaultEffect } from 'nestjs-tencentcloud-sms/testing';
import { Login, Reset, otherCode, startVerification } from '../support/verification-test-case.js';
import type { VerificationTestCase } from '../support/verification-test-case.js';
import type { Random } from './random-faults.js';
import { randomFrom } from './soak.js';

/** A store for a storm, and what it holds as text. */
export interface StormStore {
  readonly store: SmsVerificationStore;
  readonly dump: () => Promise<string>;
}

/** What a storm does. */
export interface StormOptions {
  /** Batches of calls at once. */
  readonly batches: number;
  /** The same seed makes the same calls and faults. */
  readonly seed: number;
  /** @default a memory store */
  readonly createStore?: ((clock: () => number) => StormStore) | undefined;
}

/** What is wrong, by kind. */
export interface StormWrongs {
  /** More texts in a window than its limit lets through. */
  crowded: number;
  /** More texts of one code than `sends`, or more guesses at it than `attempts`. */
  overused: number;
  /** A code was approved twice, or one that the phone never got. */
  'wrongly approved': number;
  /** An id went to another than its opener. */
  'given away': number;
  /** A text was sent while the store was out of reach. */
  'sent blindly': number;
  /** A code or a whole number stands where it must not. */
  leaked: number;
}

/** What a storm found. */
export interface StormReport {
  /** How calls were answered, such as `start sent` and `check wrong`. */
  readonly answers: Record<string, number>;
  texts: number;
  readonly wrongs: StormWrongs;
  /** The first wrong things. */
  readonly examples: string[];
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const CHINA_AHEAD_MS = 8 * 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Low, so that a storm meets all of them. */
const LIMITS = {
  phone: { perHour: 4, perDay: 8, trusted: 1 },
  caller: { perHour: 15, perDay: 60, guessesPerHour: 20 },
  failures: { perHour: 12, perDay: 30 },
  country: { perDay: 20 },
  all: { perHour: 30, perDay: 200 },
} satisfies SmsVerificationModuleOptions['limits'];
const SENDS = 3;
const ATTEMPTS = 5;
const PHONES = [
  ...Array.from({ length: 4 }, (_, i) => `+861381234000${i}`),
  ...Array.from({ length: 2 }, (_, i) => `+8526123450${i}`),
];
const TEST_NUMBER = '+8613812349999';
const TEST_CODE = '246810';
const CALLERS = ['203.0.113.7', '203.0.113.8', '10.0.0.1', undefined];
const WAITS_MS = [
  0,
  0,
  0,
  0,
  SECOND_MS,
  SECOND_MS,
  11 * SECOND_MS,
  11 * SECOND_MS,
  31 * SECOND_MS,
  0,
  0,
  SECOND_MS,
  11 * SECOND_MS,
  31 * SECOND_MS,
  MINUTE_MS,
  5 * MINUTE_MS,
  HOUR_MS,
];
const CODES = [
  'LimitExceeded.PhoneNumberDailyLimit',
  'LimitExceeded.PhoneNumberOneHourLimit',
  'LimitExceeded.PhoneNumberThirtySecondLimit',
  'LimitExceeded.PhoneNumberSameContentDailyLimit',
  'LimitExceeded.DeliveryFrequencyLimit',
  'FailedOperation.PhoneNumberInBlacklist',
  'FailedOperation.InsufficientBalanceInSmsPackage',
];
const EFFECTS: readonly SmsFaultEffect[] = ['reset', 'drop', 'http-status', 'html', 'truncated'];
const MOST_AT_ONCE = 8;
const MOST_EXAMPLES = 10;

/** What one browser remembers. */
interface Browser {
  readonly name: string;
  readonly session: string | undefined;
  readonly ids: { id: string; to: string; definition: typeof Login }[];
  readonly trust: Map<string, string>;
}

interface Text {
  readonly to: string;
  readonly code: string;
  readonly at: number;
}

/**
 * Many browsers start, resend, guess, cancel and unlock at random, many at once, while texts are refused
 * and lost and the store fails before and after what it does. What must hold whatever happens is
 * checked from outside: by the texts that phones got, and by what was answered and said.
 */
export async function stormVerifications(options: StormOptions): Promise<StormReport> {
  const kit = await createSmsTestKit({ limits: 'off' });
  // From a midnight of China on: limits of days would let through more or fewer texts by the hour.
  kit.clock.advance(DAY_MS - ((kit.clock.now().getTime() + CHINA_AHEAD_MS) % DAY_MS));
  const clock = () => kit.clock.now().getTime();
  const random = randomFrom(options.seed);
  const { store, dump } = (options.createStore ?? createMemoryStore)(clock);
  const test = await startVerification(
    {
      store: failingAtTimes(store, random),
      countries: ['CN', 'HK'],
      limits: LIMITS,
      testNumbers: { [TEST_NUMBER]: { code: TEST_CODE, until: new Date(clock() + DAY_MS) } },
    },
    kit,
  );
  const storm = new Storm(test, random);
  test.module.useLogger(storm.logger);
  const trace = (message: unknown) => {
    storm.hear(JSON.stringify(message));
  };
  const traces = channel('tencentcloud-sms:verification');
  traces.subscribe(trace);
  try {
    return await storm.run(options.batches, dump);
  } finally {
    traces.unsubscribe(trace);
    test.module.useLogger(false);
    await test.close();
    kit.close();
  }
}

/** Whether a storm found anything. */
export function isWrong({ wrongs }: StormReport): boolean {
  return Object.values(wrongs).some((count) => count > 0);
}

function createMemoryStore(clock: () => number): StormStore {
  const store = memoryVerificationStore({ clock });
  const dump = async () =>
    Promise.resolve(
      inspect(store, { depth: Infinity, maxArrayLength: null, maxStringLength: null }),
    );
  return { store, dump };
}

/** Fails a few calls, before they happen or after. */
function failingAtTimes(store: SmsVerificationStore, random: Random): SmsVerificationStore {
  const at =
    <Ask, Answer>(call: (ask: Ask) => Promise<Answer>) =>
    async (ask: Ask): Promise<Answer> => {
      const chance = random();
      if (chance < 0.02) {
        throw new Error('The store was out of reach.');
      }
      const answer = await call(ask);
      if (chance > 0.98) {
        throw new Error('The answer of the store was lost.');
      }
      return answer;
    };
  return {
    reserve: at(async (ask) => store.reserve(ask)),
    conclude: at(async (ask) => store.conclude(ask)),
    attempt: at(async (ask) => store.attempt(ask)),
    cancel: at(async (ask) => store.cancel(ask)),
    unlock: at(async (ask) => store.unlock(ask)),
  };
}

class Storm {
  readonly logger = {
    log: (line: unknown) => {
      this.hear(String(line));
    },
    warn: (line: unknown) => {
      this.hear(String(line));
    },
    error: (line: unknown) => {
      this.hear(String(line));
    },
  };
  private readonly report: StormReport = {
    answers: {},
    texts: 0,
    wrongs: {
      crowded: 0,
      overused: 0,
      'wrongly approved': 0,
      'given away': 0,
      'sent blindly': 0,
      leaked: 0,
    },
    examples: [],
  };
  private readonly browsers: readonly Browser[] = Array.from({ length: 8 }, (_, i) => ({
    name: `browser ${i}`,
    session: i % 3 === 0 ? undefined : `the session of browser ${i}`,
    ids: [],
    trust: new Map(),
  }));
  private readonly texts: Text[] = [];
  private lastMessage = 0;
  private readonly openers = new Map<string, string>();
  private readonly wrongGuesses = new Map<string, number>();
  private readonly approved = new Set<string>();
  /** What was said since the last check of it. */
  private said: string[] = [];
  private readonly typed = new Set<string>([TEST_CODE]);

  constructor(
    private readonly test: VerificationTestCase,
    private readonly random: Random,
  ) {}

  hear(line: string): void {
    this.said.push(line);
  }

  async run(batches: number, dump: () => Promise<string>): Promise<StormReport> {
    const { kit } = this.test;
    for (let batch = 0; batch < batches; batch += 1) {
      const isBroken = this.random() < 0.04;
      if (isBroken) {
        kit.verification.breakStore();
      }
      this.addFaults();
      const calls = 1 + Math.floor(this.random() * MOST_AT_ONCE);
      await Promise.all(Array.from({ length: calls }, async () => this.callOnce()));
      const fresh = this.readTexts();
      if (isBroken && fresh.length > 0) {
        this.note('sent blindly', `${fresh.length} texts`);
      }
      this.checkTexts(fresh);
      this.checkWords();
      kit.clearFaults();
      kit.verification.mendStore();
      kit.clock.advance(this.pick(WAITS_MS));
    }
    this.hear(await dump());
    this.checkWords();
    this.report.texts = this.texts.length;
    return this.report;
  }

  private addFaults(): void {
    const { kit } = this.test;
    const chance = this.random();
    const times = 1 + Math.floor(this.random() * 3);
    if (chance < 0.12) {
      kit.fail('SendSms', this.pick(CODES), { times });
    } else if (chance < 0.2) {
      kit.addFault({ effect: this.pick(EFFECTS), times });
    }
  }

  private async callOnce(): Promise<void> {
    const browser = this.pick(this.browsers);
    const definition = this.random() < 0.8 ? Login : Reset;
    const chance = this.random();
    if (chance < 0.55) {
      await this.start(browser, definition);
    } else if (chance < 0.96) {
      await this.check(browser);
    } else {
      const known = browser.ids.at(-1);
      await (
        this.random() < 0.5 && known !== undefined
          ? this.test.codes.cancel({ id: known.id })
          : this.test.codes.unlock(definition, { to: this.pick(PHONES) })
      ).catch((error: unknown) => {
        this.hear(String((error as Error).stack));
      });
    }
  }

  private async start(browser: Browser, definition: typeof Login): Promise<void> {
    const recent = this.random() < 0.6 ? this.recent(browser) : undefined;
    const known = recent?.definition === definition ? recent : undefined;
    const to = known?.to ?? (this.random() < 0.02 ? TEST_NUMBER : this.pick(PHONES));
    const result = await this.test.codes.start(definition, {
      to,
      id: known?.id,
      session: browser.session,
      caller: this.pick(CALLERS),
      trust: browser.trust.get(to),
    });
    this.count(`start ${'scope' in result ? result.scope : result.status}`);
    this.listen(result);
    if ('id' in result) {
      browser.ids.push({ id: result.id, to, definition });
      const opener = this.openers.get(result.id) ?? browser.name;
      this.openers.set(result.id, opener);
      if (opener !== browser.name) {
        this.note('given away', `${opener} to ${browser.name}`);
      }
    }
  }

  private async check(browser: Browser): Promise<void> {
    // A stranger may have seen an id, but not the code that goes with it.
    const holder = this.random() < 0.85 ? browser : this.pick(this.browsers);
    const known = this.recent(holder);
    if (known === undefined) {
      return;
    }
    const last = this.texts.findLast(({ to }) => to === known.to)?.code ?? '000000';
    const code = this.random() < 0.5 ? last : otherCode(last);
    const times = this.random() < 0.05 ? 2 * ATTEMPTS : 1;
    await Promise.all(Array.from({ length: times }, async () => this.guess(browser, known, code)));
  }

  private async guess(
    browser: Browser,
    { id, to, definition: own }: Browser['ids'][number],
    code: string,
  ): Promise<void> {
    const definition = this.random() < 0.95 ? own : this.pick([Login, Reset]);
    this.typed.add(code);
    const result = await this.test.codes.check(definition, {
      id,
      code,
      session: browser.session,
      caller: this.pick(CALLERS),
      trust: browser.trust.get(to),
    });
    this.count(`check ${'reason' in result ? result.reason : result.status}`);
    this.listen(result);
    if (result.status === 'approved') {
      browser.trust.set(to, result.trust);
      const wasSent = this.texts.some((text) => text.to === to && text.code === code);
      const isTest = to === TEST_NUMBER && code === TEST_CODE;
      if (this.approved.has(id) || !(wasSent || isTest) || result.to !== to) {
        this.note('wrongly approved', `a code of ${to}`);
      }
      this.approved.add(id);
    } else if (result.status === 'denied' && result.reason === 'wrong') {
      const guesses = (this.wrongGuesses.get(id) ?? 0) + 1;
      this.wrongGuesses.set(id, guesses);
      if (guesses > ATTEMPTS) {
        this.note('overused', `${guesses} guesses at a code of ${to}`);
      }
    }
  }

  /** What a careless app prints of a result. */
  private listen(result: SmsVerificationStart | SmsVerificationCheck): void {
    this.hear(inspect(result, { depth: Infinity }));
    this.hear(JSON.stringify(result.toPublic()));
    // Whole in JSON, since it is data.
    this.hear(JSON.stringify({ ...result, to: undefined }));
    if ('error' in result) {
      this.hear(
        `${String(result.error.stack)} ${inspect(result.error)} ${String(result.error.cause)}`,
      );
    }
  }

  private readTexts(): Text[] {
    const all = this.test.kit.messages().filter(({ id }) => Number(id) > this.lastMessage);
    this.lastMessage = Math.max(this.lastMessage, ...all.map(({ id }) => Number(id)));
    const fresh = all.map(({ to, verificationCode, sentAt }) => ({
      to,
      code: verificationCode ?? '',
      at: Date.parse(sentAt),
    }));
    this.texts.push(...fresh);
    return fresh;
  }

  private checkTexts(fresh: readonly Text[]): void {
    for (const text of fresh) {
      const { to, at } = text;
      const toPhone = ({ to: other }: Text) => other === to;
      this.checkWindow(`to ${to}`, at, toPhone, LIMITS.phone.perHour, LIMITS.phone.perDay);
      this.checkWindow('in all', at, () => true, LIMITS.all.perHour, LIMITS.all.perDay);
      if (to.startsWith('+852')) {
        const abroad = ({ to: other }: Text) => other.startsWith('+852');
        this.checkWindow('to +852', at, abroad, Infinity, LIMITS.country.perDay);
      }
      const same = this.texts.filter((one) => one.to === to && one.code === text.code);
      if (same.length > SENDS || to === TEST_NUMBER) {
        this.note('overused', `${same.length} texts of one code to ${to}`);
      }
    }
  }

  private checkWindow(
    name: string,
    at: number,
    counts: (text: Text) => boolean,
    perHour: number,
    perDay: number,
  ): void {
    for (const [windowMs, limit] of [
      [HOUR_MS, perHour],
      [DAY_MS, perDay],
    ] as const) {
      const held = this.texts
        .filter((text) => text.at > at - windowMs && text.at <= at)
        .filter(counts);
      if (held.length > limit) {
        this.note('crowded', `${held.length} of ${limit} texts in ${windowMs} ms ${name}`);
      }
    }
  }

  private checkWords(): void {
    const words = this.said.join('\n');
    this.said = [];
    const codes = new Set(this.texts.map(({ code }) => code));
    // Ids and hashes have digits, too, but no edges around six of them.
    for (const [digits] of words.matchAll(/(?<![\w.-])\d{6}(?![\w.-])/g)) {
      if (codes.has(digits) || this.typed.has(digits)) {
        this.note('leaked', `the code ${digits} in ${around(words, digits)}`);
      }
    }
    for (const phone of [...PHONES, TEST_NUMBER]) {
      if (words.includes(phone.slice(3)) || words.includes(phone.slice(4))) {
        this.note('leaked', `the number ${phone} in ${around(words, phone.slice(4))}`);
      }
    }
  }

  private count(answer: string): void {
    this.report.answers[answer] = (this.report.answers[answer] ?? 0) + 1;
  }

  private note(kind: keyof StormWrongs, what: string): void {
    this.report.wrongs[kind] += 1;
    if (this.report.examples.length < MOST_EXAMPLES) {
      this.report.examples.push(`${kind}: ${what}`);
    }
  }

  /** One of the last ids of a browser, mostly the newest. */
  private recent({ ids }: Browser): Browser['ids'][number] | undefined {
    return ids.at(this.random() < 0.7 ? -1 : -2) ?? ids.at(-1);
  }

  private pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.random() * items.length)] as T;
  }
}

function around(words: string, found: string): string {
  const at = words.indexOf(found);
  return words.slice(Math.max(0, at - 80), at + 80);
}
