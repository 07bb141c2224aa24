import type { WriteStream } from 'node:tty';

/** Width where no terminal tells one. */
const DEFAULT_COLUMNS = 80;
/** What a text needs beside its head; with less left it stands below it. */
const LEAST_COLUMNS = 16;
const BELOW_INDENT = 4;
const COLORS = { green: 32, yellow: 33, red: 31, dim: 2 } as const;

/** What a stream of the process tells of its terminal, where it is one. */
export type Output = Pick<WriteStream, 'write'> & Partial<Pick<WriteStream, 'isTTY' | 'columns'>>;

/** Writes lines that fit, in colour where that is welcome. */
export class Terminal {
  private readonly columns: number;
  private readonly hasColors: boolean;

  constructor(
    private readonly out: Output,
    env: Readonly<Record<string, string | undefined>>,
  ) {
    this.columns = Math.max(40, out.columns ?? DEFAULT_COLUMNS);
    // https://no-color.org: set and not empty, whatever its value is.
    this.hasColors = out.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  }

  paint(color: keyof typeof COLORS, text: string): string {
    return this.hasColors ? `\u001B[${COLORS[color]}m${text}\u001B[0m` : text;
  }

  /**
   * Writes a text after a head, wrapped to the width, its further lines below its first one; below a
   * head that takes too much of the line.
   *
   * @param head as it is shown
   * @param headWidth how many columns it takes
   */
  write(head: string, headWidth: number, text: string): void {
    const isBelow = this.columns - headWidth < LEAST_COLUMNS;
    const indent = ' '.repeat(isBelow ? BELOW_INDENT : headWidth);
    const start = isBelow ? `${head.trimEnd()}\n${indent}` : head;
    const lines = wrap(text, this.columns - indent.length);
    this.out.write(`${start}${lines.join(`\n${indent}`)}\n`);
  }

  line(text = ''): void {
    this.out.write(`${text}\n`);
  }
}

/** Columns that a text takes: a character of East Asia takes two. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) {
    width += WIDE.test(character) ? 2 : 1;
  }
  return width;
}

/** Fills a text up with blanks. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u;
/** A word with the blanks behind it, or one character of East Asia with punctuation that must follow it. */
const PIECES =
  /[\u2E80-\u9FFF\uF900-\uFAFF\uFF00-\uFFEF][，。；：、！？）】》”’]*|[^\s\u2E80-\u9FFF\uF900-\uFAFF\uFF00-\uFFEF]+|\s+/gu;

/** Breaks a text into lines of at most a width, between words or beside a character of East Asia. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const [piece] of text.matchAll(PIECES)) {
    if (line !== '' && widthOf(line + piece.trimEnd()) > width) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += line === '' ? piece.trimStart() : piece;
    // A word that is longer than a line, such as a path.
    while (widthOf(line) > width) {
      const [start, rest] = split(line, width);
      lines.push(start);
      line = rest;
    }
  }
  return [...lines, line.trimEnd()];
}

function split(text: string, width: number): [string, string] {
  let start = '';
  for (const character of text) {
    if (widthOf(start + character) > width) {
      break;
    }
    start += character;
  }
  return [start, text.slice(start.length)];
}
