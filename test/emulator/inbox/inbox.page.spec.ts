import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { Script } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { inboxPage } from '../../../lib/emulator/inbox/inbox.page.js';
const FOLDER = 'lib/emulator/inbox/page/';
const read = (name: string): string => readFileSync(FOLDER + name, 'utf8');
const MODULES = readdirSync(FOLDER).filter((name) => name.endsWith('.js') && name !== 'texts.js');
const MARKUP = read('index.html');
const SCRIPT = MODULES.map(read).join('');
// By a name that the compiler does not follow: it checks the scripts of pages apart.
const TEXTS_MODULE = '../../../lib/emulator/inbox/page/texts.js';
const { TEXTS } = (await import(TEXTS_MODULE)) as { TEXTS: Record<string, [string, string]> };
const { html, headers } = inboxPage();
const policy = headers['Content-Security-Policy'] ?? '';
const between = (tag: string): string =>
  new RegExp(`<${tag}[^>]*>([^]*?)</${tag}>`).exec(html)?.[1] ?? '';
const hashOf = (content: string): string =>
  `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
const braces = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).toSorted();

describe('inboxPage', () => {
  it('allows its own script and style by their hashes, and no other', () => {
    expect(policy).toContain(`script-src ${hashOf(between('script'))};`);
    expect(policy).toContain(`style-src ${hashOf(between('style'))};`);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).not.toMatch(/ style=| on[a-z]+=/);
  });

  it('may not be framed, sniffed, kept or named to other pages', () => {
    expect(policy).toMatch(/base-uri 'none'.*form-action 'none'.*frame-ancestors 'none'/);
    expect(headers).toMatchObject({
      'Content-Type': 'text/html; charset=utf-8',
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-store',
    });
  });

  it('has a script that is JavaScript', () => {
    expect(() => new Script(`(() => {${between('script')}})`)).not.toThrow();
  });

  it('names no address but that of the vector format', () => {
    const addresses = html.match(/https?:\/\/[\w.]+/g) ?? [];
    expect([...new Set(addresses)]).toEqual(['http://www.w3.org']);
  });

  it('names icons only that there are', () => {
    const icons = new Set(
      [...read('icons.js').matchAll(/^ {2}(\w+): 'M/gm)].map(([, name]) => name),
    );
    const asked = [...MARKUP.matchAll(/data-icon="([^"]+)"/g)].map(([, name]) => name);
    expect(asked.filter((name) => !icons.has(name))).toEqual([]);
    expect(asked).toContain('keyboard');
  });

  it('is small', () => {
    expect(Buffer.byteLength(html)).toBeLessThan(84_000);
  });

  it('is made once', () => {
    expect(inboxPage()).toBe(inboxPage());
  });
});

/** The colours of the page by name: for light, and for dark. */
const COLOURS = new Map(
  [...between('style').matchAll(/--([\w-]+): light-dark\((#[\da-f]+), (#[\da-f]+)\)/g)].map(
    ([, name = '', light = '', dark = '']) => [name, { light, dark }],
  ),
);
/** By the formula of the Web Content Accessibility Guidelines. */
function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}
function luminance(colour: string): number {
  const digits = colour.length === 4 ? colour.replaceAll(/[^#]/g, '$&$&') : colour;
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(digits.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

describe('inbox.css', () => {
  it.each([
    ...['ink', 'dim', 'accent', 'good', 'bad'].flatMap((text) =>
      ['bg', 'panel', 'soft'].map((ground) => [text, ground] as const),
    ),
    ...['ink', 'dim', 'accent'].flatMap((text) =>
      ['hover', 'tint'].map((ground) => [text, ground] as const),
    ),
    ['ink', 'mine'],
    ['ink', 'bad-tint'],
    ['bad', 'bad-tint'],
    ['good', 'good-tint'],
    ['accent-ink', 'accent'],
  ] as const)('lets %s be read on %s, light and dark', (text, ground) => {
    const [ink, paper] = [COLOURS.get(text), COLOURS.get(ground)];
    expect(contrast(ink?.light ?? '', paper?.light ?? '')).toBeGreaterThanOrEqual(4.5);
    expect(contrast(ink?.dark ?? '', paper?.dark ?? '')).toBeGreaterThanOrEqual(4.5);
  });
});

describe('texts.js', () => {
  it('has every text in English and in Chinese, with the same gaps to fill', () => {
    for (const [key, [en, zh]] of Object.entries(TEXTS)) {
      expect({ key, en: en.trim() !== '', zh: zh.trim() !== '' }).toEqual({
        key,
        en: true,
        zh: true,
      });
      expect({ key, gaps: braces(zh) }).toEqual({ key, gaps: braces(en) });
    }
  });

  it('has every text that markup and script use', () => {
    const asked = [
      ...MARKUP.matchAll(/data-t[lp]?="([^"]+)"/g),
      ...SCRIPT.matchAll(/\bt\('([\w-]+)'/g),
    ].map(([, key = '']) => key);
    expect(asked.filter((key) => !Object.hasOwn(TEXTS, key))).toEqual([]);
  });

  it('has no text that neither markup nor script uses', () => {
    const source = MARKUP + SCRIPT;
    const spoken = (key: string): boolean =>
      source.includes(`'${key}'`) || source.includes(`"${key}"`);
    // The script puts together the kinds of events, which come from the emulator.
    const byKind = new Set(['accepted', 'reported', 'connecting', 'live', 'message', 'answer']);
    expect(Object.keys(TEXTS).filter((key) => !spoken(key) && !byKind.has(key))).toEqual([]);
  });
});
