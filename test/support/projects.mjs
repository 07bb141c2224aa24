// Sorts the specs into the projects of Jest; README.md beside this file says what they are.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The projects, as `--selectProjects` takes them. */
export const PROJECTS = ['unit', 'sockets', 'browser', 'package'];

const ROOTS = ['test', 'sample-app/test'];
/** Folders whose specs start processes or read what the build made. */
const PACKAGE_FOLDERS = /^test\/(?:cli|docs|package)\//;
/** Folders whose specs need no socket, but for those that seem to open one. */
const UNIT_FOLDERS = [
  'test/api/',
  'test/emulator/protocol/',
  'test/errors/',
  'test/filters/',
  'test/privacy/',
  'test/recipients/',
  'test/signing/',
  'test/templates/',
  'test/time/',
];
/** Other specs that need no socket. What is not here is in `sockets`, which is always right. */
const UNIT_SPECS = new Set([
  'sample-app/test/receipt-book.spec.ts',
  'test/client/pacer.spec.ts',
  'test/client/unpaced.spec.ts',
  'test/credentials/environment.spec.ts',
  'test/credentials/parse-ini.spec.ts',
  'test/credentials/profile.spec.ts',
  'test/credentials/refreshing.spec.ts',
  'test/credentials/refreshing.property.spec.ts',
  'test/emulator/account.spec.ts',
  'test/emulator/carrier/delivery.spec.ts',
  'test/emulator/everyday-rules.spec.ts',
  'test/emulator/inbox/compact-lines.spec.ts',
  'test/emulator/inbox/inbox.page.spec.ts',
  'test/emulator/inbox/link-modules.spec.ts',
  'test/emulator/send-codes.spec.ts',
  'test/emulator/sending-rules.spec.ts',
  'test/health/hanging.spec.ts',
  'test/http/choose-proxy.spec.ts',
  'test/sending/batch.sender.spec.ts',
  'test/sending/outcome-rates.spec.ts',
  'test/sending/proof.property.spec.ts',
  'test/sms.module-ids.spec.ts',
  'test/sms.options.spec.ts',
  'test/support/no-sockets.spec.ts',
  'test/testing/sms-test-kit.spec.ts',
]);

const OPENS_BROWSER = /support\/browser\.js'/;
const STARTS_PROCESSES = /from '(?:node:child_process|[^']*\/queue-(?:instance|storm)\.js)'/;
const OPENS_SOCKETS =
  /from '(?:node:(?:net|tls|https?|http2)|supertest|@nestjs\/platform-[^']+|[^']*(?:-server|-tencent)\.js)'|\bSmsEmulator\b|\.listen\(/;

/** The project of a spec, by what it imports and where it is. */
export function projectOf(path, source) {
  if (OPENS_BROWSER.test(source)) {
    return 'browser';
  }
  if (PACKAGE_FOLDERS.test(path) || STARTS_PROCESSES.test(source)) {
    return 'package';
  }
  const isUnit =
    UNIT_SPECS.has(path) ||
    (UNIT_FOLDERS.some((folder) => path.startsWith(folder)) && !OPENS_SOCKETS.test(source));
  return isUnit ? 'unit' : 'sockets';
}

/** Every spec with its project. */
export function sortSpecs(root) {
  return ROOTS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(
      (path) => `${folder}/${path.replaceAll('\\', '/')}`,
    ),
  )
    .filter((path) => path.endsWith('.spec.ts') && !path.startsWith('test/consumers/'))
    .map((path) => ({ path, project: projectOf(path, readFileSync(join(root, path), 'utf8')) }));
}
