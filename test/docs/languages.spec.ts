import { describe, expect, it } from '@jest/globals';
import { cellsOf, isChinese, parsePage, readPages, toEnglishPath } from './page.js';
import type { Link, Page } from './page.js';

/** A page as far as it is the same in every language. */
interface Shape {
  /** Levels, in order, with the words of code in them. */
  readonly headings: readonly string[];
  /** Each block with what it is given; a drawing by its number of lines, since its words are translated. */
  readonly code: readonly string[];
  /** The words of code in each cell, by section and row. */
  readonly tables: readonly (readonly (readonly string[])[])[];
  /** The words of code between two headings, in no order. */
  readonly prose: readonly (readonly string[])[];
  /** Where the links of the page lead, in no order. */
  readonly links: readonly string[];
}

const pages = readPages();

function shapeOf(page: Page, all: readonly Page[]): Shape {
  return {
    headings: page.headings.map(({ level, text }) => [level, ...wordsOfCode(text)].join(' ')),
    code: page.blocks.map(({ language, code, given }) =>
      language === '' ? `${code.split('\n').length} lines` : `${given}\n${language}\n${code}`,
    ),
    tables: page.sections.map(({ tables }) =>
      tables.map((rows) => rows.map((row) => cellsOf(row).map(toWords).join(' | '))),
    ),
    prose: page.sections.map(({ prose }) => wordsOfCode(prose).toSorted()),
    links: page.links.map((link) => toPlace(link, all)).toSorted(),
  };
}

function toWords(cell: string): string {
  return wordsOfCode(cell).toSorted().join(' ');
}

/** What no translation changes. */
function wordsOfCode(text: string): string[] {
  return (text.match(/`[^`]+`/g) ?? []).map((word) => word.replaceAll(/\s+/g, ' '));
}

/** Where a link leads, in words that are the same from both languages: an anchor by its position. */
function toPlace({ target, file, anchor }: Link, all: readonly Page[]): string {
  if (file === undefined) {
    return target;
  }
  const headings = all.find(({ path }) => path === file)?.headings ?? [];
  const position = headings.findIndex((heading) => heading.anchor === anchor);
  return toEnglishPath(file) + (anchor === undefined ? '' : ` heading ${position}`);
}

function shapes(english: Page, chinese: Page): { english: Shape; chinese: Shape } {
  const all = [...pages, english, chinese];
  return { english: shapeOf(english, all), chinese: shapeOf(chinese, all) };
}

describe('the documentation in two languages', () => {
  it('has the same pages', () => {
    const english = pages.filter((page) => !isChinese(page)).map(({ path }) => path);
    const chinese = pages.filter(isChinese).map(({ path }) => toEnglishPath(path));
    expect(english.length).toBeGreaterThan(10);
    expect(chinese).toEqual(english);
  });

  describe.each(
    pages.filter(isChinese).map((chinese) => {
      const path = toEnglishPath(chinese.path);
      const english = pages.find((page) => page.path === path) ?? parsePage(path, '');
      return Object.assign(shapes(english, chinese), { path: chinese.path });
    }),
  )('$path', ({ english, chinese }) => {
    it('has the same headings as the English page', () => {
      expect(chinese.headings).toEqual(english.headings);
    });

    it('has the same code blocks as the English page', () => {
      expect(chinese.code).toEqual(english.code);
    });

    it('has the same code in its tables as the English page, row by row', () => {
      expect(chinese.tables).toEqual(english.tables);
    });

    it('names the same code as the English page between its headings', () => {
      expect(chinese.prose).toEqual(english.prose);
    });

    it('links the same pages and headings as the English page', () => {
      expect(chinese.links).toEqual(english.links);
    });
  });

  it.each([
    ['a heading', '## `b`\n', '## `c`\n', 'headings'],
    ['a code block', '```ts\na;\n```\n', '```ts\nb;\n```\n', 'code'],
    ['a "given"', '<!-- given\na\n-->\n```ts\n```\n', '```ts\n```\n', 'code'],
    ['a table row', '| a | `b` |\n| - | - |\n', '| a | `c` |\n| - | - |\n', 'tables'],
    ['a column', '| a | `b` |\n| - | - |\n', '| `b` | a |\n| - | - |\n', 'tables'],
    ['a sentence', 'Use `a`.\n', '使用 `b`。\n', 'prose'],
    ['the file of a link', '[a](a.md)\n', '[a](b.md)\n', 'links'],
    [
      'the heading of a link',
      '## a\n\n## b\n\n[a](#a)\n',
      '## 甲\n\n## 乙\n\n[甲](#乙)\n',
      'links',
    ],
  ] as [string, string, string, keyof Shape][])(
    'sees a difference in %s',
    (_, english, chinese, part) => {
      const both = shapes(parsePage('docs/x.md', english), parsePage('docs/zh/x.md', chinese));
      expect(both.chinese[part]).not.toEqual(both.english[part]);
    },
  );
});
