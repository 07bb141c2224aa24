import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

/** A README as far as it is the same in every language. */
interface Shape {
  /** Levels, in order, with the words of code in them. */
  readonly headings: readonly string[];
  readonly code: readonly string[];
  /** Each row with the number of its cells and the words of code in them. */
  readonly tables: readonly (readonly string[])[];
  /** Links, pictures and words of code of the sentences between two headings, in no order. */
  readonly prose: readonly (readonly string[])[];
}

function shapeOf(file: string): Shape {
  const code: string[] = [];
  const text = readFileSync(file, 'utf8').replace(
    /^```(\w*)\n([\s\S]*?)^```$/gm,
    (block, language) => {
      // What stands in no language is a drawing, whose words are translated.
      code.push(language === '' ? `${block.split('\n').length} lines` : block);
      return '';
    },
  );
  const headings: string[] = [];
  const tables: string[][] = [];
  const prose: string[][] = [];
  let inTable = false;
  for (const line of text.split('\n')) {
    const heading = /^#+/.exec(line)?.[0];
    const isRow = line.startsWith('|');
    if (heading !== undefined) {
      headings.push([heading, ...wordsOfCode(line)].join(' '));
      prose.push([]);
    } else if (isRow) {
      if (!inTable) {
        tables.push([]);
      }
      const cells = line.split(/(?<!\\)\|/).slice(1, -1);
      tables.at(-1)?.push(cells.map((cell) => wordsOfCode(cell).toSorted().join(' ')).join(' | '));
    } else {
      prose.at(-1)?.push(...wordsOfCode(line));
    }
    inTable = isRow;
  }
  return { headings, code, tables, prose: prose.map((words) => words.toSorted()) };
}

/** What no translation changes: words of code, and where links lead to. */
function wordsOfCode(line: string): string[] {
  const links = [...line.matchAll(/\]\(([^)#]+)\)/g)].map(([, target]) => `to ${target}`);
  return [...(line.match(/`[^`]+`/g) ?? []), ...links];
}

describe('README.zh-CN.md', () => {
  const english = shapeOf('README.md');
  const chinese = shapeOf('README.zh-CN.md');

  it('is read at all', () => {
    expect(english.headings.length).toBeGreaterThan(20);
    expect(english.code.length).toBeGreaterThan(15);
    expect(english.tables.length).toBeGreaterThan(10);
  });

  it('has the same sections', () => {
    expect(chinese.headings).toEqual(english.headings);
  });

  it('has the same code', () => {
    expect(chinese.code).toEqual(english.code);
  });

  it('has the same tables, row by row', () => {
    expect(chinese.tables).toEqual(english.tables);
  });

  it('names the same things between them', () => {
    const language = new Set(['to README.md', 'to README.zh-CN.md']);
    const bare = ({ prose }: Shape) =>
      prose.map((words) => words.filter((word) => !language.has(word)));
    expect(bare(chinese)).toEqual(bare(english));
  });
});
