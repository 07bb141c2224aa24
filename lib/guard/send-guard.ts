import type { SmsJobResult } from '../delivery/job-outcome.js';
import type { SmsSettlement } from '../delivery/settlement.js';
import { redactUntrusted } from '../privacy/redact.js';
import { SmsError } from '../errors/sms.error.js';
import type { SmsAnyTemplate } from '../templates/sms-template.js';
import { parseDuration } from '../time/duration.js';
import { AttemptRunner } from './attempt.runner.js';
import { codeOf } from './code-of.js';
import { FoundAttempts } from './found-attempts.js';
import { GuardContext } from './guard-context.js';
import { assertJob, timeOf } from './guard-job.js';
import type { SmsGuardJob, SmsLane } from './guard-job.js';
import { resolveGuardOptions } from './guard.options.js';
import type { SmsSendGuardOptions } from './guard.options.js';
import { within } from './guard-step.js';
import type { GuardDelay, SmsGuardOutcome, SmsGuardStep } from './guard-step.js';
import { readGuardedText, staleAtOf } from './guarded-text.js';
import type { GuardedText } from './guarded-text.js';
import { JobEnds } from './job-ends.js';
import { FAULT_MS, LaneGate } from './lane-gate.js';
import type { SmsGuardFault } from './lane-gate.js';
import { msUntilClosed, msUntilOpen } from './marketing-window.js';
import type { SmsKeyDigest, SmsLanePause } from './queue.store.js';
import { RequestLeave } from './request-leave.js';
import { SendPacer } from './send-pacer.js';

const SHUT_DOWN: GuardDelay = {
  do: 'delay',
  milliseconds: FAULT_MS,
  why: 'fault',
  code: 'SMS_SHUT_DOWN',
};

/**
 * Sends the texts of jobs, each once: whatever engine hands a job to whatever process, however often.
 *
 * @example
 * const step = await guard.send({ key: job.id, template: OrderShipped, input: job.data });
 * if (step.do === 'delay') await job.runAgainIn(step.milliseconds);
 */
export class SmsSendGuard {
  private readonly context: GuardContext;
  private readonly gate: LaneGate;
  private readonly ends: JobEnds;
  private readonly found: FoundAttempts;
  private readonly attempts: AttemptRunner;
  private readonly requests: RequestLeave;
  private readonly pacer: SendPacer | undefined;
  private readonly leave: () => void;
  private readonly inFlight = new Set<Promise<unknown>>();
  private isClosed = false;

  /** @throws SmsOptionsError listing every bad field. */
  constructor(options: SmsSendGuardOptions) {
    this.context = new GuardContext(resolveGuardOptions(options));
    const { account } = this.context;
    const { store, perSecond, delivery } = this.context.options;
    this.pacer =
      perSecond === undefined ? undefined : new SendPacer(store, `budget ${account}`, perSecond);
    this.gate = new LaneGate(this.context);
    this.ends = new JobEnds(this.context);
    this.found = new FoundAttempts(this.context, this.ends);
    this.attempts = new AttemptRunner(this.context, this.gate, this.ends, this.found);
    this.requests = new RequestLeave(this.context, this.gate, this.pacer);
    this.leave = delivery.parts.invite({
      name: `SmsSendGuard ${account}`,
      mark: { kind: 'settled' },
      call: async (body) => this.ends.onSettled(body as SmsSettlement),
    });
  }

  /** Why this process can't send; `undefined` while it can, or does not know. */
  get fault(): SmsGuardFault | undefined {
    return this.gate.fault;
  }

  /**
   * Does a job as far as it can be done now, and says what is to become of it. Never throws for the fate
   * of a text, nor for a store that is out of reach.
   *
   * @throws SmsValidationError when `key`, `at` or `staleAfter` is not usable.
   */
  async send<Template extends SmsAnyTemplate>(job: SmsGuardJob<Template>): Promise<SmsGuardStep> {
    assertJob(job);
    return this.isClosed ? SHUT_DOWN : this.run(async () => this.guarded(job));
  }

  /**
   * Ends a job that has not begun; also before it is queued.
   *
   * @throws what the store throws.
   */
  async cancel(key: string): Promise<'cancelled' | 'too-late'> {
    const result: SmsJobResult = { status: 'cancelled', at: this.context.now() };
    const { options, digests } = this.context;
    const marker = await options.store.conclude(digests.of(key), { state: 'cancelled', result });
    if (marker.state !== 'cancelled') {
      return 'too-late';
    }
    await this.ends.announce(marker);
    return 'cancelled';
  }

  /**
   * What became of a job.
   *
   * @throws what the store throws.
   */
  async outcome(key: string): Promise<SmsGuardOutcome> {
    const { options, digests } = this.context;
    const marker = await options.store.find(digests.of(key).map(({ id }) => id));
    if (marker === undefined) {
      return { state: 'unknown-key' };
    }
    const { state, result: outcome } = marker;
    return state === 'ready' ? { state: 'queued' } : { state, ...(outcome && { outcome }) };
  }

  /**
   * Has no text of a lane begin any more, in any process, until it is resumed.
   *
   * @throws what the store throws.
   */
  async pause(lane: SmsLane): Promise<void> {
    await this.gate.pause(lane);
  }

  /**
   * Has a lane go on, also one that paused by itself.
   *
   * @throws what the store throws.
   */
  async resume(lane: SmsLane): Promise<void> {
    await this.gate.resume(lane);
  }

  /**
   * The lanes of the account that are paused.
   *
   * @throws what the store throws.
   */
  async paused(): Promise<SmsLanePause[]> {
    return this.gate.paused();
  }

  /** The digest of a key: the id for a job of an engine, and `job` of `SmsJobOutcome`. */
  jobId(key: string): string {
    return this.context.digests.of(key)[0].id;
  }

  /**
   * @internal The digests of a key and its text, the one under the first secret first.
   * @throws SmsValidationError when the text can't be sent.
   */
  async digestsOf<Template extends SmsAnyTemplate>({
    key,
    template,
    input,
  }: Pick<SmsGuardJob<Template>, 'key' | 'template' | 'input'>): Promise<
    readonly [SmsKeyDigest, ...SmsKeyDigest[]]
  > {
    return this.context.digests.of(key, await readGuardedText(template, input));
  }

  /** @internal Does what a campaign asks as one of the guard's own: `close` waits for it. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const done = work();
    this.inFlight.add(done);
    try {
      return await done;
    } finally {
      this.inFlight.delete(done);
    }
  }

  /** @internal Whether a request of several texts has to wait, and whether it tries a paused lane. */
  async askLeave(
    lane: SmsLane,
    isHourly: boolean,
    texts: number,
  ): Promise<{ readonly delay?: GuardDelay; readonly probes?: string | undefined }> {
    return this.isClosed ? { delay: SHUT_DOWN } : this.requests.ask(lane, isHourly, texts);
  }

  /** @internal Texts that a request may have within the budget. */
  get mostTexts(): number {
    return this.requests.mostTexts;
  }

  /** @internal A limit for a request that begins now: that of the guard, and of the marketing hours. */
  limitMs(isHourly: boolean): number {
    return this.requests.limitMs(isHourly);
  }

  /** @internal Heeds what a request of several texts was answered: that it was accepted, or a code. */
  async heed(
    lane: SmsLane,
    code: string | undefined,
    probes: string | undefined,
  ): Promise<GuardDelay | undefined> {
    return this.requests.heed(lane, code, probes);
  }

  /** Takes no more jobs, waits for those that run, and closes the store. */
  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.allSettled(this.inFlight);
    this.leave();
    await this.context.options.store.close?.();
  }

  private async guarded(job: SmsGuardJob<SmsAnyTemplate>): Promise<SmsGuardStep> {
    try {
      let text: GuardedText;
      try {
        text = await readGuardedText(job.template, job.input);
      } catch (error) {
        const how = { status: 'rejected', code: codeOf(error) } as const;
        return await this.conclude(job, undefined, 'done', how);
      }
      return (await this.hold(job, text)) ?? (await this.attempt(job, text));
    } catch (error) {
      const step = faultStep(error);
      const { code = 'no code' } = step;
      this.context.warn(
        code,
        `A job could not be done now, and is tried again (${code}): ${textOf(error)}`,
      );
      return step;
    }
  }

  /** Whether the job ends or waits before anything is kept of it. */
  private async hold(
    job: SmsGuardJob<SmsAnyTemplate>,
    text: GuardedText,
  ): Promise<SmsGuardStep | undefined> {
    const now = this.context.now();
    const at = timeOf(job.at);
    if (at !== undefined && at > now) {
      return { do: 'delay', milliseconds: at - now, why: 'early' };
    }
    const leftMs = this.staleAt(job, text) - now;
    if (leftMs <= 0) {
      return this.conclude(job, text, 'stale', { status: 'stale' });
    }
    const delay =
      this.windowDelay(text, now) ?? this.gate.knownDelay(this.context.laneOf(job, text));
    if (delay !== undefined) {
      return within(delay, leftMs);
    }
    const milliseconds = (await this.pacer?.takeTurn()) ?? 0;
    return milliseconds > 0
      ? within({ do: 'delay', milliseconds, why: 'budget' }, leftMs)
      : undefined;
  }

  private async attempt(
    job: SmsGuardJob<SmsAnyTemplate>,
    text: GuardedText,
  ): Promise<SmsGuardStep> {
    // The turn may have been waited for.
    const now = this.context.now();
    const leftMs = this.staleAt(job, text) - now;
    const delay = this.windowDelay(text, now);
    if (delay !== undefined || leftMs <= 0) {
      return delay ?? this.conclude(job, text, 'stale', { status: 'stale' });
    }
    const { sendWithinMs, window } = this.context.options;
    const closesMs = hasHours(text) ? msUntilClosed(window, now) : Infinity;
    const withinMs = Math.min(sendWithinMs, leftMs, closesMs);
    return this.attempts.run(job, text, { withinMs, leftMs });
  }

  private windowDelay(text: GuardedText, now: number): GuardDelay | undefined {
    const milliseconds = hasHours(text) ? msUntilOpen(this.context.options.window, now) : 0;
    return milliseconds > 0 ? { do: 'delay', milliseconds, why: 'window' } : undefined;
  }

  private async conclude(
    job: SmsGuardJob<SmsAnyTemplate>,
    text: GuardedText | undefined,
    state: 'done' | 'stale',
    how: Pick<SmsJobResult, 'status' | 'code'>,
  ): Promise<SmsGuardStep> {
    const template = text?.template;
    const ref: unknown = (Object(job.input) as { ref?: unknown }).ref;
    const { options, digests } = this.context;
    const marker = await options.store.conclude(digests.of(job.key, text), {
      state,
      result: {
        ...how,
        template,
        ref: typeof ref === 'string' ? ref : undefined,
        at: this.context.now(),
      },
    });
    return this.found.take(marker, job, text);
  }

  private staleAt(job: SmsGuardJob<SmsAnyTemplate>, text: GuardedText): number {
    const since = timeOf(job.at) ?? this.context.now();
    const afterMs = parseDuration(job.staleAfter);
    return afterMs === undefined
      ? staleAtOf(text, since, this.context.options.window)
      : since + afterMs;
  }
}

/** Whether a text leaves at marketing hours alone. */
function hasHours({ kind, market }: GuardedText): boolean {
  return kind === 'marketing' && market === 'mainland';
}

function faultStep(error: unknown): GuardDelay {
  const code = error instanceof SmsError ? error.code : undefined;
  return { do: 'delay', milliseconds: FAULT_MS, why: 'fault', ...(code && { code }) };
}

function textOf(error: unknown): string {
  return error instanceof Error ? redactUntrusted(error.message) : 'no Error';
}
