import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig } from 'vitepress';
import { repositoryPages, searchable, slugify } from './markdown.js';
import { apiSidebar, sidebar } from './pages.js';

const manifest = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '../../package.json'), 'utf8'),
) as {
  description: string;
  exports: object;
  homepage: string;
  name: string;
  repository: { url: string };
};
const { description, homepage, name, repository } = manifest;
const source = repository.url.replace(/^git\+|\.git$/g, '');
// A project's pages are below its name on most hosts.
const base = process.env.DOCS_BASE ?? new URL(homepage).pathname.replace(/\/?$/, '/');

const CHINESE_SEARCH = {
  button: { buttonText: '搜索', buttonAriaLabel: '搜索' },
  modal: {
    displayDetails: '显示详情',
    resetButtonTitle: '清除',
    backButtonTitle: '关闭搜索',
    noResultsText: '没有找到',
    footer: { selectText: '选择', navigateText: '切换', closeText: '关闭' },
  },
};

/** Words, codes in whole and in parts, and each Chinese character, since Chinese has no blanks. */
function tokenize(text: string): string[] {
  return text.match(/[\p{Script=Han}]|[^\s\p{P}\p{S}\p{Script=Han}]+/gu) ?? [];
}

export default defineConfig({
  base,
  title: name,
  description,
  cleanUrls: true,
  lastUpdated: false,
  // Every dead link fails the build.
  ignoreDeadLinks: false,
  markdown: {
    anchor: { slugify },
    toc: { slugify },
    config: (md) => {
      repositoryPages(md, source);
    },
  },
  themeConfig: {
    socialLinks: [{ icon: 'github', link: source }],
    search: {
      provider: 'local',
      options: {
        locales: { zh: { translations: CHINESE_SEARCH } },
        _render: (page, env, md) => searchable(md.render(page, env), env),
        miniSearch: {
          options: { tokenize },
          searchOptions: { combineWith: 'AND', fuzzy: 0.1, prefix: true },
        },
      },
    },
  },
  // A page without a picture of its own in the tab, rather than a request that fails.
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  transformPageData: (page) => {
    if (page.relativePath.endsWith('actions.md')) {
      page.frontmatter.outline = [2, 3];
    }
  },
  vite: { build: { chunkSizeWarningLimit: 1000 } },
  locales: {
    root: {
      label: 'English',
      lang: 'en',
      themeConfig: {
        nav: [
          { text: 'Guide', link: '/getting-started' },
          { text: 'API', link: '/api/overview' },
        ],
        sidebar: { '/': sidebar('en'), '/api/': apiSidebar(manifest) },
        outline: { level: [2, 2] },
      },
    },
    zh: {
      label: '中文',
      lang: 'zh-CN',
      description: '面向 NestJS 的腾讯云短信：全部接口、如实的发送结果、可离线开发的模拟器。',
      themeConfig: {
        nav: [
          { text: '指南', link: '/zh/getting-started' },
          { text: 'API', link: '/api/overview' },
        ],
        sidebar: { '/zh/': sidebar('zh') },
        outline: { level: [2, 2], label: '本页内容' },
        docFooter: { prev: '上一页', next: '下一页' },
        darkModeSwitchLabel: '主题',
        lightModeSwitchTitle: '切换到浅色',
        darkModeSwitchTitle: '切换到深色',
        sidebarMenuLabel: '菜单',
        returnToTopLabel: '回到顶部',
        langMenuLabel: '语言',
        skipToContentLabel: '跳到正文',
        notFound: { title: '没有这一页', linkText: '回到首页', quote: '请检查地址，或用搜索。' },
      },
    },
  },
});
