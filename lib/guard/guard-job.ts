import { SmsValidationError } from '../errors/validation.error.js';
import type { SmsAnyTemplate } from '../templates/sms-template.js';
import type { SmsTemplateKind } from '../templates/template-content.js';
import { parseDuration, DURATION_FORM } from '../time/duration.js';
import type { SmsDuration } from '../time/duration.js';
import type { SmsGuardInput } from './guarded-text.js';

/** What a job is queued in, and can be paused with. */
export type SmsLane = SmsTemplateKind;

/** A job, as an engine has it. */
export interface SmsGuardJob<Template extends SmsAnyTemplate> {
  /** What makes the job one: however often it is given, one text goes out. Seven days from its end. */
  readonly key: string;
  readonly template: Template;
  readonly input: SmsGuardInput<Template>;
  /**
   * When it was to go out, a `Date` or milliseconds since 1970: before it waits, and `staleAfter` counts
   * from it.
   * @default now: it is never stale
   */
  readonly at?: Date | number | undefined;
  /**
   * How long after `at` the text is still wanted.
   * @default of codes the minutes that they hold, 5 at most; of marketing the end of the next day's
   * window; of others 24 hours
   */
  readonly staleAfter?: SmsDuration | undefined;
  /** @default the kind of its template; `notification` where that is not known */
  readonly lane?: SmsLane | undefined;
}

/** @throws SmsValidationError when `key`, `at` or `staleAfter` is not usable. */
export function assertJob({ key, at, staleAfter }: SmsGuardJob<SmsAnyTemplate>): void {
  const issues = [
    ...(typeof key === 'string' && key !== '' && key.length <= 1_000
      ? []
      : [{ field: 'key', message: 'key must be a text of 1 to 1,000 characters.' }]),
    ...(at === undefined || Number.isFinite(timeOf(at))
      ? []
      : [{ field: 'at', message: 'at must be a valid Date, or milliseconds since 1970.' }]),
    ...(staleAfter === undefined || parseDuration(staleAfter) !== undefined
      ? []
      : [{ field: 'staleAfter', message: `staleAfter is not usable: expected ${DURATION_FORM}.` }]),
  ];
  if (issues.length > 0) {
    throw new SmsValidationError(issues);
  }
}

/** Milliseconds since 1970. */
export function timeOf(at: Date | number | undefined): number | undefined {
  return at instanceof Date ? at.getTime() : at;
}
