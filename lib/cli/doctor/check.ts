import type { CliText } from '../language.js';
import type { Examination } from './examination.js';
import type { Finding } from './finding.js';

/** One thing that is looked at. */
export interface DoctorCheck {
  /** Stays as it is, for machines. */
  readonly name: string;
  readonly title: CliText;
  /** Milliseconds after which it is given up. */
  readonly timeoutMs: number;
  /** `undefined` when it was not asked for. */
  run(examination: Examination): Promise<Finding | undefined>;
}
