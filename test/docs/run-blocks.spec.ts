import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { transformSync } from '@swc/core';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { assertBuilt } from '../package/built-package.js';
import { isChinese, readPages } from './page.js';
import type { CodeBlock, Page } from './page.js';

const root = resolve(import.meta.dirname, '../..');

/** What a block may import to be run: packages that neither connect nor belong to a test runner. */
const RUNS_WITH =
  /^(?:\.\/.*|node:.*|nestjs-tencentcloud-sms(?:\/(?!queue|redis).*)?|@nestjs\/(?!bullmq|event).*|axios|undici|rxjs)$/;
/** Starts a server on a port of its own choice, or sends in earnest. */
const ACTS = /\.listen\(|NestFactory|createSmsService\(|\bawait (?:codes|sms|app)\./;

const ENVIRONMENT = {
  TENCENTCLOUD_SECRET_ID: 'any',
  TENCENTCLOUD_SECRET_KEY: 'emulator-secret-key',
  SMS_SDK_APP_ID: '1400006666',
  SMS_ENDPOINT: 'http://127.0.0.1:9',
  SMS_SIGN_NAME: '腾讯云',
  SMS_CALLBACK_SECRET: 'a-secret-of-the-callback-route-0123456789',
  SMS_VERIFICATION_SECRET: 'a-secret-of-verification-codes-0123456789',
};

/** Imports each file in turn, and writes down what each fails with. */
const RUNNER = `
import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
const results = [];
for (const file of process.argv.slice(2)) {
  const late = new Promise((_, fail) => setTimeout(fail, 4000, new Error('It does not end.')));
  results.push(await Promise.race([import(file), late]).then(() => '', (error) => String(error?.stack)));
}
writeFileSync('results.json', JSON.stringify(results));
process.exit();
`;

function importsOf(code: string): string[] {
  return [...code.matchAll(/(?:from|import) '([^']+)'/g)].map(([, name = '']) => name);
}

function nameOf({ code, line }: CodeBlock): string {
  const [, name = `line-${line}.ts`] = /^\/\/ ([\w./-]+\.m?[jt]s)\b/.exec(code) ?? [];
  return name.replace(/\.m?[jt]s$/, '.js');
}

/** The blocks of a page that can run as they stand, with all that they import of the same page. */
function runnable({ blocks }: Page): CodeBlock[] {
  const candidates = blocks.filter(
    ({ language, given, code }) =>
      /^[jt]s$/.test(language) &&
      given === '' &&
      importsOf(code).length > 0 &&
      importsOf(code).every((name) => RUNS_WITH.test(name)) &&
      !ACTS.test(code),
  );
  const names = new Set(candidates.map((block) => nameOf(block)));
  return candidates.filter(({ code }) =>
    importsOf(code).every((name) => !name.startsWith('./') || names.has(name.slice('./'.length))),
  );
}

function toJavaScript(code: string): string {
  return transformSync(code, {
    swcrc: false,
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
    },
    module: { type: 'es6' },
  }).code;
}

describe('the code blocks that can run as they stand', () => {
  let folder: string;
  let results: { block: string; fault: string }[];

  beforeAll(() => {
    assertBuilt();
    // Within the package, so that its own name leads to what was built.
    folder = mkdtempSync(join(root, 'node_modules/.docs-'));
    writeFileSync(join(folder, 'package.json'), '{"type":"module","name":"docs"}');
    writeFileSync(join(folder, 'run.mjs'), RUNNER);
    const files = readPages()
      .filter((page) => !isChinese(page))
      .flatMap((page) =>
        runnable(page).map((block) => {
          const place = join(folder, basename(page.path, '.md'));
          mkdirSync(place, { recursive: true });
          const file = join(place, nameOf(block));
          const code = block.code.replaceAll(
            /'(nestjs-tencentcloud-sms)(\/\w+)?'/g,
            (_, __, part = '') =>
              `'${pathToFileURL(join(root, 'dist', part as string, 'index.js')).href}'`,
          );
          writeFileSync(file, toJavaScript(code));
          return { file, block: `${page.path}:${block.line}` };
        }),
      );
    const script = [join(folder, 'run.mjs'), ...files.map(({ file }) => file)];
    execFileSync(process.execPath, script, {
      cwd: folder,
      env: { ...process.env, ...ENVIRONMENT },
      stdio: 'ignore',
    });
    const faults = JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')) as string[];
    results = files.map(({ block }, index) => ({ block, fault: faults[index] ?? '' }));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('are found in many pages', () => {
    expect(results.length).toBeGreaterThan(20);
    expect(new Set(results.map(({ block }) => block.split(':')[0])).size).toBeGreaterThan(8);
  });

  it('run without an error against the built package', () => {
    expect(results.filter(({ fault }) => fault !== '')).toEqual([]);
  });
});
