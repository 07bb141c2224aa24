// Proves the platforms we promise: installs the packed package in applications outside this folder,
// as people have them, sends a text from each, and runs the tests of those that have some. Needs the
// registry.
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { manifest, pack, root } from './package.mjs';

const INSTALL_MS = 300_000;
const BUILD_MS = 120_000;
const TEST_MS = 120_000;
// A consumer that is not done by then has something open that keeps it alive.
const RUN_MS = 20_000;

const work = mkdtempSync(join(tmpdir(), 'consumers-'));

/** Runs a command to its end; its output is kept, for when it fails. */
function run(cwd, command, args, limitMs) {
  return new Promise((resolve, reject) => {
    const child = start(cwd, command, args);
    const timer = setTimeout(() => stop(child, 'SIGKILL'), limitMs);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) {
        resolve(child.output);
        return;
      }
      const end = signal === null ? `exit code ${code}` : `${signal} after ${limitMs / 1000} s`;
      reject(new Error(`${command} ${args.join(' ')}: ${end}\n${child.output}`));
    });
  });
}

function start(cwd, command, args) {
  const child = spawn(command, args, {
    cwd,
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that what it starts ends with it.
    detached: true,
  });
  child.output = '';
  const keep = (data) => (child.output += data.toString());
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.once('error', (error) => keep(`${error}`));
  return child;
}

function stop(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It has ended by itself.
  }
}

/** Without what `npm run` says of this project, which would make npm act on it. */
function cleanEnvironment() {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^npm_(?:package|lifecycle|command|execpath|config_local_prefix)/.test(name),
  );
  return Object.fromEntries(kept);
}

/** Copies a consumer and installs it with the tarball. */
async function install(name, tarball) {
  const folder = join(work, name);
  cpSync(join(root, 'test/consumers', name), folder, { recursive: true });
  await npmInstall(folder, tarball);
  return folder;
}

async function npmInstall(folder, ...packages) {
  const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  await run(folder, 'npm', ['install', ...quiet, ...packages], INSTALL_MS);
}

async function runApp(folder, file) {
  const output = await run(folder, process.execPath, [file], RUN_MS);
  if (!output.startsWith('sent ') || output.includes('Warning')) {
    throw new Error(`${file} ended well, but said: ${output}`);
  }
}

const bin = (folder, name) => join(folder, 'node_modules/.bin', name);

/** Runs the tests of a consumer, and with them the spec that the README shows. */
async function runTests(folder, globals, runner, ...args) {
  const spec = readFileSync(join(root, 'test/testing/test-your-app.spec.ts'), 'utf8');
  writeFileSync(join(folder, 'src/readme.spec.ts'), spec.replace('@jest/globals', globals));
  // Two of the specs wait for each other, so that it shows when parallel workers share anything.
  await run(folder, bin(folder, runner), [...args, '--maxWorkers=2'], TEST_MS);
}

/** Starts the emulator as a passer-by would, in a folder where nothing is. */
async function checkCommand(tarball) {
  const folder = join(work, 'empty');
  mkdirSync(folder);
  // A cache of its own: what npx installs is then gone with this folder.
  const npx = ['--yes', '--loglevel=error', '--cache', join(work, 'npx'), '--package', tarball];
  await serve(folder, 'npx', [...npx, manifest.name, 'emulator', '--port', '0'], INSTALL_MS);

  // Once more without npx, which ends by the signal itself and so hides how the command ended.
  const which = await run(folder, 'npx', [...npx, '-c', `command -v ${manifest.name}`], RUN_MS);
  const { output, end } = await serve(folder, which.trim(), ['emulator', '--port', '0'], RUN_MS);
  if (end !== 0) {
    throw new Error(`SIGTERM ended the command with ${end}:\n${output}`);
  }
}

/** Starts the emulator by a command, sees that it is up, and stops it. */
async function serve(folder, command, args, limitMs) {
  const child = start(folder, command, args);
  const ended = new Promise((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
  const startTimer = setTimeout(() => stop(child, 'SIGKILL'), limitMs);
  const url = await Promise.race([greeting(child), ended.then(() => undefined)]);
  clearTimeout(startTimer);
  if (url === undefined) {
    throw new Error(`The command ended early:\n${child.output}`);
  }
  const { status } = await fetch(`${url}/readyz`, { headers: { Connection: 'close' } });

  const stopTimer = setTimeout(() => stop(child, 'SIGKILL'), RUN_MS);
  stop(child, 'SIGTERM');
  const end = await ended;
  clearTimeout(stopTimer);
  if (status !== 200 || end === 'SIGKILL') {
    throw new Error(`/readyz answered ${status}, the end was ${end}:\n${child.output}`);
  }
  return { output: child.output, end };
}

function greeting(child) {
  return new Promise((resolve) => {
    child.stdout.on('data', () => {
      const url = /^listening on (\S+)\n/m.exec(child.output)?.[1];
      if (url !== undefined) {
        resolve(url);
      }
    });
  });
}

const checks = {
  'NestJS 12, ES modules': async (tarball) => {
    await runApp(await install('nest12-esm', tarball), 'app.js');
  },
  'NestJS 11, CommonJS': async (tarball) => {
    await runApp(await install('nest11-cjs', tarball), 'app.cjs');
  },
  'NestJS 11, TypeScript, nest build, Jest': async (tarball) => {
    const folder = await install('nest11-typescript', tarball);
    await run(folder, bin(folder, 'nest'), ['build'], BUILD_MS);
    await runApp(folder, 'dist/main.js');
    await runTests(folder, '@jest/globals', 'jest');
    await run(folder, bin(folder, 'tsc'), ['--noEmit', '--strict'], BUILD_MS);
  },
  'NestJS 12, TypeScript, Vitest': async (tarball) => {
    const folder = await install('nest12-vitest', tarball);
    await runTests(folder, 'vitest', 'vitest', 'run');
    await run(folder, bin(folder, 'tsc'), ['--noEmit'], BUILD_MS);
  },
  'npx in an empty folder': checkCommand,
};

try {
  const tarball = pack(work);
  // Side by side, since most of it is waiting for the registry.
  const ends = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      const started = Date.now();
      try {
        await check(tarball);
        console.log(`ok      ${name} (${Math.round((Date.now() - started) / 1000)} s)`);
        return true;
      } catch (error) {
        console.error(`failed  ${name}\n${error.message}`);
        return false;
      }
    }),
  );
  process.exitCode = ends.every(Boolean) ? 0 : 1;
} finally {
  rmSync(work, { recursive: true, force: true, maxRetries: 3 });
}
