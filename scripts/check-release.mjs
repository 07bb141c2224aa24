// What must be true before a version is published: the placeholders of the manifest are filled in, and
// the head of the changelog, the manifest and the tag (if one is given) name the same version.
//
//   node scripts/check-release.mjs [v1.2.3]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { manifest, root } from './package.mjs';

/** What stands in the manifest until the owner of the repository is known. */
const PLACEHOLDER = 'OWNER';

/** A sentence for each thing that is not ready. */
export function releaseFaults({ author, bugs, homepage, repository, version }, changelog, tag) {
  const faults = Object.entries({ author, bugs, homepage, repository })
    .filter(([, value]) => value === undefined || JSON.stringify(value).includes(PLACEHOLDER))
    .map(([name]) => `package.json: ${name} still has the placeholder ${PLACEHOLDER}.`);
  if (tag !== undefined) {
    const [, head] = /^## (\S+)/m.exec(changelog) ?? [];
    if (tag !== `v${version}`) {
      faults.push(`The tag is ${tag}, and the version of package.json ${version}.`);
    }
    if (head !== version) {
      faults.push(`CHANGELOG.md begins with ${head}, and the version is ${version}.`);
    }
    if (new RegExp(String.raw`^## ${version} \(unreleased\)`, 'm').test(changelog)) {
      faults.push(`CHANGELOG.md still calls ${version} unreleased.`);
    }
  }
  return faults;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
  const faults = releaseFaults(manifest, changelog, process.argv[2]);
  for (const fault of faults) {
    console.error(fault);
  }
  process.exitCode = faults.length === 0 ? 0 : 1;
}
