// Looks at the site that VitePress built: each link within it leads to a page, and to a heading or a
// member there. VitePress itself fails on missing pages, and does not look behind the `#`.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, posix, resolve } from 'node:path';

const site = resolve(import.meta.dirname, '../docs/.vitepress/dist');
const pages = readdirSync(site, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.html'));
const html = new Map(pages.map((path) => [path, readFileSync(join(site, path), 'utf8')]));
const [, base = '/'] =
  /<link rel="preload stylesheet" href="(.*?)assets\//.exec(html.get('index.html')) ?? [];

const ids = new Map(
  [...html].map(([path, text]) => [
    path,
    new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => unescape(id))),
  ]),
);

const broken = [...html].flatMap(([path, text]) =>
  [...text.matchAll(/<a [^>]*href="([^"]*)"/g)]
    .map(([, href]) => unescape(href))
    .filter((href) => !/^[a-z]+:/.test(href))
    .filter((href) => isBroken(path, href))
    .map((href) => `${path}: ${href}`),
);
for (const line of new Set(broken)) {
  console.error(line);
}
if (broken.length > 0) {
  process.exitCode = 1;
} else {
  console.log(`${pages.length} pages, and every link in them leads somewhere.`);
}

function isBroken(path, href) {
  const [target, anchor] = decodeURI(href).split('#');
  const file = target === '' ? path : fileOf(path, target);
  if (file === undefined) {
    return true;
  }
  return anchor !== undefined && anchor !== '' && ids.get(file)?.has(anchor) === false;
}

/** The file of the site that a server gives for an address, as hosts of such sites do. */
function fileOf(path, target) {
  const absolute = target.startsWith('/')
    ? target.slice(target.startsWith(base) ? base.length : 1)
    : posix.join(posix.dirname(path), target);
  const candidates = [absolute, `${absolute}.html`, posix.join(absolute, 'index.html')];
  return candidates.find((file) => /\.\w+$/.test(file) && existsSync(join(site, file)));
}

function unescape(text) {
  return text.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&#39;', "'");
}
