/* oxlint-disable no-await-in-loop -- one try after the other */
import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type { SmsJobOutcome, SmsJobResult } from '../delivery/job-outcome.js';
import type { SmsSettlement } from '../delivery/settlement.js';
import type { SmsDeliveryStore } from '../delivery/store/delivery.store.js';
import { redactUntrusted } from '../privacy/redact.js';
import { SmsError } from '../errors/sms.error.js';
import { SmsValidationError } from '../errors/validation.error.js';
import type { Deadline } from '../client/deadline.js';
import type { SmsOutcome, SmsRejected } from '../sending/outcome.js';
import type { SmsSendInput } from '../sending/sms.sender.js';
import type { SmsAnyTemplate } from '../templates/sms-template.js';
import type { SmsTemplateKind } from '../templates/template-content.js';
import { parseDuration, DURATION_FORM } from '../time/duration.js';
import type { SmsDuration } from '../time/duration.js';
import { resolveGuardOptions } from './guard.options.js';
import type { ResolvedGuardOptions, SmsSendGuardOptions } from './guard.options.js';
import type { SmsGuardOutcome, SmsGuardStep } from './guard-step.js';
import { readGuardedText, staleAtOf } from './guarded-text.js';
import type { GuardedText, SmsGuardInput } from './guarded-text.js';
import { KeyDigests, parseCallRef, toCallRef } from './key-digests.js';
import { msUntilClosed, msUntilOpen } from './marketing-window.js';
import type { SmsBeginResult, SmsKeyDigest, SmsLanePause, SmsMarker } from './queue.store.js';
import { backOffMs, rejectionKindOf } from './rejection.js';
import { SendPacer } from './send-pacer.js';

/** What a job is queued in, and can be paused with. */
export type SmsLane = SmsTemplateKind;

/** A job, as an engine has it. */
export interface SmsGuardJob<Template extends SmsAnyTemplate> {
  /** What makes the job one: however often it is given, one text goes out. Seven days from its end. */
  readonly key: string;
  readonly template: Template;
  readonly input: SmsGuardInput<Template>;
  /**
   * When it was to go out, a `Date` or milliseconds since 1970: before it waits, and `staleAfter` counts
   * from it.
   * @default now: it is never stale
   */
  readonly at?: Date | number | undefined;
  /**
   * How long after `at` the text is still wanted.
   * @default of codes the minutes that they hold, 5 at most; of marketing the end of the next day's
   * window; of others 24 hours
   */
  readonly staleAfter?: SmsDuration | undefined;
  /** @default the kind of its template; `notification` where that is not known */
  readonly lane?: SmsLane | undefined;
}

/** Why this process can't send, while others may. */
export interface SmsGuardFault {
  readonly code: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** An attempt that has its leave. */
interface Attempt {
  readonly job: SmsGuardJob<SmsAnyTemplate>;
  readonly text: GuardedText;
  readonly lane: string;
  readonly token: string;
  readonly begun: Extract<SmsBeginResult, { state: 'go' }>;
  readonly deadline: Deadline;
}

type Delay = Extract<SmsGuardStep, { do: 'delay' }>;

/** When a job is looked at again that this process can't do. */
const FAULT_MS = 5_000;
/** How often a process without rights tries whether it has got them. */
const FAULT_PROBE_MS = 30_000;
/** How long a lane is known to be paused before the store is asked again. */
const PAUSE_KNOWN_MS = 1_000;
const MOST_PAUSED_MS = 60_000;
/** Clocks of processes differ, and answers are read late. */
const MARGIN_MS = 5_000;
/** When a text is looked for again that another process may have sent. */
const LOOK_AGAIN_MS = 15_000;
/** Of what must not be lost, such as that a text was accepted. */
const AGAIN_MS = [50, 250, 1_000] as const;
/** Of an attempt that is given back when the store answers again; then its key is looked for. */
const GIVE_BACK_MS = [0, 250, 1_000, 3_000, 10_000, 20_000] as const;
/** Most of those at once. */
const MOST_GIVEN_BACK = 1_000;
const WARN_AGAIN_MS = 60_000;

/**
 * Sends the texts of jobs, each once: whatever engine hands a job to whatever process, however often.
 *
 * @example
 * const step = await guard.send({ key: job.id, template: OrderShipped, input: job.data });
 * if (step.do === 'delay') await job.runAgainIn(step.milliseconds);
 */
export class SmsSendGuard {
  private readonly logger = new Logger('SmsSendGuard');
  private readonly options: ResolvedGuardOptions;
  private readonly digests: KeyDigests;
  private readonly account: string;
  private readonly pacer: SendPacer | undefined;
  private readonly leave: () => void;
  private readonly inFlight = new Set<Promise<unknown>>();
  /** Lanes that are paused, and until when that is known: by a clock that never goes back. */
  private readonly pausedUntil = new Map<string, { until: number; step: Delay }>();
  private readonly warnedAt = new Map<string, number>();
  private givenBack = 0;
  private isClosed = false;
  private faultFound: SmsGuardFault | undefined;
  private faultProbedAt = -Infinity;

  /** @throws SmsOptionsError listing every bad field. */
  constructor(options: SmsSendGuardOptions) {
    this.options = resolveGuardOptions(options);
    const { store, name, perSecond, delivery, secrets } = this.options;
    this.account = name ?? 'default';
    this.digests = new KeyDigests(secrets, this.account);
    this.pacer =
      perSecond === undefined
        ? undefined
        : new SendPacer(store, `budget ${this.account}`, perSecond);
    this.leave = delivery.parts.invite({
      name: `SmsSendGuard ${this.account}`,
      mark: { kind: 'settled' },
      call: async (body) => this.onSettled(body as SmsSettlement),
    });
  }

  /** Why this process can't send; `undefined` while it can, or does not know. */
  get fault(): SmsGuardFault | undefined {
    return this.faultFound;
  }

  /**
   * Does a job as far as it can be done now, and says what is to become of it. Never throws for the fate
   * of a text, nor for a store that is out of reach.
   *
   * @throws SmsValidationError when `key`, `at` or `staleAfter` is not usable.
   */
  async send<Template extends SmsAnyTemplate>(job: SmsGuardJob<Template>): Promise<SmsGuardStep> {
    assertJob(job);
    if (this.isClosed) {
      return { do: 'delay', milliseconds: FAULT_MS, why: 'fault', code: 'SMS_SHUT_DOWN' };
    }
    const done = this.guarded(job);
    this.inFlight.add(done);
    try {
      return await done;
    } finally {
      this.inFlight.delete(done);
    }
  }

  /**
   * Ends a job that has not begun; also before it is queued.
   *
   * @throws what the store throws.
   */
  async cancel(key: string): Promise<'cancelled' | 'too-late'> {
    const result: SmsJobResult = { status: 'cancelled', at: this.now() };
    const marker = await this.options.store.conclude(this.digests.of(key), {
      state: 'cancelled',
      result,
    });
    if (marker.state !== 'cancelled') {
      return 'too-late';
    }
    await this.announce(marker);
    return 'cancelled';
  }

  /**
   * What became of a job.
   *
   * @throws what the store throws.
   */
  async outcome(key: string): Promise<SmsGuardOutcome> {
    const marker = await this.options.store.find(this.digests.of(key).map(({ id }) => id));
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
    await this.options.store.pause(this.laneKey(lane), 'manual');
  }

  /**
   * Has a lane go on, also one that paused by itself.
   *
   * @throws what the store throws.
   */
  async resume(lane: SmsLane): Promise<void> {
    await this.options.store.resume(this.laneKey(lane));
    this.pausedUntil.delete(this.laneKey(lane));
  }

  /**
   * The lanes of the account that are paused.
   *
   * @throws what the store throws.
   */
  async paused(): Promise<SmsLanePause[]> {
    const prefix = this.laneKey('');
    return (await this.options.store.paused())
      .filter(({ lane }) => lane.startsWith(prefix))
      .map(({ lane, reason, since }) => ({ lane: lane.slice(prefix.length), reason, since }));
  }

  /** The digest of a key: the id for a job of an engine, and `job` of `SmsJobOutcome`. */
  jobId(key: string): string {
    return this.digests.of(key)[0].id;
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
    return this.digests.of(key, await readGuardedText(template, input));
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
  ): Promise<{ readonly delay?: Delay; readonly probes?: string | undefined }> {
    const key = this.laneKey(lane);
    if (this.isClosed) {
      return {
        delay: { do: 'delay', milliseconds: FAULT_MS, why: 'fault', code: 'SMS_SHUT_DOWN' },
      };
    }
    const closed = isHourly ? msUntilOpen(this.options.window, this.now()) : 0;
    const delay: Delay | undefined =
      closed > 0 ? { do: 'delay', milliseconds: closed, why: 'window' } : this.knownDelay(key);
    if (delay !== undefined) {
      return { delay };
    }
    const probe = await this.askLane(key);
    if (probe.delay !== undefined) {
      return probe;
    }
    const milliseconds = (await this.pacer?.takeTurn(texts)) ?? 0;
    return milliseconds > 0 ? { delay: { do: 'delay', milliseconds, why: 'budget' } } : probe;
  }

  /** @internal A limit for a request that begins now: that of the guard, and of the marketing hours. */
  limitMs(isHourly: boolean): number {
    const { sendWithinMs, window } = this.options;
    return isHourly ? Math.min(sendWithinMs, msUntilClosed(window, this.now())) : sendWithinMs;
  }

  /** @internal Heeds what a request of several texts was answered: that it was accepted, or a code. */
  async heed(
    lane: SmsLane,
    code: string | undefined,
    probes: string | undefined,
  ): Promise<Delay | undefined> {
    const { store, probeEveryMs } = this.options;
    if (code === undefined) {
      this.faultFound = undefined;
      if (probes !== undefined) {
        await store.resume(this.laneKey(lane), probes);
      }
      return undefined;
    }
    switch (rejectionKindOf(code, false)) {
      case 'lane':
        await again(async () => store.pause(this.laneKey(lane), code, probeEveryMs));
        return this.onPaused(this.laneKey(lane), {
          state: 'paused',
          reason: code,
          probeInMs: probeEveryMs,
        });
      case 'worker':
        this.onFault(code, this.now());
        return { do: 'delay', milliseconds: FAULT_MS, why: 'fault', code };
      case 'window':
        return { do: 'delay', milliseconds: MOST_PAUSED_MS, why: 'window', code };
      case 'passing':
        return { do: 'delay', milliseconds: backOffMs(code, 2, Math.random), why: 'cause', code };
      case 'final':
        return undefined;
    }
  }

  /** A lane that paused by itself lets one request through each time, under a key of its own. */
  private async askLane(
    lane: string,
  ): Promise<{ readonly delay?: Delay; readonly probes?: string }> {
    const { store } = this.options;
    const pause = (await store.paused()).find((one) => one.lane === lane);
    if (pause === undefined) {
      return {};
    }
    const token = randomUUID();
    const now = this.now();
    const keys = this.digests.of(`probe ${token}`);
    const begun = await store.begin({ keys, token, lane, begunAt: now, notAfter: now });
    if (begun.state === 'paused') {
      return { delay: this.onPaused(lane, begun) };
    }
    await store.release([keys[0].id], token);
    return { probes: pause.reason };
  }

  /** Takes no more jobs, waits for those that run, and closes the store. */
  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.allSettled(this.inFlight);
    this.leave();
    await this.options.store.close?.();
  }

  private async guarded(job: SmsGuardJob<SmsAnyTemplate>): Promise<SmsGuardStep> {
    try {
      let text: GuardedText;
      try {
        text = await readGuardedText(job.template, job.input);
      } catch (error) {
        return await this.conclude(job, undefined, 'done', {
          status: 'rejected',
          code: codeOf(error),
        });
      }
      return (await this.hold(job, text)) ?? (await this.attempt(job, text));
    } catch (error) {
      const step = faultStep(error);
      const { code = 'no code' } = step;
      this.warn(
        code,
        `A job could not be done now, and is tried again (${code}): ${textOf(error)}`,
      );
      return step;
    }
  }

  /** Each kind of sentence at most once a minute. */
  private warn(kind: string, sentence: string): void {
    const now = performance.now();
    if (now - (this.warnedAt.get(kind) ?? -Infinity) >= WARN_AGAIN_MS) {
      this.warnedAt.set(kind, now);
      this.logger.warn(sentence);
    }
  }

  /** Whether the job ends or waits before anything is kept of it. */
  private async hold(
    job: SmsGuardJob<SmsAnyTemplate>,
    text: GuardedText,
  ): Promise<SmsGuardStep | undefined> {
    const now = this.now();
    const at = timeOf(job.at);
    if (at !== undefined && at > now) {
      return { do: 'delay', milliseconds: at - now, why: 'early' };
    }
    const leftMs = this.staleAt(job, text) - now;
    if (leftMs <= 0) {
      return this.conclude(job, text, 'stale', { status: 'stale' });
    }
    const delay = this.windowDelay(text, now) ?? this.knownDelay(this.laneOf(job, text));
    if (delay !== undefined) {
      return within(delay, leftMs);
    }
    const milliseconds = (await this.pacer?.takeTurn()) ?? 0;
    return milliseconds > 0
      ? within({ do: 'delay', milliseconds, why: 'budget' }, leftMs)
      : undefined;
  }

  private windowDelay({ kind, market }: GuardedText, now: number): Delay | undefined {
    if (kind !== 'marketing' || market !== 'mainland') {
      return undefined;
    }
    const milliseconds = msUntilOpen(this.options.window, now);
    return milliseconds > 0 ? { do: 'delay', milliseconds, why: 'window' } : undefined;
  }

  /** What earlier jobs found out. */
  private knownDelay(lane: string): Delay | undefined {
    const now = performance.now();
    if (this.faultFound !== undefined) {
      if (now - this.faultProbedAt < FAULT_PROBE_MS) {
        const { code } = this.faultFound;
        return { do: 'delay', milliseconds: FAULT_MS, why: 'fault', code };
      }
      this.faultProbedAt = now;
    }
    const paused = this.pausedUntil.get(lane);
    if (paused === undefined) {
      return undefined;
    }
    if (now < paused.until) {
      return paused.step;
    }
    this.pausedUntil.delete(lane);
    return undefined;
  }

  private async attempt(
    job: SmsGuardJob<SmsAnyTemplate>,
    text: GuardedText,
  ): Promise<SmsGuardStep> {
    // The turn may have been waited for.
    const now = this.now();
    const leftMs = this.staleAt(job, text) - now;
    const delay = this.windowDelay(text, now);
    if (delay !== undefined || leftMs <= 0) {
      return delay ?? this.conclude(job, text, 'stale', { status: 'stale' });
    }
    const withinMs = Math.min(
      this.options.sendWithinMs,
      leftMs,
      text.kind === 'marketing' && text.market === 'mainland'
        ? msUntilClosed(this.options.window, now)
        : Infinity,
    );
    const keys = this.digests.of(job.key, text);
    const lane = this.laneOf(job, text);
    const token = randomUUID();
    // Begins before the leave is asked for: a process that slept meanwhile must not use it.
    const deadline = this.options.sms.startDeadline(withinMs);
    let begun: SmsBeginResult;
    try {
      begun = await this.options.store.begin({
        keys,
        token,
        lane,
        begunAt: now,
        notAfter: now + withinMs,
      });
    } catch (error) {
      // Whether it has begun is not known, but that it did not leave is.
      this.giveBack(keys, token);
      throw error;
    }
    switch (begun.state) {
      case 'go':
        return within(await this.trySend({ job, text, lane, token, begun, deadline }), leftMs);
      case 'paused':
        return within(this.onPaused(lane, begun), leftMs);
      case 'reused':
        this.warn('reused', 'A key stands for another text already: the later one was refused.');
        return {
          do: 'complete',
          result: { status: 'rejected', code: 'SMS_KEY_REUSED', template: text.template, at: now },
        };
      case 'sending':
      case 'settling':
      case 'done':
      case 'stale':
      case 'cancelled':
        return this.found(begun.marker, job, text);
    }
  }

  private onPaused(
    lane: string,
    { reason, probeInMs = MOST_PAUSED_MS }: Extract<SmsBeginResult, { state: 'paused' }>,
  ): Delay {
    const milliseconds = Math.max(PAUSE_KNOWN_MS, Math.min(probeInMs, MOST_PAUSED_MS));
    const step: Delay = { do: 'delay', milliseconds, why: 'paused', code: reason };
    this.pausedUntil.set(lane, { until: performance.now() + PAUSE_KNOWN_MS, step });
    return step;
  }

  private async trySend(attempt: Attempt): Promise<SmsGuardStep> {
    const { job, begun, deadline, text } = attempt;
    const input = { ...job.input, track: true } as unknown as SmsSendInput<SmsAnyTemplate>;
    const callRef = toCallRef(begun.id, begun.epoch);
    let outcome: SmsOutcome;
    try {
      outcome = await this.options.sms.trySendWithLeave(job.template, input, { callRef, deadline });
    } catch (error) {
      // The input is at fault: nothing was sent.
      const isNight =
        error instanceof SmsValidationError &&
        error.issues.some(({ reason }) => reason === 'marketing-at-night');
      return this.onRejected(attempt, codeOf(error), undefined, isNight);
    }
    const { ref, templateId: template = text.template, requestId } = outcome;
    const base = { template, ref, requestId, at: this.now() };
    switch (outcome.status) {
      case 'accepted':
        this.faultFound = undefined;
        await this.resumeAfterProbe(attempt);
        return this.finish(begun.id, begun.epoch, {
          ...base,
          status: 'accepted',
          serialNo: outcome.serialNo,
        });
      case 'unknown':
        await again(async () =>
          this.options.store.end(begun.id, begun.epoch, { state: 'settling' }),
        );
        return { do: 'settle' };
      case 'rejected':
        return this.onRejected(attempt, outcome.code, outcome);
    }
  }

  private async onRejected(
    attempt: Attempt,
    code: string,
    outcome: SmsRejected | undefined,
    isNight = false,
  ): Promise<SmsGuardStep> {
    const { job, text, lane, begun } = attempt;
    const { store, window, probeEveryMs } = this.options;
    const kind = isNight ? 'window' : rejectionKindOf(code, job.input.sdkAppId !== undefined);
    if (kind !== 'worker' && outcome?.requestId !== undefined) {
      // Tencent knew the key.
      this.faultFound = undefined;
    }
    const now = this.now();
    switch (kind) {
      case 'final': {
        const { requestId, ref } = outcome ?? {};
        const { template } = text;
        return this.finish(begun.id, begun.epoch, {
          status: 'rejected',
          code,
          template,
          ref,
          requestId,
          at: now,
        });
      }
      case 'lane':
        // Before another job begins.
        await again(async () => store.pause(lane, code, probeEveryMs));
        await this.release(attempt);
        return this.onPaused(lane, { state: 'paused', reason: code, probeInMs: probeEveryMs });
      case 'worker':
        this.onFault(code, now);
        await this.release(attempt);
        return { do: 'delay', milliseconds: FAULT_MS, why: 'fault', code };
      case 'window':
        await this.release(attempt);
        return {
          do: 'delay',
          milliseconds: Math.max(msUntilOpen(window, now), MOST_PAUSED_MS),
          why: 'window',
          code,
        };
      case 'passing':
        await this.release(attempt);
        return {
          do: 'delay',
          milliseconds: backOffMs(code, begun.epoch, Math.random),
          why: 'cause',
          code,
        };
    }
  }

  private onFault(code: string, now: number): void {
    this.faultProbedAt = performance.now();
    if (this.faultFound?.code !== code) {
      this.faultFound = { code, since: now };
      this.logger.error(
        `Account ${this.account} has no right to send from this process (${code}): its jobs wait for others. Tried again every ${FAULT_PROBE_MS / 1000} s.`,
      );
    }
  }

  private async resumeAfterProbe({ begun, lane }: Attempt): Promise<void> {
    if (begun.isProbe) {
      try {
        const pauses = await this.options.store.paused();
        const own = pauses.find((pause) => pause.lane === lane && pause.reason !== 'manual');
        if (own !== undefined) {
          await this.options.store.resume(lane, own.reason);
        }
      } catch {
        // The next probe does it.
      }
    }
  }

  /** Another attempt was there before: its job is done, or may be. */
  private async found(
    marker: SmsMarker,
    job: SmsGuardJob<SmsAnyTemplate>,
    text: GuardedText | undefined,
  ): Promise<SmsGuardStep> {
    if (marker.result !== undefined && isEnd(marker)) {
      return this.complete(marker, marker.result);
    }
    const now = this.now();
    const { sms, delivery, store, name } = this.options;
    const endsIn = marker.notAfter + sms.timeoutMs + MARGIN_MS - now;
    if (marker.state === 'sending' && endsIn > 0) {
      return { do: 'delay', milliseconds: Math.max(1_000, endsIn), why: 'sending' };
    }
    if (text === undefined) {
      return { do: 'delay', milliseconds: LOOK_AGAIN_MS, why: 'sending' };
    }
    // Moments of an attempt are told by the real clock, whatever the account goes by.
    const ahead = now - Date.now();
    const settlement = await delivery.settleFor(name, {
      status: 'unknown',
      to: text.to,
      ref: job.input.ref,
      callRef: toCallRef(marker.id, marker.epoch),
      templateId: text.template,
      signName: undefined,
      decidedAt: marker.begunAt - ahead,
      notAfter: marker.notAfter - ahead,
      signedAt: undefined,
    });
    const result = toResult(settlement, now);
    if (result === undefined) {
      await store.end(marker.id, marker.epoch, { state: 'settling' });
      return { do: 'delay', milliseconds: LOOK_AGAIN_MS, why: 'sending' };
    }
    if (
      marker.state === 'sending' &&
      marker.token !== undefined &&
      result.status === 'rejected' &&
      rejectionKindOf(result.code ?? '', job.input.sdkAppId !== undefined) !== 'final'
    ) {
      // Its process died before it gave the attempt back.
      await store.release([marker.id], marker.token);
      return { do: 'delay', milliseconds: 1_000, why: 'cause', code: result.code };
    }
    return this.finish(marker.id, marker.epoch, result);
  }

  /** What became of a text whose outcome was open. */
  private async onSettled(settlement: SmsSettlement): Promise<void> {
    const attempt = parseCallRef(settlement.callRef);
    const result = toResult(settlement, this.now());
    if (attempt !== undefined && result !== undefined) {
      const marker = await this.options.store.end(attempt.id, attempt.epoch, {
        state: 'done',
        result,
      });
      if (marker !== undefined) {
        if (marker.doubled) {
          this.warn(
            'doubled',
            'An attempt that had counted as rejected was accepted: two texts went out for one key.',
          );
        }
        await this.announce(marker);
      }
    }
  }

  private async finish(id: string, epoch: number, result: SmsJobResult): Promise<SmsGuardStep> {
    const marker = await again(async () =>
      this.options.store.end(id, epoch, { state: 'done', result }),
    );
    return marker === undefined
      ? { do: 'complete', result }
      : this.complete(marker, marker.result ?? result);
  }

  private async conclude(
    job: SmsGuardJob<SmsAnyTemplate>,
    text: GuardedText | undefined,
    state: 'done' | 'stale',
    how: Pick<SmsJobResult, 'status' | 'code'>,
  ): Promise<SmsGuardStep> {
    const template = text?.template;
    const ref: unknown = (Object(job.input) as { ref?: unknown }).ref;
    const marker = await this.options.store.conclude(this.digests.of(job.key, text), {
      state,
      result: { ...how, template, ref: typeof ref === 'string' ? ref : undefined, at: this.now() },
    });
    return this.found(marker, job, text);
  }

  private async complete(marker: SmsMarker, result: SmsJobResult): Promise<SmsGuardStep> {
    // Before the job ends: a process that dies here does the job again, and tells it then.
    await this.announce(marker);
    return { do: 'complete', result };
  }

  /** Tells handlers of an end; each is told once, by its id. */
  private async announce(marker: SmsMarker): Promise<void> {
    const { id: job, epoch, result, corrected } = marker;
    if (result === undefined || !isEnd(marker)) {
      return;
    }
    const { name: account, delivery } = this.options;
    const id = `outcome ${job} ${epoch}${corrected ? ` corrected ${result.status}` : ''}`;
    const body: SmsJobOutcome = { id, job, account, corrected: corrected || undefined, ...result };
    const { store, dispatcher } = delivery.parts;
    await again(async () => (store as SmsDeliveryStore).announce([{ id, kind: 'outcome', body }]));
    dispatcher?.wake();
  }

  private async release({ begun, token }: Attempt): Promise<void> {
    try {
      await again(async () => this.options.store.release([begun.id], token));
    } catch (error) {
      this.giveBack([begun], token);
      throw error;
    }
  }

  /** Gives an attempt back that did not leave, once the store is there again. */
  private giveBack(keys: readonly { readonly id: string }[], token: string): void {
    if (this.givenBack >= MOST_GIVEN_BACK) {
      return;
    }
    this.givenBack += 1;
    const ids = keys.map(({ id }) => id);
    void again(async () => this.options.store.release(ids, token), GIVE_BACK_MS)
      .catch(() => undefined)
      .finally(() => {
        this.givenBack -= 1;
      });
  }

  private staleAt(job: SmsGuardJob<SmsAnyTemplate>, text: GuardedText): number {
    const since = timeOf(job.at) ?? this.now();
    const afterMs = parseDuration(job.staleAfter);
    return afterMs === undefined ? staleAtOf(text, since, this.options.window) : since + afterMs;
  }

  private laneOf(job: SmsGuardJob<SmsAnyTemplate>, { kind }: GuardedText): string {
    return this.laneKey(job.lane ?? kind ?? 'notification');
  }

  private laneKey(lane: string): string {
    return `${this.account} ${lane}`;
  }

  private now(): number {
    return this.options.sms.now().getTime();
  }
}

/** Calls again what failed; the last failure is thrown. */
async function again<T>(call: () => Promise<T>, pauses: readonly number[] = AGAIN_MS): Promise<T> {
  for (const milliseconds of pauses) {
    try {
      return await call();
    } catch {
      await new Promise<void>((resolve) => {
        setTimeout(resolve, milliseconds).unref();
      });
    }
  }
  return call();
}

function isEnd({ state }: SmsMarker): boolean {
  return state === 'done' || state === 'stale' || state === 'cancelled';
}

function toResult(
  { verdict, serialNo, code, ref, template }: SmsSettlement,
  at: number,
): SmsJobResult | undefined {
  switch (verdict) {
    case 'accepted':
      return { status: 'accepted', serialNo, ref, template, at };
    case 'rejected':
      return { status: 'rejected', code, ref, template, at };
    case 'absent':
      return { status: 'unknown', code: 'SMS_ABSENT', ref, template, at };
    case 'open':
      return undefined;
  }
}

/** A job is looked at when it is stale at the latest. */
function within<Step extends SmsGuardStep>(step: Step, leftMs: number): Step {
  return step.do === 'delay' && step.milliseconds > leftMs
    ? { ...step, milliseconds: Math.max(1, leftMs) }
    : step;
}

function faultStep(error: unknown): Delay {
  const code = error instanceof SmsError ? error.code : undefined;
  return { do: 'delay', milliseconds: FAULT_MS, why: 'fault', ...(code && { code }) };
}

function textOf(error: unknown): string {
  return error instanceof Error ? redactUntrusted(error.message) : 'no Error';
}

function codeOf(error: unknown): string {
  return error instanceof SmsError ? error.code : 'SMS_UNFORESEEN';
}

function timeOf(at: Date | number | undefined): number | undefined {
  return at instanceof Date ? at.getTime() : at;
}

function assertJob({ key, at, staleAfter }: SmsGuardJob<SmsAnyTemplate>): void {
  const issues = [
    ...(typeof key === 'string' && key !== '' && key.length <= 1_000
      ? []
      : [{ field: 'key', message: 'key must be a text of 1 to 1,000 characters.' }]),
    ...(at === undefined || Number.isFinite(timeOf(at))
      ? []
      : [{ field: 'at', message: 'at must be a valid Date, or milliseconds since 1970.' }]),
    ...(staleAfter === undefined || parseDuration(staleAfter) !== undefined
      ? []
      : [{ field: 'staleAfter', message: `staleAfter is not usable: expected ${DURATION_FORM}.` }]),
  ];
  if (issues.length > 0) {
    throw new SmsValidationError(issues);
  }
}
