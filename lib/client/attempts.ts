import { setTimeout as pause } from 'node:timers/promises';
import type { SmsAction } from '../api/actions.js';
import { isRead } from '../api/actions.js';
import { SmsError } from '../errors/sms.error.js';
import { SmsAbortError } from '../errors/transport.errors.js';
import { nextStep, pauseMs } from '../http/retry-policy.js';
import type { ResolvedRetry } from '../http/retry-policy.js';
import type { ServerClock } from '../http/server-clock.js';
import type { SmsHttpResponse } from '../http/transport.js';
import type { SmsCredentials } from '../signing/signer.js';
import type { CallEvents } from './call-events.js';

/** The attempts of one call: how many failed, and what was mended between them. */
export class Attempts {
  /** Credentials that were refused, so that the next attempt asks for newer ones. */
  refused: SmsCredentials | undefined;
  private refusal: unknown;
  private failed = 0;
  private clockCorrected = false;
  private readonly offsetSeconds: number;

  constructor(
    private readonly action: SmsAction,
    private readonly retry: ResolvedRetry,
    private readonly clock: ServerClock,
    private readonly signal: AbortSignal | undefined,
    private readonly events: CallEvents | undefined,
  ) {
    this.offsetSeconds = clock.offsetSeconds;
  }

  /**
   * Makes the next attempt possible: pauses, or mends what the answer complained of.
   *
   * @throws the error itself when no further attempt may or can be made.
   */
  async afterFailure(
    error: unknown,
    response: SmsHttpResponse | undefined,
    credentials: SmsCredentials | undefined,
  ): Promise<void> {
    this.failed += 1;
    this.refusal = error;
    const step =
      this.failed < this.retry.attempts ? nextStep(error, isRead(this.action)) : 'give-up';
    if (step === 'again') {
      await this.pause();
    } else if (
      !(step === 'correct-clock' && this.correctClock(response)) &&
      !(step === 'refresh-credentials' && this.refuse(credentials))
    ) {
      throw error;
    }
    const code = error instanceof SmsError ? error.code : 'unknown';
    this.events?.onRetry({ action: this.action, failed: this.failed, code });
  }

  private correctClock(response: SmsHttpResponse | undefined): boolean {
    if (this.clockCorrected) {
      return false;
    }
    this.clockCorrected = true;
    // Doubles of tests often answer without any header.
    const headers: Partial<SmsHttpResponse['headers']> | null | undefined = response?.headers;
    this.clock.correct(headers?.['date']);
    const { offsetSeconds } = this.clock;
    // Compared with the time this call went by: another one may have corrected the clock meanwhile.
    const corrected = offsetSeconds !== this.offsetSeconds;
    if (corrected) {
      this.events?.onClockCorrected({ action: this.action, offsetSeconds });
    }
    return corrected;
  }

  /** @throws the refusal itself when the provider has nothing newer than what was refused. */
  assertNewer(credentials: SmsCredentials): void {
    if (this.refused !== undefined && this.refused === credentials) {
      throw this.refusal;
    }
  }

  private refuse(credentials: SmsCredentials | undefined): boolean {
    const again = this.refused === undefined && credentials !== undefined;
    this.refused = credentials;
    return again;
  }

  private async pause(): Promise<void> {
    const { signal } = this;
    try {
      await pause(pauseMs(this.retry, this.failed, Math.random()), undefined, { signal });
    } catch {
      throw new SmsAbortError('Aborted between two attempts.', 'connect', signal?.reason);
    }
  }
}
