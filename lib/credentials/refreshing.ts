import { SmsCredentialsError } from '../errors/credentials.error.js';
import type { SmsCredentials } from '../signing/signer.js';
import { withDeadline } from '../time/with-deadline.js';
import { assertCredentials } from './credentials-provider.js';
import type { SmsCredentialsProvider } from './credentials-provider.js';
import { assertOptions, CLOCK, wholeNumber } from './provider-options.js';
import type { OptionChecks } from './provider-options.js';

/** Credentials that end by themselves, as STS and the metadata service hand them out. */
export interface SmsTemporaryCredentials {
  /** What signs until then; the `token` is part of it. */
  credentials: SmsCredentials;
  /** When Tencent stops to accept them. */
  expiresAt: Date;
}

/** How temporary credentials are kept fresh. */
export interface SmsRefreshOptions {
  /**
   * Seconds before the expiry at which new credentials are fetched. With a lifetime of less than
   * twice this, half of the lifetime.
   * @default 300
   */
  refreshBeforeSeconds?: number | undefined;
  /**
   * The clock: milliseconds since 1970. For tests.
   * @default Date.now
   */
  now?: (() => number) | undefined;
}

/** @internal Checks of {@link SmsRefreshOptions}, to be spread into those of a provider. */
export const REFRESH_CHECKS: OptionChecks<SmsRefreshOptions> = {
  refreshBeforeSeconds: wholeNumber('seconds', 0),
  now: CLOCK,
};

/** How long a fetch that failed, or that did not help, is left alone: STS must not be flooded. */
const PAUSE_MS = 5000;

/** A fetch that hangs must not hold up every send from then on. */
const LONGEST_FETCH_MS = 60_000;

/**
 * Makes a provider that remembers temporary credentials and fetches new ones in time.
 *
 * - Concurrent calls share one fetch.
 * - It starts minutes ahead of the expiry; until it is done, every call gets the old credentials.
 * - A failure is never cached. While the old credentials are valid they are still returned, and a
 *   call at least five seconds later fetches again; once they have expired, the next call does.
 * - Called with `refused`, it fetches newer credentials, unless another call just did.
 *
 * Credentials are renewed by calls, never by a timer. A `fetch` that takes longer than a minute has
 * failed; give it a shorter time-out of its own.
 *
 * @example
 * refreshingCredentials(async () => {
 *   const { id, key, token, until } = await vault.lease('sms');
 *   return { credentials: { secretId: id, secretKey: key, token }, expiresAt: new Date(until) };
 * });
 *
 * @throws SmsOptionsError when an option is not usable.
 */
export function refreshingCredentials(
  fetch: () => SmsTemporaryCredentials | Promise<SmsTemporaryCredentials>,
  options: SmsRefreshOptions = {},
): SmsCredentialsProvider {
  assertOptions('refreshingCredentials', options, REFRESH_CHECKS);
  const { refreshBeforeSeconds = 300, now = () => Date.now() } = options;
  let current: Held | undefined;
  let inFlight: Promise<Held> | undefined;
  let failedAt = Number.NEGATIVE_INFINITY;
  let refusedAt = Number.NEGATIVE_INFINITY;

  async function fetchOnce(): Promise<Held> {
    const given = await withDeadline(fetch, {
      timeoutMs: LONGEST_FETCH_MS,
      onTimeout: throwTooLong,
      holdsProcess: false,
    });
    const held = hold(given, now(), refreshBeforeSeconds * 1000);
    current = held;
    return held;
  }

  async function join(): Promise<SmsCredentials> {
    // Cleared before the promise settles, so that the next call after a failure fetches again.
    inFlight ??= fetchOnce().finally(() => {
      inFlight = undefined;
    });
    return (await inFlight).credentials;
  }

  return (ask) => {
    const time = now();
    if (current === undefined || time >= current.expiresAt) {
      return join();
    }
    if (ask?.refused !== undefined && areSame(ask.refused, current.credentials)) {
      if (inFlight === undefined && !hasPassed(PAUSE_MS, refusedAt, time)) {
        return current.credentials;
      }
      refusedAt = time;
      return join();
    }
    if (
      time >= current.refreshAt &&
      inFlight === undefined &&
      hasPassed(PAUSE_MS, failedAt, time)
    ) {
      join().catch(() => {
        failedAt = now();
      });
    }
    return current.credentials;
  };
}

function throwTooLong(): never {
  const seconds = LONGEST_FETCH_MS / 1000;
  throw new SmsCredentialsError(
    `The source of temporary credentials gave nothing within ${seconds} seconds.`,
  );
}

/** Credentials at hand, with the moments that matter. */
interface Held {
  credentials: SmsCredentials;
  expiresAt: number;
  refreshAt: number;
}

function hold(given: unknown, time: number, marginMs: number): Held {
  const { credentials, expiresAt: end } = (given ?? {}) as Partial<SmsTemporaryCredentials>;
  assertCredentials('The source of temporary credentials', credentials);
  const expiresAt = toTime(end);
  if (expiresAt <= time) {
    throw new SmsCredentialsError(
      'The temporary credentials had expired when they came. Check the clock of this machine.',
    );
  }
  const { secretId, secretKey, token } = credentials;
  return {
    credentials: Object.freeze({ secretId, secretKey, token }),
    expiresAt,
    refreshAt: expiresAt - Math.min(marginMs, (expiresAt - time) / 2),
  };
}

function toTime(end: unknown): number {
  const time = Object.prototype.toString.call(end) === '[object Date]' ? Number(end) : Number.NaN;
  if (Number.isNaN(time)) {
    throw new SmsCredentialsError(
      'The source of temporary credentials gave no usable expiresAt: expected a Date.',
    );
  }
  return time;
}

// A clock that was set back must not prolong a pause.
function hasPassed(pauseMs: number, since: number, time: number): boolean {
  return Math.abs(time - since) >= pauseMs;
}

function areSame(one: SmsCredentials, other: SmsCredentials): boolean {
  return (
    one.secretId === other.secretId &&
    one.secretKey === other.secretKey &&
    one.token === other.token
  );
}
