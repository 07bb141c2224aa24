/** What became of a text that was queued; plain JSON, and no phone number in it. */
export interface SmsJobResult {
  /** `stale` and `cancelled` never left; `unknown` may have, and no record was found of it. */
  readonly status: 'accepted' | 'rejected' | 'unknown' | 'stale' | 'cancelled';
  /** Tencent's code, or ours (`SMS_…`), of a text that was not accepted. */
  readonly code?: string | undefined;
  /** Tencent's number of the text. */
  readonly serialNo?: string | undefined;
  readonly requestId?: string | undefined;
  /** Id of the template. */
  readonly template?: string | undefined;
  /** Your own label of the text. */
  readonly ref?: string | undefined;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What `@OnSmsOutcome` calls its method with: the end of a queued text. Data: plain in JSON. */
export interface SmsJobOutcome extends SmsJobResult {
  /** The same for every call about this end. */
  readonly id: string;
  /** Digest of the key, as `SmsSendGuard.jobId` gives it. */
  readonly job: string;
  /** Name of the account; left out for the one without a name. */
  readonly account?: string | undefined;
  /** Whether it takes another end back. */
  readonly corrected?: boolean | undefined;
}
