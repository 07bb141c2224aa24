/** The result of a check. */
export interface CheckResult {
  readonly state: 'up' | 'degraded' | 'down';
  /** Shown to clients of the health endpoint; never a secret, never a number. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** The result of a check that got no answer. */
export const TIMED_OUT: CheckResult = {
  state: 'down',
  details: { code: 'SMS_TIMEOUT', message: 'No answer in time.' },
};
