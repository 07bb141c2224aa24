// Stands in for '@nestjs/throttler' in specs: the package is CommonJS and requires NestJS, which is
// ES modules from version 12 on, and Jest can require those on Node 24.9 and later only. Its own files
// run as they are, with the NestJS that the specs have.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as common from '@nestjs/common';
import * as core from '@nestjs/core';

const require = createRequire(import.meta.url);
const FOLDER = dirname(require.resolve('@nestjs/throttler/package.json'));
const NEST = new Map([
  ['@nestjs/common', common],
  ['@nestjs/core', core],
]);
const loaded = new Map();

function load(path) {
  if (!loaded.has(path)) {
    const module = { exports: {} };
    loaded.set(path, module);
    const requireHere = (name) =>
      name.startsWith('.')
        ? load(`${join(dirname(path), name)}.js`)
        : (NEST.get(name) ?? require(name));
    // oxlint-disable-next-line typescript/no-implied-eval -- a CommonJS module is the body of a function
    const run = new Function('require', 'module', 'exports', readFileSync(path, 'utf8'));
    run(requireHere, module, module.exports);
  }
  return loaded.get(path).exports;
}

export const { Throttle, ThrottlerException, ThrottlerGuard, ThrottlerModule, ThrottlerStorage } =
  load(join(FOLDER, 'dist/index.js'));
