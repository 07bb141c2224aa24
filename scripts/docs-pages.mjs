// Writes the pages of docs/ that repeat what the code says (`npm run docs:pages`), or, with `--check`,
// fails when they differ from it.
//
//   node --import ./scripts/typescript.mjs scripts/docs-pages.mjs [--check]
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { withMembers } from './docs-actions.mjs';
import { errorCodesPage } from './docs-error-codes.mjs';
import { root } from './package.mjs';

const check = process.argv.includes('--check');

for (const language of ['en', 'zh']) {
  const folder = join(root, language === 'en' ? 'docs' : 'docs/zh');
  const actions = join(folder, 'actions.md');
  // One after the other: a few files, and messages in their order.
  // oxlint-disable no-await-in-loop
  await keep(join(folder, 'error-codes.md'), errorCodesPage(language));
  await keep(actions, withMembers(readFileSync(actions, 'utf8'), language));
  // oxlint-enable no-await-in-loop
}

async function keep(file, text) {
  const formatted = await format(text, { ...(await resolveConfig(file)), filepath: file });
  if (formatted === read(file)) {
    return;
  }
  const name = relative(root, file);
  if (check) {
    console.error(`${name} differs from the code: run "npm run docs:pages".`);
    process.exitCode = 1;
  } else {
    writeFileSync(file, formatted);
    console.log(`${name} is updated.`);
  }
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}
