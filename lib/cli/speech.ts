import type { CliLanguage } from './language.js';

/** How a command prints. */
export interface Speech {
  readonly language: CliLanguage;
  /** For machines, and nothing else on the output. */
  readonly isJson: boolean;
}
