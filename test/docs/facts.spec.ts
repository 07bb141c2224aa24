import { readFileSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SMS_ACTIONS, SmsService } from 'nestjs-tencentcloud-sms';
import { RATE_LIMITS } from '../../lib/api/rate-limits.js';
import { cellsOf, isChinese, readPages } from './page.js';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(resolve(root, path), 'utf8');

const MAX_README_BYTES = 12 * 1024;

describe.each([
  ['English', false],
  ['Chinese', true],
])('the %s documentation', (_, chinese) => {
  const pages = readPages().filter((page) => isChinese(page) === chinese);
  const blocks = pages.flatMap((page) => page.blocks.map(({ code }) => code));
  const rows = pages.flatMap(({ sections }) => sections.flatMap(({ tables }) => tables.flat()));

  it('has a short README, since the rest is in docs', () => {
    const readme = pages.find(({ path }) => path.startsWith('README'));
    expect(Buffer.byteLength(read(readme?.path ?? ''))).toBeLessThanOrEqual(MAX_README_BYTES);
  });

  it('explains the EBADENGINE warnings of npm ci on Node 20, all of them of tools', () => {
    const { packages } = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { dev?: boolean; engines?: { node?: string } }>;
    };
    const newer = Object.entries(packages).filter(([, { engines }]) =>
      /^(?:>=|\^)2[2-9]/.test(engines?.node ?? ''),
    );
    expect(newer.length).toBeGreaterThan(0);
    expect(newer.filter(([, { dev }]) => dev !== true)).toEqual([]);
    const readme = pages.find(({ path }) => path.startsWith('README'));
    expect(read(readme?.path ?? '')).toContain('EBADENGINE');
  });

  it('shows how to test an app by the very specs that run here', () => {
    expect(blocks.filter((block) => block.includes('SmsTestingModule.forTest'))).toEqual([
      read('test/testing/shortest.spec.ts'),
      read('test/testing/test-your-app.spec.ts'),
      read('test/verification/test-your-login.spec.ts'),
    ]);
  });

  it('has the line for Jest as CommonJS from an application whose tests run here', () => {
    const { jest } = JSON.parse(read('test/consumers/nest11-typescript/package.json')) as {
      jest: { transformIgnorePatterns: string[] };
    };
    const patterns = JSON.stringify(jest.transformIgnorePatterns);
    expect(blocks).toContain(`"transformIgnorePatterns": ${patterns}\n`);
  });

  it('says wherever a shutdown is promised that Nest must be told of signals', () => {
    const promising = pages.filter(({ path, links }) => {
      const isLinked = links.some(({ target }) => /#(?:shutdown|关闭应用)$/.test(target));
      return isLinked || read(path).includes('shutdownTimeoutMs');
    });
    const silent = promising.filter(({ path }) => !read(path).includes('enableShutdownHooks()'));
    expect(promising.length).toBeGreaterThanOrEqual(3);
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  it('shows how to make the service injectable everywhere', () => {
    const page = pages.find(({ path }) => path.endsWith('configuration.md'));
    const prose = page?.sections.map((section) => section.prose).join('\n');
    expect(prose).toContain('isGlobal: true');
    expect(prose).toContain('exports: [SmsModule]');
  });

  it('lists every action with its method, once and in order', () => {
    const listed = rows.flatMap((row) => {
      const [, action, method] = /^\| `([A-Z]\w+)` +\| `([a-z]\w+)` +\|/.exec(row) ?? [];
      return action === undefined ? [] : [{ action, method }];
    });
    expect(listed.map(({ action }) => action)).toEqual(SMS_ACTIONS);
    expect(
      listed.filter(({ method = '' }) => !Object.hasOwn(SmsService.prototype, method)),
    ).toEqual([]);
  });

  it('gives the calls a second that each action is paced at', () => {
    const listed = rows.flatMap((row) => {
      const [, action] = /^\| `([A-Z]\w+)` +\| `[a-z]\w+` +\|/.exec(row) ?? [];
      return action === undefined ? [] : [[action, cellsOf(row).at(-1)]];
    });
    expect(Object.fromEntries(listed)).toEqual(
      Object.fromEntries(
        Object.entries(RATE_LIMITS).map(([action, perSecond]) => [action, String(perSecond)]),
      ),
    );
  });

  it('draws every folder of the code in its layers', () => {
    const drawing = blocks.find((block) => block.includes('credentials/')) ?? '';
    const folders = readdirSync(resolve(root, 'lib'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    const drawn = [...drawing.matchAll(/([a-z]+)\//g)].map(([, name]) => name);
    expect(new Set(drawn)).toEqual(new Set(folders));
  });
});
