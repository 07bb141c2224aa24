// Runs every test on each NestJS and each Node line we promise, and prints one table. Works in copies
// outside this folder, and needs the registry. One line of each may be chosen, and what Jest is given:
//
//   node scripts/test-matrix.mjs [--nest 11] [--node 22] [-- test/queue -t deploy]
import { execFile, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { manifest, root } from './package.mjs';

const { values: chosen, positionals: forJest } = parseArgs({
  options: { nest: { type: 'string' }, node: { type: 'string' } },
  allowPositionals: true,
});
const NODE_LINES = ['20', '22', '24'].filter((line) => (chosen.node ?? line) === line);
// NestJS 12 is what the lock file has.
const NEST_LINES = {
  12: [],
  11: [
    ...['common', 'core', 'testing', 'platform-express', 'platform-fastify', 'terminus'].map(
      (name) => `@nestjs/${name}@11`,
    ),
    '@nestjs/config@4',
    '@nestjs/bullmq@11',
    'bullmq@5',
  ],
};
// Twice what a run takes on a machine that is busy otherwise.
const JEST_MS = 1_200_000;
const SKIPPED = /^(?:node_modules|dist|coverage|\.git|sample-app[\\/]dist)$/;

const work = mkdtempSync(join(tmpdir(), 'matrix-'));
/** The process of Jest, which leads a group of its own. */
let jest;
const npm = (cwd, ...args) =>
  promisify(execFile)('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd,
    maxBuffer: 2 ** 24,
  });

/** A copy of the project on a line of NestJS, built. */
async function prepare(nest, packages) {
  const folder = join(work, `nest-${nest}`);
  cpSync(root, folder, {
    recursive: true,
    filter: (path) => !SKIPPED.test(relative(root, path)),
  });
  await npm(folder, 'ci', '--prefer-offline');
  if (packages.length > 0) {
    await npm(folder, 'install', '--no-save', '--force', ...packages);
  }
  await npm(folder, 'run', 'build');
  const { version } = JSON.parse(
    readFileSync(join(folder, 'node_modules/@nestjs/core/package.json'), 'utf8'),
  );
  return { folder, version };
}

/** Paths of the Node binaries; the one that runs this needs no download. */
async function installNodes() {
  const folder = join(work, 'nodes');
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const running = process.versions.node.split('.')[0];
  const missing = NODE_LINES.filter((line) => line !== running);
  if (missing.length === 0) {
    return NODE_LINES.map(() => process.execPath);
  }
  const platform = `node-${process.platform}-${process.arch}`;
  await npm(folder, 'install', ...missing.map((line) => `node-${line}@npm:${platform}@${line}`));
  return NODE_LINES.map((line) =>
    line === running ? process.execPath : join(folder, `node_modules/node-${line}/bin/node`),
  );
}

/** Runs the tests of a copy; gives Jest's own figures, or what it said instead of giving any. */
async function runJest(folder, node) {
  const file = join(work, 'result.json');
  rmSync(file, { force: true });
  const [, ...args] = manifest.scripts.jest.split(' ');
  const child = spawn(node, [...args, '--json', `--outputFile=${file}`, ...forJest], {
    cwd: folder,
    // A group of its own, so that its workers end with it: one that hangs would keep a core busy.
    detached: true,
    // Tests that call npm or the package's command get the same Node.
    env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  jest = child;
  const timer = setTimeout(endJest, JEST_MS);
  // Workers that outlive Jest would keep its output open.
  child.once('exit', endJest);
  let said = '';
  child.stderr.on('data', (data) => (said += data.toString()));
  const code = await new Promise((resolve) => {
    child.once('close', resolve);
  });
  clearTimeout(timer);
  if (!existsSync(file)) {
    return { said: `Jest ended with ${code}: ${said}` };
  }
  const figures = JSON.parse(readFileSync(file, 'utf8'));
  return { figures, said: figures.success ? '' : failuresOf(figures) };
}

function endJest() {
  try {
    process.kill(-jest.pid, 'SIGKILL');
  } catch {
    // None of it is left.
  }
}

function failuresOf({ testResults }) {
  return testResults
    .filter(({ status }) => status === 'failed')
    .map(({ name, message }) => `${name}\n${message}`)
    .join('\n');
}

process.once('exit', () => {
  endJest();
  rmSync(work, { recursive: true, force: true, maxRetries: 3 });
});
// By default a signal ends the process without the above, and a group of its own hears no Ctrl+C.
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => process.exit(1));
}
try {
  const [nodes, ...copies] = await Promise.all([
    installNodes(),
    ...Object.entries(NEST_LINES)
      .filter(([nest]) => (chosen.nest ?? nest) === nest)
      .map(async ([nest, packages]) => prepare(nest, packages)),
  ]);
  const rows = [];
  for (const { folder, version: nest } of copies) {
    for (const node of nodes) {
      // One after the other: each uses all cores already.
      // oxlint-disable-next-line no-await-in-loop
      const [{ stdout }, start] = [await promisify(execFile)(node, ['--version']), Date.now()];
      // oxlint-disable-next-line no-await-in-loop
      const { figures, said } = await runJest(folder, node);
      const row = {
        NestJS: nest,
        Node: stdout.trim(),
        suites: figures?.numTotalTestSuites,
        passed: figures?.numPassedTests,
        failed: figures?.numFailedTests,
        'suites failed': figures?.numFailedTestSuites,
        skipped: figures && figures.numPendingTests + figures.numTodoTests,
        seconds: Math.round((Date.now() - start) / 1000),
      };
      rows.push(row);
      // Each run takes minutes: print its row at once, as progress.
      console.log(JSON.stringify(row));
      if (said !== '') {
        console.error(`NestJS ${nest} on Node ${stdout.trim()}:\n${said}`);
        process.exitCode = 1;
      }
    }
  }
  console.table(rows);
} catch (error) {
  // What npm had to say stands beside its message.
  console.error(error.message, error.stdout ?? '', error.stderr ?? '');
  process.exitCode = 1;
}
