import { describe, expect, it } from '@jest/globals';
import { linkModules } from '../../../lib/emulator/inbox/link-modules.js';

const link = (modules: Record<string, string>): string =>
  linkModules('main.js', (name) => modules[name] ?? '');

describe('linkModules', () => {
  it('puts a module after those that it imports, and each of them once', () => {
    const script = link({
      'main.js': "import { one } from './one.js';\nimport { two } from './two.js';\none(two);",
      'one.js': "import {\n  two,\n  $,\n} from './two.js';\nexport const one = () => two + $;",
      'two.js': 'export const two = 2;\nexport async function $() {}',
    });
    expect(script.split('\n')).toEqual([
      'const two = 2;',
      'async function $() {}',
      'const one = () => two + $;',
      'one(two);',
    ]);
  });

  it('leaves words alone that only look like an import or an export', () => {
    const source = "const imported = 'import { a } from';\n  export_(imported);\nexports(1);";
    expect(link({ 'main.js': source })).toBe(source);
  });

  it.each([
    'import one from "./one.js";',
    "import * as one from './one.js';",
    "import { one as two } from './one.js';",
    "import {\n  one as two,\n} from './one.js';",
    "import './one.js';",
    "import { one } from 'elsewhere';",
    "import { one } from '../one.js';",
    'export default 1;',
    'export let one = 1;',
    'export { one };',
    "export * from './one.js';",
  ])('refuses a module with %j, which it can’t link', (statement) => {
    expect(() => link({ 'main.js': statement })).toThrow(/^main\.js has an (?:im|ex)port/);
  });

  it('refuses modules that import each other', () => {
    expect(() =>
      link({
        'main.js': "import { one } from './one.js';",
        'one.js': "import { main } from './main.js';",
      }),
    ).toThrow('main.js is imported by a module that it imports.');
  });

  it('refuses two modules that declare the same name', () => {
    expect(() =>
      link({
        'main.js': "import { one } from './one.js';\nconst same = one;",
        'one.js': 'function same() {}\nexport const one = same;',
      }),
    ).toThrow('one.js and main.js both declare same.');
  });
});
