import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';

/** What the specs read of the manifest. */
export interface Manifest {
  name: string;
  main: string;
  types: string;
  bin: Record<string, string>;
  exports: Record<string, string | Record<string, string>>;
  typesVersions: Record<string, Record<string, string[]>>;
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
}

/** The manifest, as a consumer of the package finds it. */
export const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;

/** The entry points: name as it stands in `exports`, and the files it leads to. */
export const entryPoints = Object.entries(manifest.exports).flatMap(([path, files]) =>
  typeof files === 'string' ? [] : [{ path, files }],
);

/** Fails with what to do when the package is not built. */
export function assertBuilt(): void {
  if (!existsSync('dist/index.js')) {
    throw new Error('dist/index.js is missing: run "npm run build" before this spec.');
  }
}

/** Runs a command in the project's folder and gives what it writes; its complaints are dropped. */
export async function outputOf(command: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { encoding: 'utf8' });
  return stdout;
}
