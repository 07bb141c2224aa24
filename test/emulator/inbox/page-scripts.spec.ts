import { execFile } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from '@jest/globals';

const SCRIPTS = ['lib', 'sample-app/src'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.js'))
    .map((name) => join(folder, name)),
);
const SEEDED = ['lib/any/page/seeded.js', 'sample-app/src/any/page/seeded.js'];
const WRONG = [
  '// @ts-check',
  'document.title = location.host;',
  'nope(undefinedThing);',
  'process.exit();',
];

/** A folder with the project's settings, and a script with mistakes where scripts of pages are. */
const folder = mkdtempSync(join(tmpdir(), 'page-scripts-'));
for (const name of ['tsconfig.json', 'tsconfig.browser.json', '.oxlintrc.json']) {
  copyFileSync(name, join(folder, name));
}
for (const path of SEEDED) {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), WRONG.join('\n'));
}
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const isMarked = (path: string): boolean => readFileSync(path, 'utf8').startsWith('// @ts-check\n');

/** Runs one of the project's tools; gives what it prints, whatever its exit code. */
async function outputOf(cwd: string, tool: string, ...args: string[]): Promise<string> {
  const program = resolve('node_modules', tool);
  const run = promisify(execFile)(process.execPath, [program, ...args], { cwd });
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  return stdout;
}

it('type-checks every script of a page as browser code', async () => {
  const args = ['typescript/bin/tsc', '-p', 'tsconfig.browser.json', '--showConfig'] as const;
  const { files } = JSON.parse(await outputOf('.', ...args)) as { files: string[] };
  const checked = new Set(files.map((path) => join(path)));
  expect(SCRIPTS.length).toBeGreaterThan(40);
  expect(SCRIPTS.filter((path) => !checked.has(path) || !isMarked(path))).toEqual([]);
});

it('finds a name that is not defined in a browser when it type-checks the script of a page', async () => {
  const found = await outputOf(folder, 'typescript/bin/tsc', '-p', 'tsconfig.browser.json');
  const names = [...found.matchAll(/^(\S+)\(.*Cannot find name '(\w+)'/gm)].map(
    ([, path, name]) => `${path} ${name}`,
  );
  expect(names).toEqual(
    SEEDED.flatMap((path) => [`${path} nope`, `${path} undefinedThing`, `${path} process`]),
  );
});

it('finds a name that is not defined in a browser when it lints the script of a page', async () => {
  const found = await outputOf(folder, 'oxlint/bin/oxlint', '--format', 'unix');
  const names = [...found.matchAll(/^(\S+?):.*'(\w+)' is not defined/gm)].map(
    ([, path, name]) => `${path} ${name}`,
  );
  expect(names.toSorted()).toEqual(
    SEEDED.flatMap((path) => [
      `${path} nope`,
      `${path} undefinedThing`,
      `${path} process`,
    ]).toSorted(),
  );
});
