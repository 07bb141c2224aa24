import { inspect } from 'node:util';
import type { SmsError } from '../errors/sms.error.js';
import { maskNumber } from '../privacy/mask-number.js';
import type { SmsAccepted, SmsUnknown } from '../sending/outcome.js';
import type { SmsVerificationScope } from './store/verification.store.js';

/** How far a text came. */
export type SmsVerificationTextDelivery = 'accepted' | 'unknown' | 'pending';

/** What a stranger may see of a start: for the answer to a client. */
export type SmsPublicVerificationStart =
  | {
      readonly status: 'sent' | 'waiting';
      readonly id: string;
      /** Masked. */
      readonly to: string;
      readonly expiresAt: number;
      readonly resendAt: number;
      readonly sendsLeft: number;
    }
  | { readonly status: 'throttled'; readonly retryAt: number }
  | {
      readonly status: 'refused';
      readonly reason: 'country' | 'number' | 'challenge' | 'denied';
    }
  | { readonly status: 'failed'; readonly retryAt?: number | undefined }
  | { readonly status: 'unavailable' };

/** A text is on its way, or may be. */
export interface SmsVerificationSent {
  readonly status: 'sent';
  /** For the client: `check`, and `start` for another text, go by it. */
  readonly id: string;
  /** E.164. */
  readonly to: string;
  /** `unknown`: the answer was lost; the text may come, and another one would carry the same code. */
  readonly delivery: 'accepted' | 'unknown';
  /** Milliseconds since 1970, as all moments here. */
  readonly expiresAt: number;
  /** From when on another text may be asked for. */
  readonly resendAt: number;
  readonly sendsLeft: number;
  readonly attemptsLeft: number;
  /**
   * The text that carries the code, for `SmsDelivery` to tell what becomes of it. Not in JSON.
   * `undefined` where none was sent: for decoys and test numbers.
   */
  readonly outcome?: SmsAccepted | SmsUnknown | undefined;
}

/** Asked again too soon: nothing was sent, the text of before holds. */
export interface SmsVerificationWaiting {
  readonly status: 'waiting';
  readonly id: string;
  /** E.164. */
  readonly to: string;
  /** `pending`: its send is in flight. */
  readonly delivery: SmsVerificationTextDelivery;
  readonly expiresAt: number;
  readonly resendAt: number;
  readonly sendsLeft: number;
}

/** A limit is used up: nothing was sent. */
export interface SmsVerificationThrottled {
  readonly status: 'throttled';
  readonly scope: SmsVerificationScope;
  readonly retryAt: number;
}

/** It is not sent to this number, or not for this caller. */
export interface SmsVerificationRefused {
  readonly status: 'refused';
  readonly reason: 'country' | 'number' | 'challenge' | 'denied';
}

/** Surely not sent; its place was given back. */
export interface SmsVerificationFailed {
  readonly status: 'failed';
  readonly error: SmsError;
  readonly retryAt?: number | undefined;
}

/** The store, or the challenge, is out of reach: nothing was sent or compared. */
export interface SmsVerificationUnavailable {
  readonly status: 'unavailable';
  readonly error: SmsError;
}

/** What became of a start. */
export type SmsVerificationStart = (
  | SmsVerificationSent
  | SmsVerificationWaiting
  | SmsVerificationThrottled
  | SmsVerificationRefused
  | SmsVerificationFailed
  | SmsVerificationUnavailable
) & {
  /** What a stranger may see; send this to the client. */
  toPublic(): SmsPublicVerificationStart;
};

/** The code was right, and is used up. */
export interface SmsVerificationApproved {
  readonly status: 'approved';
  /** E.164. */
  readonly to: string;
  readonly purpose: string;
  /**
   * For a cookie that scripts can't read: given to later starts and checks, it keeps strangers from
   * locking this phone out. Holds for 180 days.
   */
  readonly trust: string;
}

/** The code is not right, or not any more. */
export interface SmsVerificationDenied {
  readonly status: 'denied';
  /**
   * `wrong`: compared. `gone`: no such verification, expired, used or ended. `exhausted`: not compared,
   * all guesses at it are used up.
   */
  readonly reason: 'wrong' | 'gone' | 'exhausted';
  readonly attemptsLeft: number;
}

/** Too many wrong codes for this phone, or of this caller: not compared. */
export interface SmsVerificationLocked {
  readonly status: 'locked';
  readonly retryAt: number;
}

/** What a stranger may see of a check. */
export type SmsPublicVerificationCheck =
  | { readonly status: 'approved' | 'denied' | 'unavailable' }
  | { readonly status: 'locked'; readonly retryAt: number };

/** What became of a check. */
export type SmsVerificationCheck = (
  | SmsVerificationApproved
  | SmsVerificationDenied
  | SmsVerificationLocked
  | SmsVerificationUnavailable
) & {
  /** What a stranger may see; send this to the client. */
  toPublic(): SmsPublicVerificationCheck;
};

type Plain<Result> = Result extends unknown ? Omit<Result, 'toPublic'> : never;

/** What stands in place of a result where a failure would tell whether a phone has an account. */
const SHOWN = Symbol('shown');

/** Makes the result of a start. `shown` is what a stranger sees in its place. */
export function toStart(
  result: Plain<SmsVerificationStart>,
  shown: Plain<SmsVerificationStart> = result,
): SmsVerificationStart {
  const start = withMethods(result, () => toPublicStart(shown));
  return Object.defineProperty(start, SHOWN, { value: shown }) as SmsVerificationStart;
}

/** The result that a stranger may learn of: with decoys, a start that failed passes for one that sent. */
export function toShown(result: SmsVerificationStart): SmsVerificationStart {
  const shown = (result as { readonly [SHOWN]?: Plain<SmsVerificationStart> })[SHOWN];
  return shown === undefined ? result : toStart(shown);
}

/** Makes the result of a check. */
export function toCheck(result: Plain<SmsVerificationCheck>): SmsVerificationCheck {
  return withMethods(result, () => toPublicCheck(result)) as SmsVerificationCheck;
}

// Neither the methods nor the outcome are members of their own: results are data, plain in JSON.
function withMethods(result: object, toPublic: () => object): object {
  const { outcome, ...members } = result as { readonly outcome?: unknown };
  return Object.defineProperties(members, {
    toPublic: { value: toPublic },
    outcome: { value: outcome },
    [inspect.custom]: { value: () => mask(members) },
  });
}

function mask(result: object): object {
  const { to, id, trust } = result as { to?: string; id?: string; trust?: string };
  return {
    ...result,
    ...(to === undefined ? {} : { to: maskNumber(to) }),
    // Who has one of these can use up guesses, or the reserved texts.
    ...(id === undefined ? {} : { id: '****' }),
    ...(trust === undefined ? {} : { trust: '****' }),
  };
}

function toPublicStart(result: Plain<SmsVerificationStart>): SmsPublicVerificationStart {
  switch (result.status) {
    case 'sent':
    case 'waiting': {
      const { status, id, to, expiresAt, resendAt, sendsLeft } = result;
      return { status, id, to: maskNumber(to), expiresAt, resendAt, sendsLeft };
    }
    case 'throttled':
      return { status: result.status, retryAt: result.retryAt };
    case 'refused':
      return { status: result.status, reason: result.reason };
    case 'failed':
      return { status: result.status, retryAt: result.retryAt };
    case 'unavailable':
      return { status: result.status };
  }
}

function toPublicCheck(result: Plain<SmsVerificationCheck>): SmsPublicVerificationCheck {
  return result.status === 'locked'
    ? { status: result.status, retryAt: result.retryAt }
    : { status: result.status };
}
