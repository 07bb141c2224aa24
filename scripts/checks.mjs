// All that is checked without running a test, beside each other: most of the tools use one core. Says
// what the checks that fail have printed, and how long each took.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { root } from './package.mjs';

/** Scripts of the manifest; those of a line follow each other. The longest begin. */
const LINES = [
  ['build', 'api:check', 'package:check', 'size:check'],
  ['typecheck'],
  ['format:check'],
  ['lint'],
  ['layers'],
  ['knip'],
];

const waiting = [...LINES];
const lanes = Array.from({ length: Math.max(2, availableParallelism()) }, work);
const ends = await Promise.all(lanes);
process.exitCode = ends.every(Boolean) ? 0 : 1;

/** Takes one line after the other; whether none failed. */
async function work() {
  let isFine = true;
  for (let line = waiting.shift(); line !== undefined; line = waiting.shift()) {
    // oxlint-disable-next-line no-await-in-loop -- what one lane does follows each other
    isFine = (await runLine(line)) && isFine;
  }
  return isFine;
}

/** Stops at the first that fails: the rest reads what it makes. */
async function runLine(names) {
  for (const name of names) {
    // oxlint-disable-next-line no-await-in-loop
    if (!(await run(name))) {
      return false;
    }
  }
  return true;
}

async function run(name) {
  const begun = performance.now();
  const child = spawn('npm', ['run', '--silent', name], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    // npm is a script of its shell on Windows.
    shell: process.platform === 'win32',
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part) => (said += part));
  }
  const code = await new Promise((resolve) => {
    child.once('close', resolve);
  });
  const seconds = Math.round((performance.now() - begun) / 1000);
  console.log(`${code === 0 ? 'ok    ' : 'failed'}  ${name} (${seconds} s)`);
  if (code !== 0) {
    console.error(said);
  }
  return code === 0;
}
