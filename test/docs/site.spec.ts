import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import MarkdownIt from 'markdown-it';
import { repositoryPages, slugify } from '../../docs/.vitepress/markdown.js';
import { GROUPS, apiSidebar } from '../../docs/.vitepress/pages.js';
import { isChinese, parsePage, readPages } from './page.js';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(resolve(root, path), 'utf8');

function render(relativePath: string, text: string): string {
  const md = new MarkdownIt();
  repositoryPages(md, 'https://example.test/shop');
  return md.render(text, { relativePath });
}

describe('the site of the documentation', () => {
  it('has every page in its menu, once', () => {
    const listed = GROUPS.flatMap(({ pages }) => pages);
    expect(new Set(listed).size).toBe(listed.length);
    const pages = readPages()
      .filter((page) => !isChinese(page) && page.path.startsWith('docs/'))
      .map(({ path }) => path.slice('docs/'.length, -'.md'.length));
    expect(pages.filter((page) => !listed.includes(page))).toEqual([]);
  });

  it('has every entry point of the package in the menu of the API', () => {
    const manifest = JSON.parse(read('package.json')) as {
      name: string;
      exports: Record<string, unknown>;
    };
    const { entryPoints } = JSON.parse(read('typedoc.json').replaceAll(/^\s*\/\/.*$/gm, '')) as {
      entryPoints: string[];
    };
    expect(apiSidebar(manifest)[0]?.items).toHaveLength(entryPoints.length);
    expect(Object.keys(manifest.exports)).toHaveLength(entryPoints.length + 1);
  });

  it.each([
    ['docs/index.md', 'docs'],
    ['docs/zh/index.md', 'docs'],
  ])('leads from %s to pages and headings that exist', (file, folder) => {
    const links = [...read(file).matchAll(/link: \/([^\s#]+)(?:#(\S+))?/g)];
    expect(links.length).toBeGreaterThan(5);
    const broken = links.filter(([, page = '', anchor]) => {
      const path = `${folder}/${page}.md`;
      if (!existsSync(resolve(root, path)) || isChinese({ path }) !== file.includes('/zh/')) {
        return true;
      }
      const { headings } = parsePage(path, read(path));
      return anchor !== undefined && headings.every((heading) => heading.anchor !== anchor);
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });

  it('gives headings the anchors that links in the repository use', () => {
    const headings = readPages().flatMap((page) => page.headings);
    const others = headings.filter(
      ({ text, anchor }) =>
        slugify(text) !== anchor.replace(/-\d+$/, '') && slugify(text) !== anchor,
    );
    expect(headings.length).toBeGreaterThan(100);
    expect(others).toEqual([]);
  });

  it('leads links out of the folder to the repository, and leaves the others', () => {
    const html = render('zh/a.md', '[b](../../bench/README.md#x) [c](b.md#d) [e](../f.md)\n');
    expect(html).toContain('href="https://example.test/shop/blob/main/bench/README.md#x"');
    expect(html).toContain('href="b.md#d"');
    expect(html).toContain('href="../f.md"');
  });

  it('drops the line of links below the title, which its menu replaces', () => {
    const html = render('a.md', '# A\n\n[中文](zh/a.md) · [All pages](../README.md)\n\nText.\n');
    expect(html).toBe('<h1>A</h1>\n<p>Text.</p>\n');
  });
});

describe('the pages that repeat the code', () => {
  it('are up to date: npm run docs:pages would change nothing', () => {
    const script = ['--import', './scripts/typescript.mjs', 'scripts/docs-pages.mjs', '--check'];
    expect(() => execFileSync(process.execPath, script, { cwd: root })).not.toThrow();
  });

  it('have every code of the catalogue as a heading, which search finds and links lead to', () => {
    const page = parsePage('docs/error-codes.md', read('docs/error-codes.md'));
    const codes = page.headings.flatMap(({ text }) => /^`(.+)`$/.exec(text)?.[1] ?? []);
    expect(codes).toContain('LimitExceeded.PhoneNumberDailyLimit');
    expect(codes).toContain('SMS_CONNECT_FAILED');
    expect(codes.length).toBeGreaterThan(140);
  });
});
