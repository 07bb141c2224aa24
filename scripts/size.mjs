// What an installation weighs: the tarball of the built package, what is in it, and its dependencies with
// theirs as they lie in node_modules. Fails when one is over its budget, or when a picture or a page of the
// documentation rides along.
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { manifest, pack, root } from './package.mjs';

const KB = 1000;
/** Bytes that may be exceeded for a reason only, which then stands in docs/architecture.md. */
const BUDGET = { tarball: 850 * KB, package: 2900 * KB, dependencies: 19_000 * KB };

const work = mkdtempSync(join(tmpdir(), 'size-'));
try {
  const tarball = pack(work);
  const rows = execFileSync('tar', ['tvzf', tarball], { encoding: 'utf8', maxBuffer: 2 ** 24 })
    .trim()
    .split('\n')
    .map((line) => line.split(/\s+/))
    .map((words) => ({
      bytes: Number(words.find((word) => /^\d+$/.test(word))),
      path: words.at(-1),
    }));
  const installed = installedWith(Object.keys(manifest.dependencies));
  const sizes = {
    tarball: statSync(tarball).size,
    package: sum(rows),
    dependencies: sum(installed),
  };
  console.table(
    Object.entries(sizes).map(([what, bytes]) => ({
      what,
      kB: Math.round(bytes / KB),
      budget: BUDGET[what] / KB,
    })),
  );
  console.table(byFolder(rows).slice(0, 8));
  console.table(
    installed
      .toSorted((a, b) => b.bytes - a.bytes)
      .slice(0, 8)
      .map(({ path, bytes }) => ({ dependency: path, kB: Math.round(bytes / KB) })),
  );
  const faults = [
    ...Object.entries(sizes)
      .filter(([what, bytes]) => bytes > BUDGET[what])
      .map(([what, bytes]) => `${what}: ${bytes} bytes are more than ${BUDGET[what]}.`),
    ...rows
      .filter(({ path }) => /^package\/docs\/|\.(?:png|gif|jpe?g|map)$/.test(path))
      .map(({ path }) => `${path} is of no use in an app.`),
  ];
  for (const fault of faults) {
    console.error(fault);
  }
  process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}

function sum(rows) {
  return rows.reduce((total, { bytes }) => total + bytes, 0);
}

function byFolder(rows) {
  const folders = new Map();
  for (const { path, bytes } of rows) {
    const folder = path.split('/').slice(1, 3).join('/');
    folders.set(folder, (folders.get(folder) ?? 0) + bytes);
  }
  return [...folders]
    .toSorted(([, a], [, b]) => b - a)
    .map(([folder, bytes]) => ({ folder, kB: Math.round(bytes / KB) }));
}

/** The dependencies and what they need, each with the bytes of its folder. */
function installedWith(names) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const found = new Map();
  const visit = (name, from) => {
    const path = [`${from}/node_modules/${name}`, `node_modules/${name}`].find(
      (each) => packages[each] !== undefined,
    );
    if (path === undefined || found.has(path)) {
      return;
    }
    found.set(path, { path, bytes: bytesOf(join(root, path)) });
    for (const inner of Object.keys(packages[path].dependencies ?? {})) {
      visit(inner, path);
    }
  };
  for (const name of names) {
    visit(name, '');
  }
  return [...found.values()];
}

function bytesOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((total, entry) => total + statSync(join(entry.parentPath, entry.name)).size, 0);
}
