import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

// A variable, since scripts have no types.
const SCRIPT = '../../scripts/check-release.mjs';
const { releaseFaults } = (await import(SCRIPT)) as {
  releaseFaults: (manifest: object, changelog: string, tag?: string) => string[];
};
const root = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(resolve(root, path), 'utf8');
const manifest = JSON.parse(read('package.json')) as Record<string, unknown> & { version: string };

const READY = {
  author: 'A',
  bugs: { url: 'https://example.test/issues' },
  homepage: 'https://example.test/',
  repository: { type: 'git', url: 'git+https://example.test/a.git' },
  version: '1.2.3',
};

describe('the check before a release', () => {
  it('finds nothing where manifest, changelog and tag agree', () => {
    expect(releaseFaults(READY, '# Changelog\n\n## 1.2.3\n', 'v1.2.3')).toEqual([]);
  });

  it.each(['author', 'bugs', 'homepage', 'repository'])('refuses a placeholder in %s', (name) => {
    const faults = releaseFaults({ ...READY, [name]: 'https://OWNER.example.test' }, '');
    expect(faults).toEqual([`package.json: ${name} still has the placeholder OWNER.`]);
  });

  it.each([
    ['another tag', '## 1.2.3\n', 'v1.2.4'],
    ['a changelog of another version', '## 1.2.2\n', 'v1.2.3'],
    ['a changelog that says unreleased', '## 1.2.3 (unreleased)\n', 'v1.2.3'],
  ])('refuses %s', (_, changelog, tag) => {
    expect(releaseFaults(READY, changelog, tag)).toHaveLength(1);
  });

  it('is asked by the release and by the workflow that publishes', () => {
    expect(read('.release-it.json')).toContain('check-release.mjs');
    expect(read('.github/workflows/release.yml')).toContain('check-release.mjs');
  });
});

describe('the repository', () => {
  it('has a changelog that begins with the version of the package', () => {
    expect(/^## (\S+)/m.exec(read('CHANGELOG.md'))?.[1]).toBe(manifest.version);
  });

  it('tests in its workflow every line of Node and NestJS that the matrix script has', () => {
    const script = read('scripts/test-matrix.mjs');
    const workflow = read('.github/workflows/ci.yml');
    const nodes = listOf(script, /NODE_LINES = \[([^\]]*)\]/);
    expect(nodes).toEqual(['20', '22', '24']);
    expect(listOf(workflow, /node: \[([^\]]*)\]/)).toEqual(nodes);
    expect(listOf(workflow, /nest: \[([^\]]*)\]/)).toEqual(['11', '12']);
  });

  it('asks in its issue forms for the output of doctor', () => {
    expect(read('.github/ISSUE_TEMPLATE/bug.yml')).toContain('doctor --json');
  });
});

function listOf(text: string, pattern: RegExp): string[] {
  return (pattern.exec(text)?.[1]?.match(/\d+/g) ?? []).toSorted();
}
