/** What a check comes to. */
export interface CheckResult {
  readonly state: 'up' | 'degraded' | 'down';
  /** Shown to whoever asks for the health; never a secret, never a number. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** What a check comes to that nobody answers. */
export const TIMED_OUT: CheckResult = {
  state: 'down',
  details: { code: 'SMS_TIMEOUT', message: 'No answer in time.' },
};
