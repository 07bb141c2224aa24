import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(resolve(root, path), 'utf8');

describe.each(['README.md', 'README.zh-CN.md'])('%s', (file) => {
  const blocks = [...read(file).matchAll(/^```\w+\n([^]*?)^```$/gm)].map(([, block = '']) => block);

  it('shows how to test an app by the very spec that runs here', () => {
    expect(blocks.filter((block) => block.includes('SmsTestingModule'))).toEqual([
      read('test/testing/test-your-app.spec.ts'),
    ]);
  });

  it('has the line for Jest as CommonJS from an application whose tests we run', () => {
    const { jest } = JSON.parse(read('test/consumers/nest11-typescript/package.json')) as {
      jest: { transformIgnorePatterns: string[] };
    };
    const patterns = JSON.stringify(jest.transformIgnorePatterns);
    expect(blocks).toContain(`"transformIgnorePatterns": ${patterns}\n`);
  });
});
