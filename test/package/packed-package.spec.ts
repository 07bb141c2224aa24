import { readFileSync, readdirSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { assertBuilt, entryPoints, manifest, outputOf } from './built-package.js';

interface Packed {
  files: { path: string }[];
}

/** Files of a page for browsers, which the build copies. */
const ASSET = /^dist\/[^]+\/page\/[\w-]+\.(?:html|css|js)$/;
const withoutDot = (path: string): string => path.replace(/^\.\//, '');

describe('the packed package', () => {
  let files: string[];

  beforeAll(async () => {
    assertBuilt();
    const output = await outputOf('npm', 'pack', '--dry-run', '--ignore-scripts', '--json');
    const [packed] = Object.values(JSON.parse(output) as Record<string, Packed>);
    files = packed?.files.map(({ path }) => path) ?? [];
  });

  it('holds the build, README, changelog and licence', () => {
    expect(files).toEqual(
      expect.arrayContaining([
        'CHANGELOG.md',
        'LICENSE',
        'README.md',
        'README.zh-CN.md',
        'dist/index.d.ts',
        'dist/index.js',
        'package.json',
      ]),
    );
  });

  it('holds nothing else: no sources, no tests, no source maps', () => {
    const strangers = files.filter(
      (file) =>
        !/^(?:CHANGELOG\.md|LICENSE|README(?:\.zh-CN)?\.md|package\.json)$/.test(file) &&
        !/^dist\/[^]+(?<!\.spec|\.test-d|\.fixture)(?:\.js|\.d\.ts)$/.test(file) &&
        !ASSET.test(file),
    );
    expect(strangers).toEqual([]);
  });

  it('has a source for every file of the build, so that nothing stale is shipped', () => {
    const built = files.filter((file) => file.startsWith('dist/'));
    const stale = built.filter((file) => {
      const source = file.replace(/^dist\//, 'lib/');
      return !isFile(ASSET.test(file) ? source : source.replace(/(?:\.d\.ts|\.js)$/, '.ts'));
    });
    expect(stale).toEqual([]);
  });

  it('has every file of the inbox page as it is in the sources', () => {
    const assets = files.filter((file) => ASSET.test(file));
    const sources = readdirSync('lib/emulator/inbox/page').map(
      (name) => `dist/emulator/inbox/page/${name}`,
    );
    expect(assets.toSorted()).toEqual(sources.toSorted());
    const changed = assets.filter(
      (file) => readFileSync(file, 'utf8') !== readFileSync(file.replace('dist/', 'lib/'), 'utf8'),
    );
    expect(changed).toEqual([]);
  });

  it.each(entryPoints)(
    'has the code and the types of "$path"',
    ({ path, files: { types, default: code } }) => {
      expect(files).toContain(withoutDot(types ?? ''));
      expect(files).toContain(withoutDot(code ?? ''));
      // Old module resolution knows no `exports`, and finds the same types by these.
      const old =
        path === '.' ? manifest.types : manifest.typesVersions['*']?.[withoutDot(path)]?.[0];
      expect(old).toBe(types);
    },
  );

  it('loads the same file for tools that do not read `exports`', () => {
    expect(manifest.exports['.']).toMatchObject({ default: manifest.main });
  });

  it.each(Object.entries(manifest.bin))('has the command %s as a script', (_, file) => {
    expect(files).toContain(file);
    // npm makes it executable when it links it, and the system then reads this line.
    expect(readFileSync(file, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });
});

function isFile(path: string): boolean {
  try {
    return readFileSync(path).length > 0;
  } catch {
    return false;
  }
}
