import { describe, expect, it } from '@jest/globals';
import { compactLines } from '../../../lib/emulator/inbox/compact-lines.js';

describe('compactLines', () => {
  it('leaves out indentation, empty lines and comments that have lines of their own', () => {
    const source = [
      '// @ts-check',
      '/** One line. */',
      'a()',
      '',
      '/**',
      ' * Several `lines, with a literal that is none',
      ' */',
      '  b()',
      '    // why',
      '    /* why */',
      '  c()',
    ];
    expect(compactLines(source.join('\n'))).toBe('a()\nb()\nc()');
  });

  it('joins lines where punctuation ends them', () => {
    expect(compactLines('if (a) {\n  b(\n    [\n      1,\n      2,\n    ],\n  );\n}\nc();\n')).toBe(
      'if (a) {b([1,2,],);}c();',
    );
    expect(compactLines("a,\nb {\n  grid-template-areas:\n    'c'\n    'd';\n}\n")).toBe(
      "a,b {grid-template-areas:'c'\n'd';}",
    );
  });

  it('keeps a line break that may mean something, and all that stands within a line', () => {
    const source = "a = b\n(c)\n'  //x  /* y */  ' + /`  `/";
    expect(compactLines(source)).toBe(source);
  });

  it('keeps code that follows a comment on its line', () => {
    const line = '/** @type {any} */ (a)';
    expect(compactLines(`  ${line}\n// b`)).toBe(line);
  });

  it.each(['const a = `\n  b`;', 'a(); // why'])('refuses %j, which it can’t judge', (source) => {
    expect(() => compactLines(source)).toThrow(/^A line that can't be compacted: /);
  });
});
