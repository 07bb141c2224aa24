// Packs the built package and lets publint and "Are the types wrong?" judge the tarball.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack, root } from './package.mjs';

const work = mkdtempSync(join(tmpdir(), 'package-'));
const judge = (tool, ...args) =>
  execFileSync(process.execPath, [join(root, 'node_modules', tool), ...args], {
    cwd: root,
    stdio: 'inherit',
  });

try {
  const tarball = pack(work);
  judge('publint/src/cli.js', tarball, '--strict');
  // Being ES modules only is meant: every Node line of ours can `require()` them.
  judge(
    '@arethetypeswrong/cli/dist/index.js',
    tarball,
    '--ignore-rules',
    'cjs-resolves-to-esm',
    '--format',
    'ascii',
  );
} catch (error) {
  // The tool has said what is wrong.
  process.exitCode = error.status ?? 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
