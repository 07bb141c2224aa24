import { EXIT_STATUS } from './exit-status.js';

/** The command line can't be understood. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Ends the process with a sentence on its error output, once nothing is open any more. */
export function complain(text: string, exitCode: number = EXIT_STATUS.failed): void {
  process.stderr.write(`${text}\n`);
  process.exitCode = exitCode;
}

/** What an error of any kind says. */
export function problemOf(error: unknown): string {
  return typeof error === 'object' &&
    error !== null &&
    'message' in error &&
    typeof error.message === 'string'
    ? error.message
    : String(error);
}
