import { once } from 'node:events';
import { mkdirSync, readdirSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Waits until a spec in another worker has come to the same point. So it is sure that two of them run
 * side by side, and which of them does what first.
 */
export async function meet(point: string): Promise<void> {
  // The workers of one run have one parent.
  const folder = join('node_modules/.meetings', String(process.ppid), point);
  mkdirSync(folder, { recursive: true });
  const watcher = watch(folder);
  writeFileSync(join(folder, String(process.pid)), '');
  while (readdirSync(folder).length < 2) {
    await once(watcher, 'change');
  }
  watcher.close();
}
