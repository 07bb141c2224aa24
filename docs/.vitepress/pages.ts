// The pages of the site in reading order, by group. A page that does not exist (yet) is left out.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export interface Group {
  readonly en: string;
  readonly zh: string;
  /** Names of files without their ending. */
  readonly pages: readonly string[];
}

/** A group of a menu, as VitePress takes it. */
export interface Menu {
  readonly text: string;
  readonly link?: string;
  readonly items: { readonly text: string; readonly link: string }[];
}

const DOCS = resolve(import.meta.dirname, '..');

export const GROUPS: readonly Group[] = [
  { en: 'Start', zh: '开始', pages: ['getting-started', 'migrating', 'compatibility', 'faq'] },
  {
    en: 'Features',
    zh: '功能',
    pages: ['sending', 'templates', 'verification', 'delivery', 'queue', 'campaigns'],
  },
  {
    en: 'Set-up',
    zh: '设置',
    pages: ['configuration', 'credentials', 'accounts', 'command-line'],
  },
  { en: 'Testing', zh: '测试', pages: ['testing', 'emulator'] },
  {
    en: 'Operation',
    zh: '运维',
    pages: ['operations', 'troubleshooting', 'health', 'observability', 'security'],
  },
  {
    en: 'Reference',
    zh: '参考',
    pages: ['actions', 'errors', 'error-codes', 'official-sdk', 'architecture'],
  },
];

/** The groups for VitePress, with the title that each page has in its language. */
export function sidebar(language: 'en' | 'zh'): Menu[] {
  const folder = language === 'en' ? '' : 'zh/';
  return GROUPS.map(({ pages, ...names }) => ({
    text: names[language],
    items: pages
      .map((page) => `${folder}${page}`)
      .filter((page) => existsSync(join(DOCS, `${page}.md`)))
      .map((page) => ({ text: titleOf(page), link: `/${page}` })),
  }));
}

/** The entry points of the package, each with the page that TypeDoc makes of it. */
export function apiSidebar({
  exports,
  name,
}: {
  readonly exports: object;
  readonly name: string;
}): Menu[] {
  const paths = Object.keys(exports).filter((path) => path !== './package.json');
  return [
    {
      text: 'API',
      link: '/api/overview',
      items: paths.map((path) => ({
        text: path === '.' ? name : path.replace('./', '…/'),
        link: `/api/${path === '.' ? '' : path.replace('./', '')}`,
      })),
    },
  ];
}

function titleOf(page: string): string {
  const text = readFileSync(join(DOCS, `${page}.md`), 'utf8');
  return /^# (.+)$/m.exec(text)?.[1] ?? page;
}
