import { isDate } from 'node:util/types';
import type { SmsError } from '../errors/sms.error.js';
import { SmsTransportError } from '../errors/transport.errors.js';
import { SmsValidationError } from '../errors/validation.error.js';
import type { ServerClock } from '../http/server-clock.js';

/** How long a request may take to leave when the caller gave no `notAfter`. */
export const DEFAULT_PATIENCE_MS = 60_000;

/**
 * A moment after which a request must not leave any more.
 *
 * Kept on two clocks, and past as soon as it is past on one of them: the clock of the day goes on
 * while the machine sleeps, and the monotonic one when the former is set back.
 */
export class Deadline {
  private readonly monotonicEnd: number;

  private constructor(
    private readonly clock: ServerClock,
    /** The end by Tencent's clock, as far as it is known whenever it is asked for. */
    private readonly end: () => number,
  ) {
    this.monotonicEnd = performance.now() + this.dayLeftMs();
  }

  /** A date, which stays when the clock is corrected: it comes sooner or later then. */
  static at(clock: ServerClock, notAfter: number): Deadline {
    return new Deadline(clock, () => notAfter);
  }

  /** So long from now on, which a correction of the clock does not change. */
  static in(clock: ServerClock, milliseconds: number): Deadline {
    const machineEnd = clock.machineMs() + milliseconds;
    return new Deadline(clock, () => clock.toServerMs(machineEnd));
  }

  /** Milliseconds since 1970, by Tencent's clock as far as it is known. */
  get notAfter(): number {
    return this.end();
  }

  /** Milliseconds until then; below 0 afterwards. */
  get leftMs(): number {
    return Math.min(this.dayLeftMs(), this.monotonicEnd - performance.now());
  }

  private dayLeftMs(): number {
    return this.notAfter - this.clock.nowMs();
  }
}

/**
 * Reads a `notAfter` as callers give it.
 *
 * @returns milliseconds since 1970; `undefined` when none was given
 * @throws SmsValidationError when it is neither a valid `Date` nor a finite number.
 */
export function readNotAfter(notAfter: unknown): number | undefined {
  if (notAfter === undefined) {
    return undefined;
  }
  const milliseconds = isDate(notAfter) ? notAfter.getTime() : notAfter;
  if (typeof milliseconds !== 'number' || !Number.isFinite(milliseconds)) {
    throw new SmsValidationError([
      { field: 'notAfter', message: 'notAfter must be a valid Date, or milliseconds since 1970.' },
    ]);
  }
  return milliseconds;
}

/** What comes too late was surely not sent; its phase says so. */
export function toTooLateError(cause: unknown): SmsError {
  return new SmsTransportError(
    'The time to send it (notAfter) was over: nothing was sent.',
    'connect',
    {
      code: 'SMS_TOO_LATE',
      retryable: true,
      cause,
    },
  );
}
