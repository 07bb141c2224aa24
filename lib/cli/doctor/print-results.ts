import { toOneLine } from '../../privacy/redact.js';
import { say } from '../language.js';
import type { CliLanguage } from '../language.js';
import { pad, widthOf } from '../terminal.js';
import type { Terminal } from '../terminal.js';
import type { CheckStatus } from './finding.js';
import { CHECKS } from './checks.js';
import type { CheckResult } from './run-checks.js';

const MARKS = { ok: '✔', warn: '◐', fail: '✖' } as const;
const COLORS = { ok: 'green', warn: 'yellow', fail: 'red' } as const;

/** Prints what a check found: a mark, what was seen, and below it what to do next. */
export function printResult(
  { check, status, seen, next }: CheckResult,
  language: CliLanguage,
  terminal: Terminal,
): void {
  const width = Math.max(...CHECKS.map(({ title }) => widthOf(title[language])));
  const head = `${terminal.paint(COLORS[status], MARKS[status])} ${pad(check.title[language], width)}  `;
  const headWidth = width + 4;
  terminal.write(head, headWidth, toOneLine(seen[language]));
  if (next !== undefined) {
    terminal.write(`${' '.repeat(headWidth)}→ `, headWidth + 2, toOneLine(next[language]));
  }
}

/** Prints how many there were of what. */
export function printSummary(
  results: readonly CheckResult[],
  language: CliLanguage,
  terminal: Terminal,
): void {
  const count = (status: CheckStatus): number =>
    results.filter((result) => result.status === status).length;
  const summary = say(
    `${count('ok')} fine, ${count('warn')} in doubt, ${count('fail')} wrong.`,
    `正常 ${count('ok')} 项，存疑 ${count('warn')} 项，错误 ${count('fail')} 项。`,
  );
  terminal.line();
  terminal.line(summary[language]);
}

/** What `--json` prints. */
export function toJson(results: readonly CheckResult[], language: CliLanguage): string {
  const checks = results.map(({ check, status, seen, next }) => ({
    name: check.name,
    status,
    seen: toOneLine(seen[language]),
    next: next === undefined ? '' : toOneLine(next[language]),
  }));
  return JSON.stringify({ ok: checks.every(({ status }) => status !== 'fail'), checks }, null, 2);
}
