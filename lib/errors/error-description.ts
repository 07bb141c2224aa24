/**
 * What a code is about.
 *
 * - `request`: the request itself is malformed, incomplete or out of range
 * - `authentication`: the key, the token, the signature or the clock behind it
 * - `rate-limit`: too many or too fast; waiting helps
 * - `quota`: what the account may use is used up or closed for now: balance, daily volume, hours
 * - `content`: the words of a message or of its values
 * - `recipient`: the phone number, or the country it belongs to
 * - `template` and `sign`: the template or the signature that a message needs
 * - `permission`: the account or the key may not do this
 * - `unsupported`: the API has no such thing (any more)
 * - `internal`: an error at Tencent, or one of unknown cause
 */
export type SmsErrorFamily =
  | 'request'
  | 'authentication'
  | 'rate-limit'
  | 'quota'
  | 'content'
  | 'recipient'
  | 'template'
  | 'sign'
  | 'permission'
  | 'unsupported'
  | 'internal';

/**
 * Who must act.
 *
 * - `caller`: the user who gave the values of this call, such as the phone number
 * - `developer`: the developer of the code that made the call
 * - `operator`: the operator of the Tencent Cloud account, its keys, bills and settings
 * - `tencent`: Tencent alone
 */
export type SmsErrorOwner = 'caller' | 'developer' | 'operator' | 'tencent';

/**
 * Whether the call may be made again.
 *
 * - `safe-now`: nothing was sent or executed; trying again with a back-off doubles nothing
 * - `safe-later`: nothing was sent; it can only go better after waiting
 * - `unsafe`: it may have been executed; doing it again may do it twice (reading again is fine)
 * - `never`: the same request fails again until its cause is corrected
 */
export type SmsRetryAdvice = 'safe-now' | 'safe-later' | 'unsafe' | 'never';

/**
 * What a code means and what to do about it.
 */
export interface SmsErrorDescription {
  /** The code as it was asked for. */
  readonly code: string;
  /** What the code is about. */
  readonly family: SmsErrorFamily;
  /** Who must act. */
  readonly owner: SmsErrorOwner;
  /** Whether the call may be made again. */
  readonly retry: SmsRetryAdvice;
  /** What happened and what to do, in English. */
  readonly en: string;
  /** What happened and what to do, in Chinese. */
  readonly zh: string;
  /** Whether this very code is in the catalogue; otherwise its first part decides. */
  readonly known: boolean;
}

/** A row of the catalogue. */
export interface CatalogueEntry {
  readonly facts: readonly [SmsErrorFamily, SmsErrorOwner, SmsRetryAdvice];
  readonly en: string;
  readonly zh: string;
}

/** A part of the catalogue, by code. Only to be iterated: codes come from the network. */
export type CataloguePart = Readonly<Record<string, CatalogueEntry>>;
