import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { isChinese, parsePage, readPages, toEnglishPath } from './page.js';
import type { Page } from './page.js';

const root = resolve(import.meta.dirname, '../..');
const pages = readPages();
/** Read in the repository alone. */
const others = ['.github', 'bench', 'sample-app', 'test/docs', 'test/support'].flatMap((folder) =>
  readdirSync(resolve(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) =>
      parsePage(`${folder}/${name}`, readFileSync(resolve(root, folder, name), 'utf8')),
    ),
);
/** A page of the host of the repository, beside its files. */
const OF_HOST = /^(?:\.\.\/){3}security\/advisories\/new$/;

/** A line for each link whose file, or whose heading in it, does not exist. */
function brokenLinks(page: Page): string[] {
  return page.links
    .filter(({ file, anchor, target }) => {
      if (file === undefined || OF_HOST.test(target)) {
        return false;
      }
      if (file.startsWith('..') || !existsSync(resolve(root, file))) {
        return true;
      }
      return anchor !== undefined && !anchorsOf(file).includes(anchor);
    })
    .map(({ line, target }) => `${page.path}:${line} ${target}`);
}

function anchorsOf(file: string): string[] {
  if (!file.endsWith('.md')) {
    return [];
  }
  const page = parsePage(file, readFileSync(resolve(root, file), 'utf8'));
  return page.headings.map(({ anchor }) => anchor);
}

describe('the links of the documentation', () => {
  it.each([...pages, ...others])('lead from $path to files and headings that exist', (page) => {
    expect(brokenLinks(page)).toEqual([]);
  });

  it.each(pages)('lead from $path to its other language, and otherwise stay in its own', (page) => {
    const foreign = page.links.flatMap(({ file }) =>
      file !== undefined &&
      pages.some(({ path }) => path === file) &&
      isChinese({ path: file }) !== isChinese(page)
        ? [file]
        : [],
    );
    expect(foreign).toHaveLength(1);
    expect(foreign.map(toEnglishPath)).toEqual([toEnglishPath(page.path)]);
  });

  it.each(['README.md', 'README.zh-CN.md'])(
    'lead from %s to every page of its language',
    (path) => {
      const readme = pages.find((page) => page.path === path) as Page;
      const linked = new Set(readme.links.map(({ file }) => file));
      const own = pages.filter((page) => isChinese(page) === isChinese(readme) && page !== readme);
      expect(own.filter((page) => !linked.has(page.path)).map((page) => page.path)).toEqual([]);
    },
  );

  it.each([
    ['a missing file', '[a](missing.md)'],
    ['a missing picture', '![a](missing.png)'],
    ['a missing heading', '[a](sending.md#missing)'],
    ['a missing heading of the same page', '[a](#missing)'],
    ['a file outside the repository', '[a](../../package.json)'],
  ])('are found broken for %s', (_, text) => {
    expect(brokenLinks(parsePage('docs/x.md', `${text}\n`))).toHaveLength(1);
  });
});
