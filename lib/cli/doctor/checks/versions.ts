import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readVersion } from '../../read-version.js';
import { say } from '../../language.js';
import { fail, ok, warn } from '../finding.js';
import type { DoctorCheck } from '../check.js';

const NEST_MAJORS = new Set([11, 12]);

/** Versions of Node, of NestJS in the folder where the command runs, and of this package. */
export const versions: DoctorCheck = {
  name: 'versions',
  title: say('Versions', '版本'),
  timeoutMs: 1000,
  async run() {
    const node = process.versions.node;
    const nest = findNest(process.cwd());
    const own = readVersion();
    const list = `Node.js ${node}, ${nest === undefined ? '' : `NestJS ${nest}, `}nestjs-tencentcloud-sms ${own}`;
    if (!isSupportedNode(node)) {
      return fail(
        say(list, list),
        say(
          'Use Node.js 20.19 or later, 22.12 or later, or 24 or later.',
          '请使用 Node.js 20.19、22.12 或 24 及以上版本。',
        ),
      );
    }
    if (nest === undefined) {
      return warn(
        say(`${list}; no NestJS here`, `${list}；当前目录没有 NestJS`),
        say('Run it in the folder of the app.', '请在应用目录中运行。'),
      );
    }
    return NEST_MAJORS.has(majorOf(nest))
      ? ok(say(list, list))
      : fail(say(list, list), say('Use NestJS 11 or 12.', '请使用 NestJS 11 或 12。'));
  },
};

function isSupportedNode(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 24;
}

function majorOf(version: string): number {
  return Number(version.split('.', 1)[0]);
}

/** Looked for as Node looks for packages; NestJS may not export its manifest. */
function findNest(folder: string): string | undefined {
  try {
    const file = join(folder, 'node_modules/@nestjs/core/package.json');
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as { version?: unknown };
    return String(manifest.version);
  } catch {
    // Not here: maybe above.
  }
  const above = dirname(folder);
  return above === folder ? undefined : findNest(above);
}
