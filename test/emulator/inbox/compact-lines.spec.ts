import { describe, expect, it } from '@jest/globals';
import {
  compactLines,
  compactScript,
  compactStyles,
} from '../../../lib/emulator/inbox/compact-lines.js';

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

describe('compactScript', () => {
  it.each([
    ["const a = (b) => b === 'c = d' ? [e, f] : { g };", "const a=(b)=>b==='c = d'?[e,f]:{g };"],
    [
      'for (const [a, b] of c) if (!a && b) d(a + +b - -1);',
      'for (const [a,b]of c)if (!a&&b)d(a + +b - -1);',
    ],
    ['return (a) in b;', 'return (a)in b;'],
    ["a('it\\'s = ', \"'\" , b);", "a('it\\'s = ',\"'\",b);"],
  ])('leaves out the blanks of %j that mean nothing', (source, compact) => {
    expect(compactScript(source)).toBe(compact);
  });

  it.each(['const a = `b = ${c} , d`;', 'const a = /b = c/;', 'const a = /** @type {any} */ (b);'])(
    'leaves %j alone, where it may mean something',
    (source) => {
      expect(compactScript(source)).toBe(source);
    },
  );
});

describe('compactStyles', () => {
  it('leaves out what means nothing in a rule, and keeps values and custom properties', () => {
    const source = 'a:hover,\nb > c {\n  --x: light-dark(#fff, #000);\n  color: var(--x);\n}\n';
    expect(compactStyles(source)).toBe('a:hover,b>c{--x: light-dark(#fff, #000);color:var(--x)}');
    expect(compactStyles("@media (width < 9px) {\n  a::before {\n    content: '';\n  }\n}\n")).toBe(
      "@media (width < 9px){a::before{content:''}}",
    );
  });
});
