import type { SmsAction } from '../api/actions.js';
import { isRead } from '../api/actions.js';
import { SmsError } from '../errors/sms.error.js';
import { SmsTransportError } from '../errors/transport.errors.js';
import { isRateRefusal, nextStep, pauseMs } from './retry-policy.js';
import type { ResolvedRetry, RetryStep } from './retry-policy.js';
import type { ServerClock } from '../http/server-clock.js';
import type { SmsHttpResponse } from '../http/transport.js';
import type { SmsCredentials } from '../signing/signer.js';
import type { CallEvents } from './call-events.js';
import type { CallTiming } from './call-timing.js';
import type { InFlight } from './in-flight.js';
import { toTooLateError } from './deadline.js';
import type { Pacer } from './pacer.js';
import { wait } from './wait.js';

/** What bounds the attempts of one call. */
export interface AttemptLimits {
  readonly retry: ResolvedRetry;
  readonly timing: CallTiming;
  readonly signal: AbortSignal | undefined;
  /** Whether refusals of the rate are repeated as long as there is time, whatever their number. */
  readonly outlastsRateRefusals: boolean;
  readonly inFlight: InFlight;
}

/** The attempts of one call: how many failed, and what was corrected between them. */
export class RetryLoop {
  /** Credentials that were refused, so that the next attempt asks for newer ones. */
  refused: SmsCredentials | undefined;
  /** Attempts that could not connect. */
  unreachable = 0;
  private refusal: unknown;
  private failed = 0;
  /** Refusals of the rate among them that do not count. */
  private outlasted = 0;
  private clockCorrected = false;
  private readonly offsetSeconds: number;

  constructor(
    private readonly action: SmsAction,
    private readonly limits: AttemptLimits,
    private readonly clock: ServerClock,
    private readonly events: CallEvents | undefined,
  ) {
    this.offsetSeconds = clock.offsetSeconds;
  }

  /**
   * Makes the next attempt possible: pauses, or corrects what the answer rejected.
   *
   * @throws the error itself when no further attempt may or can be made.
   */
  async next(
    error: unknown,
    response: SmsHttpResponse | undefined,
    credentials: SmsCredentials | undefined,
  ): Promise<void> {
    this.failed += 1;
    this.refusal = error;
    switch (this.stepAfter(error)) {
      case 'give-up':
        throw error;
      case 'again':
        await this.pause(error);
        break;
      case 'correct-clock':
        this.assertMended(error, this.correctClock(response));
        break;
      case 'refresh-credentials':
        this.assertMended(error, this.markRefused(credentials));
        break;
    }
    this.unreachable += isUnreachable(error) ? 1 : 0;
    const code = error instanceof SmsError ? error.code : 'unknown';
    this.events?.onRetry({ action: this.action, failed: this.failed, code });
  }

  private assertMended(error: unknown, mended: boolean): void {
    // By the clock as it is now; and what was held too long expired for that.
    this.assertInTime();
    if (!mended) {
      throw error;
    }
  }

  private correctClock(response: SmsHttpResponse | undefined): boolean {
    if (this.clockCorrected) {
      return false;
    }
    this.clockCorrected = true;
    // Mocked transports often return no headers.
    const headers: Partial<SmsHttpResponse['headers']> | null | undefined = response?.headers;
    this.clock.correct(headers?.['date']);
    const { offsetSeconds } = this.clock;
    // Compared with the time that this call used: another call may have corrected the clock meanwhile.
    const corrected = offsetSeconds !== this.offsetSeconds;
    if (corrected) {
      this.events?.onClockCorrected({ action: this.action, offsetSeconds });
    }
    return corrected;
  }

  /** @throws the refusal itself when the provider has nothing newer than what was refused. */
  assertRefreshed(credentials: SmsCredentials): void {
    if (this.refused !== undefined && this.refused === credentials) {
      throw this.refusal;
    }
  }

  private markRefused(credentials: SmsCredentials | undefined): boolean {
    const again = this.refused === undefined && credentials !== undefined;
    this.refused = credentials;
    return again;
  }

  /** @throws SmsError with the code `SMS_TOO_LATE` when the request must not leave any more. */
  assertInTime(): void {
    if (this.limits.timing.deadline.leftMs < 0) {
      throw toTooLateError(this.refusal);
    }
  }

  /**
   * Waits until a pacer lets the request start.
   *
   * @returns when it started, for the pacer
   */
  async waitForStart(pacer: Pacer, perSecond: number): Promise<number> {
    let started = 0;
    await this.wait(this.limits.timing.deadline.leftMs, (onOver) =>
      pacer.queue(perSecond, (start) => {
        started = start;
        onOver();
      }),
    );
    return started;
  }

  private stepAfter(error: unknown): RetryStep {
    const { retry, outlastsRateRefusals } = this.limits;
    const step = nextStep(error, isRead(this.action));
    // One attempt is what the caller asked for.
    if (step === 'again' && outlastsRateRefusals && retry.attempts > 1 && isRateRefusal(error)) {
      this.outlasted += 1;
      return 'again';
    }
    return this.failed - this.outlasted < retry.attempts ? step : 'give-up';
  }

  private async pause(error: unknown): Promise<void> {
    const { retry } = this.limits;
    // Attempts without another bound must not repeat without a pause.
    const baseDelayMs = Math.max(retry.baseDelayMs, this.outlasted > 0 ? 1 : 0);
    const ms = pauseMs({ ...retry, baseDelayMs }, this.failed, Math.random());
    const { leftMs } = this.limits.timing.deadline;
    if (ms > leftMs) {
      throw toTooLateError(error);
    }
    await this.wait(Infinity, (onOver) => {
      const timer = setTimeout(onOver, ms);
      return () => {
        clearTimeout(timer);
      };
    });
  }

  private async wait(atMostMs: number, begin: (onOver: () => void) => () => void): Promise<void> {
    const { signal, inFlight } = this.limits;
    const onTooLong = () => toTooLateError(this.refusal);
    return wait(begin, { signal, inFlight, atMostMs, onTooLong });
  }
}

function isUnreachable(error: unknown): boolean {
  return error instanceof SmsTransportError && error.phase === 'connect';
}
