// What the scripts need to know of the package, and the package as npm would publish it.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The project's folder. */
export const root = resolve(import.meta.dirname, '..');

/** The manifest. */
export const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Names of the entry points: `index` for the package itself, then its subpaths. */
export const entryPoints = Object.keys(manifest.exports)
  .filter((path) => path !== './package.json')
  .map((path) => (path === '.' ? 'index' : path.slice('./'.length)));

/** Packs what is built into a folder, and tells the tarball's path. */
export function pack(destination) {
  const output = execFileSync(
    'npm',
    ['pack', '--ignore-scripts', '--json', '--pack-destination', destination],
    { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [{ filename }] = Object.values(JSON.parse(output));
  return join(destination, filename);
}
