// What the pages need on the site because they are written for the repository, where they are read as well.
import { posix } from 'node:path';
import type MarkdownIt from 'markdown-it';

/** Headings that typedoc gives to each member. */
const SCAFFOLD: ReadonlySet<string> = new Set([
  'Constructors',
  'Default',
  'Example',
  'Extended by',
  'Extends',
  'Implements',
  'Inherited from',
  'Methods',
  'Overrides',
  'Parameters',
  'Properties',
  'Returns',
  'Throws',
  'Type Declaration',
  'Type Parameters',
]);

/** What GitHub makes of a heading: links of the pages are written for it. */
export function slugify(title: string): string {
  return title
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
    .replaceAll(' ', '-');
}

/** Leads links out of `docs/` to the repository, and drops the line of links that the site's menu replaces. */
export function repositoryPages(md: MarkdownIt, repository: string): void {
  md.core.ruler.push('repository-pages', ({ tokens, env }) => {
    const { relativePath: page = '' } = env as { relativePath?: string };
    if (page.startsWith('api/')) {
      return;
    }
    const menu = tokens.findIndex(
      ({ type, content }) => type === 'inline' && /^\[(?:中文|English)\]\(/.test(content),
    );
    if (menu !== -1) {
      tokens.splice(menu - 1, 3);
    }
    for (const link of tokens.flatMap(({ children }) => children ?? [])) {
      const href = link.type === 'link_open' ? link.attrGet('href') : null;
      if (href !== null && href.startsWith('.')) {
        link.attrSet('href', toSite(page, href, repository));
      }
    }
  });
}

function toSite(page: string, href: string, repository: string): string {
  const [path = '', anchor] = href.split('#');
  const file = posix.join('docs', posix.dirname(page), path);
  return file.startsWith('docs/')
    ? href
    : `${repository}/blob/main/${file}${anchor === undefined ? '' : `#${anchor}`}`;
}

/**
 * What the search is to find of a page. In the reference each member has headings such as "Returns": an
 * exported name is one entry there, with its members as text, or the index would be of headings alone.
 */
export function searchable(html: string, env: unknown): string {
  const { relativePath: page = '' } = env as { relativePath?: string };
  return page.startsWith('api/')
    ? html
        .replaceAll(/<pre\b.*?<\/pre>/gs, '')
        .replaceAll(/<h[4-6]\b[^>]*>(.*?)<\/h[4-6]>/gs, (_, title: string) => {
          const name = title.replaceAll(/<[^>]*>/g, '').trim();
          return SCAFFOLD.has(name) ? '' : `<p>${name}</p>`;
        })
    : html;
}
