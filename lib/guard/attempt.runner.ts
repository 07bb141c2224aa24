import { randomUUID } from 'node:crypto';
import type { Deadline } from '../client/deadline.js';
import { SmsValidationError } from '../errors/validation.error.js';
import type { SmsOutcome, SmsRejected } from '../sending/outcome.js';
import type { SmsSendInput } from '../sending/sms.sender.js';
import type { SmsAnyTemplate } from '../templates/sms-template.js';
import { again } from './again.js';
import { codeOf } from './code-of.js';
import type { FoundAttempts } from './found-attempts.js';
import type { GuardContext } from './guard-context.js';
import type { SmsGuardJob } from './guard-job.js';
import { within } from './guard-step.js';
import type { SmsGuardStep } from './guard-step.js';
import type { GuardedText } from './guarded-text.js';
import type { JobEnds } from './job-ends.js';
import { toCallRef } from './key-digests.js';
import { MOST_PAUSED_MS } from './lane-gate.js';
import type { LaneGate } from './lane-gate.js';
import { msUntilOpen } from './marketing-window.js';
import type { SmsBeginResult } from './queue.store.js';
import { backOffMs, rejectionKindOf } from './rejection.js';

/** Of an attempt that is given back when the store answers again; then its key is looked for. */
const GIVE_BACK_MS = [0, 250, 1_000, 3_000, 10_000, 20_000] as const;
/** Most of those at once. */
const MOST_GIVEN_BACK = 1_000;

/** An attempt that has its leave. */
interface Attempt {
  readonly job: SmsGuardJob<SmsAnyTemplate>;
  readonly text: GuardedText;
  readonly lane: string;
  readonly token: string;
  readonly begun: Extract<SmsBeginResult, { state: 'go' }>;
  readonly deadline: Deadline;
}

/** Asks for leave, sends, and writes what became of it. */
export class AttemptRunner {
  private givenBack = 0;

  constructor(
    private readonly context: GuardContext,
    private readonly gate: LaneGate,
    private readonly ends: JobEnds,
    private readonly found: FoundAttempts,
  ) {}

  /**
   * @param limits how long the text may take to leave, and until it is stale
   * @throws what the store throws.
   */
  async run(
    job: SmsGuardJob<SmsAnyTemplate>,
    text: GuardedText,
    { withinMs, leftMs }: { readonly withinMs: number; readonly leftMs: number },
  ): Promise<SmsGuardStep> {
    const { sms, store } = this.context.options;
    const now = this.context.now();
    const keys = this.context.digests.of(job.key, text);
    const lane = this.context.laneOf(job, text);
    const token = randomUUID();
    // Begins before the leave is asked for: a process that slept meanwhile must not use it.
    const deadline = sms.startDeadline(withinMs);
    let begun: SmsBeginResult;
    try {
      const notAfter = now + withinMs;
      begun = await store.begin({ keys, token, lane, begunAt: now, notAfter });
    } catch (error) {
      // Whether it has begun is not known, but that it did not leave is.
      this.giveBack(keys, token);
      throw error;
    }
    switch (begun.state) {
      case 'go':
        return within(await this.trySend({ job, text, lane, token, begun, deadline }), leftMs);
      case 'paused':
        return within(this.gate.onPaused(lane, begun), leftMs);
      case 'reused':
        this.context.warn(
          'reused',
          'A key stands for another text already: the later one was refused.',
        );
        return {
          do: 'complete',
          result: { status: 'rejected', code: 'SMS_KEY_REUSED', template: text.template, at: now },
        };
      case 'sending':
      case 'settling':
      case 'done':
      case 'stale':
      case 'cancelled':
        return this.found.take(begun.marker, job, text);
    }
  }

  private async trySend(attempt: Attempt): Promise<SmsGuardStep> {
    const { job, begun, deadline, text, lane } = attempt;
    const { sms, store } = this.context.options;
    const input = { ...job.input, track: true } as unknown as SmsSendInput<SmsAnyTemplate>;
    const callRef = toCallRef(begun.id, begun.epoch);
    let outcome: SmsOutcome;
    try {
      outcome = await sms.trySendWithLeave(job.template, input, { callRef, deadline });
    } catch (error) {
      // The input is at fault: nothing was sent.
      const isNight =
        error instanceof SmsValidationError &&
        error.issues.some(({ reason }) => reason === 'marketing-at-night');
      return this.onRejected(attempt, codeOf(error), undefined, isNight);
    }
    const { ref, templateId: template = text.template, requestId } = outcome;
    switch (outcome.status) {
      case 'accepted': {
        const { serialNo } = outcome;
        const at = this.context.now();
        this.gate.forgetFault();
        if (begun.isProbe) {
          await this.gate.resumeAfterProbe(lane);
        }
        return this.ends.finish(begun.id, begun.epoch, {
          status: 'accepted',
          serialNo,
          requestId,
          template,
          ref,
          at,
        });
      }
      case 'unknown':
        await again(async () => store.end(begun.id, begun.epoch, { state: 'settling' }));
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
    const kind = isNight ? 'window' : rejectionKindOf(code, job.input.sdkAppId !== undefined);
    const { requestId, ref } = outcome ?? {};
    if (kind !== 'worker' && requestId !== undefined) {
      this.gate.forgetFault();
    }
    const now = this.context.now();
    switch (kind) {
      case 'final': {
        const { template } = text;
        return this.ends.finish(begun.id, begun.epoch, {
          status: 'rejected',
          code,
          template,
          ref,
          requestId,
          at: now,
        });
      }
      case 'lane': {
        // Before another job begins.
        const step = await this.gate.pauseFor(code, lane);
        await this.release(attempt);
        return step;
      }
      case 'worker': {
        const step = this.gate.onFault(code);
        await this.release(attempt);
        return step;
      }
      case 'window': {
        await this.release(attempt);
        const milliseconds = Math.max(
          msUntilOpen(this.context.options.window, now),
          MOST_PAUSED_MS,
        );
        return { do: 'delay', milliseconds, why: 'window', code };
      }
      case 'passing': {
        await this.release(attempt);
        const milliseconds = backOffMs(code, begun.epoch, Math.random);
        return { do: 'delay', milliseconds, why: 'cause', code };
      }
    }
  }

  private async release({ begun, token }: Attempt): Promise<void> {
    try {
      await again(async () => this.context.options.store.release([begun.id], token));
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
    void again(async () => this.context.options.store.release(ids, token), GIVE_BACK_MS)
      .catch(() => undefined)
      .finally(() => {
        this.givenBack -= 1;
      });
  }
}
