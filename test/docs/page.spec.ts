import { describe, expect, it } from '@jest/globals';
import { parsePage } from './page.js';

describe('a page of the documentation', () => {
  it('is read as headings, tables, links and code blocks with their lines', () => {
    const page = parsePage(
      'docs/zh/page.md',
      [
        '# 发送 `send`',
        '',
        '[English](../page.md) and [a part](#发送-send)',
        '',
        '| a | b \\| c |',
        '| - | - |',
        '',
        '<!-- given',
        'declare const a: number;',
        '-->',
        '',
        '```ts',
        'a; // [no link](nowhere.md)',
        '```',
      ].join('\n'),
    );
    expect(page.headings).toEqual([{ level: 1, text: '发送 `send`', anchor: '发送-send' }]);
    expect(page.sections[1]?.tables).toEqual([['| a | b \\| c |', '| - | - |']]);
    expect(page.links).toEqual([
      { line: 3, target: '../page.md', file: 'docs/page.md', anchor: undefined },
      { line: 3, target: '#发送-send', file: 'docs/zh/page.md', anchor: '发送-send' },
    ]);
    expect(page.blocks).toEqual([
      {
        language: 'ts',
        code: 'a; // [no link](nowhere.md)\n',
        line: 13,
        given: 'declare const a: number;',
        givenLine: 9,
      },
    ]);
  });

  it.each([
    ['is indented', '- item\n\n  ```ts\n  a\n  ```', '3 a code block must start'],
    ['has another fence', '~~~ts\na\n~~~', '1 a code block must start'],
    ['has a longer fence', '````ts\na\n````', '1 a code block must start'],
    ['does not end', 'text\n\n```ts\na', '3 this code block does not end'],
  ])('is refused when a code block %s, which would go unchecked', (_, text, message) => {
    expect(() => parsePage('docs/page.md', text)).toThrow(`docs/page.md:${message}`);
  });

  it.each([
    ['with text between', '<!-- given\na\n-->\n\ntext\n\n```ts\na\n```'],
    ['at the end', '<!-- given\na\n-->\n'],
  ])('is refused when a "given" belongs to no block, %s', (_, text) => {
    expect(() => parsePage('docs/page.md', text)).toThrow(
      'docs/page.md:1 a code block must follow "given"',
    );
  });
});
