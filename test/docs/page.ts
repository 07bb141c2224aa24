import { readFileSync, readdirSync } from 'node:fs';
import { posix, resolve } from 'node:path';

/** A Markdown page of the documentation, as far as its specs look at it. */
export interface Page {
  /** From the root of the repository, such as `docs/zh/sending.md`. */
  readonly path: string;
  readonly headings: readonly Heading[];
  readonly blocks: readonly CodeBlock[];
  /** What stands before the first heading, then what stands below each; without code blocks. */
  readonly sections: readonly Section[];
  readonly links: readonly Link[];
}

export interface Heading {
  readonly level: number;
  readonly text: string;
  /** What a link to it has behind the `#`. */
  readonly anchor: string;
}

export interface CodeBlock {
  /** The first word behind the fence; empty for a drawing. */
  readonly language: string;
  readonly code: string;
  /** Line of the page on which the code begins, from 1. */
  readonly line: number;
  /** Declarations from a comment `<!-- given … -->` directly above, that readers do not see. */
  readonly given: string;
  /** Line of the page on which `given` begins, from 1. */
  readonly givenLine: number;
}

export interface Section {
  readonly prose: string;
  readonly tables: readonly (readonly string[])[];
}

export interface Link {
  readonly line: number;
  /** As it is written. */
  readonly target: string;
  /** The file from the root of the repository; undefined outside of it. */
  readonly file: string | undefined;
  /** Behind the `#`; undefined without one. */
  readonly anchor: string | undefined;
}

const ROOT = resolve(import.meta.dirname, '../..');

/** Both READMEs and every page below `docs`, in both languages; not the front page of the site. */
export function readPages(): Page[] {
  return ['.', 'docs', 'docs/zh'].flatMap((folder) =>
    readdirSync(resolve(ROOT, folder))
      .filter((name) => (folder === '.' ? /^README[^/]*\.md$/ : /\.md$/).test(name))
      .filter((name) => name !== 'index.md')
      .toSorted()
      .map((name) => posix.join(folder, name))
      .map((path) => parsePage(path, readFileSync(resolve(ROOT, path), 'utf8'))),
  );
}

export function isChinese({ path }: Pick<Page, 'path'>): boolean {
  return path.startsWith('docs/zh/') || path === 'README.zh-CN.md';
}

/** The English page with the same content; an English page itself. */
export function toEnglishPath(path: string): string {
  return path.replace(/^docs\/zh\//, 'docs/').replace(/(^|\/)README\.zh-CN\.md$/, '$1README.md');
}

/**
 * Reads a page.
 *
 * @throws Error for what the specs of the documentation would otherwise miss: a code block that is
 * indented or open at the end, a `given` without a block directly below it.
 */
export function parsePage(path: string, text: string): Page {
  const lines = text.split('\n');
  const blocks = takeBlocks(path, lines);
  return {
    path,
    blocks,
    headings: headingsOf(lines),
    sections: sectionsOf(lines),
    links: lines.flatMap((line, index) => linksIn(path, line, index + 1)),
  };
}

const FENCE = /^(\s*)(`{3,}|~{3,})\s*(\w*)/;
const HEADING = /^(#+) (.+)$/;

/** Reads the code blocks and the comments of a page, and leaves empty lines in their place. */
function takeBlocks(path: string, lines: string[]): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let given: Pick<CodeBlock, 'given' | 'givenLine'> | undefined;
  const fail = (line: number, fault: string): never => {
    throw new Error(`${path}:${line} ${fault}`);
  };
  const assertUsed = (): void => {
    if (given !== undefined) {
      fail(given.givenLine - 1, 'a code block must follow "given"');
    }
  };
  /** Takes the lines from `start` to the first that ends them; gives back those between. */
  const take = (start: number, isEnd: (line: string) => boolean, what: string): string[] => {
    const length = lines.slice(start + 1).findIndex((line) => isEnd(line));
    if (length === -1) {
      fail(start + 1, `this ${what} does not end`);
    }
    const taken = lines.slice(start + 1, start + 1 + length);
    lines.fill('', start, start + length + 2);
    return taken;
  };

  lines.forEach((_, index) => {
    // Not the line that was there when the loop began: it may have been taken since.
    const line = lines[index] ?? '';
    const [, indent, fence, language = ''] = FENCE.exec(line) ?? [];
    if (fence !== undefined) {
      if (indent !== '' || fence !== '```') {
        fail(index + 1, 'a code block must start with three backticks in the first column');
      }
      const code = take(index, (each) => each === '```', 'code block');
      const above = given ?? { given: '', givenLine: 0 };
      blocks.push({
        language,
        code: code.map((each) => `${each}\n`).join(''),
        line: index + 2,
        ...above,
      });
      given = undefined;
      return;
    }
    if (line !== '') {
      assertUsed();
    }
    if (line.startsWith('<!--')) {
      const body = line.includes('-->')
        ? []
        : take(index, (each) => each.includes('-->'), 'comment');
      lines[index] = '';
      if (line === '<!-- given') {
        given = { given: body.join('\n'), givenLine: index + 2 };
      }
    }
  });
  assertUsed();
  return blocks;
}

function headingsOf(lines: readonly string[]): Heading[] {
  const headings: Heading[] = [];
  for (const line of lines) {
    const [, marks, text] = HEADING.exec(line) ?? [];
    if (marks !== undefined && text !== undefined) {
      headings.push({ level: marks.length, text, anchor: anchorOf(text, headings) });
    }
  }
  return headings;
}

function sectionsOf(lines: readonly string[]): Section[] {
  let section = { prose: '', tables: [] as string[][] };
  const sections = [section];
  let inTable = false;
  for (const line of lines) {
    const isRow = line.startsWith('|');
    if (HEADING.test(line)) {
      section = { prose: '', tables: [] };
      sections.push(section);
    } else if (!isRow) {
      section.prose += `${line}\n`;
    } else if (inTable) {
      section.tables.at(-1)?.push(line);
    } else {
      section.tables.push([line]);
    }
    inTable = isRow;
  }
  return sections;
}

/** The cells of a table's row, trimmed. */
export function cellsOf(row: string): string[] {
  return row
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());
}

/** What GitHub makes of a heading; a repeated one gets a number. */
function anchorOf(title: string, earlier: readonly Heading[]): string {
  const anchor = title
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
    .replaceAll(' ', '-');
  const repeated = earlier.filter(({ anchor: each }) => each.replace(/-\d+$/, '') === anchor);
  return repeated.length === 0 ? anchor : `${anchor}-${repeated.length}`;
}

function linksIn(path: string, line: string, lineNumber: number): Link[] {
  return [...line.matchAll(/\]\(([^)\s]+)[^)]*\)/g)].map(([, target = '']) => {
    if (/^[a-z]+:/.test(target)) {
      return { line: lineNumber, target, file: undefined, anchor: undefined };
    }
    const [file = '', anchor] = decodeURI(target).split('#');
    return {
      line: lineNumber,
      target,
      file: file === '' ? path : posix.join(posix.dirname(path), file),
      anchor,
    };
  });
}
