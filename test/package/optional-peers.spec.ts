import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { assertBuilt, entryPoints, manifest, outputOf } from './built-package.js';

const OPTIONAL_PEERS = [
  '@nestjs/bullmq',
  '@nestjs/config',
  '@nestjs/terminus',
  '@opentelemetry/api',
  'bullmq',
];
/** Dear to load, so only the first request, or the first phone number, does. */
const LOADED_LATER = ['axios', 'undici', 'libphonenumber-js'];

const REDIS_CLIENTS = ['ioredis', 'iovalkey', 'redis', '@redis/client'];
/** What health checks and metrics know verifications by. */
const TOKENS_OF_VERIFICATION = new Set(['verification-channel.js', 'verification-health.js']);

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** Everything that a file imports, exports from or names in a type. */
function importsOf(file: string): string[] {
  return ts
    .preProcessFile(readFileSync(file, 'utf8'))
    .importedFiles.map(({ fileName }) => fileName);
}

/** Every package that the types of a file name, themselves or through files of the build. */
function packagesInTypes(file: string, seen = new Set<string>()): Set<string> {
  seen.add(file);
  const packages = new Set<string>();
  for (const specifier of importsOf(file)) {
    if (!specifier.startsWith('.')) {
      packages.add(packageOf(specifier));
      continue;
    }
    const next = posix.join(posix.dirname(file), specifier.replace(/\.js$/, '.d.ts'));
    if (!seen.has(next)) {
      packagesInTypes(next, seen).forEach((name) => packages.add(name));
    }
  }
  return packages;
}

const loaded = new Map<string, Promise<string[]>>();

/** Every file that importing the specifier, and then doing something with it, loads, in a process of its own. */
async function filesLoadedBy(specifier: string, task = ''): Promise<string[]> {
  // What is built does not change meanwhile: one process answers all questions about it.
  const key = `${specifier} ${task}`;
  const files = loaded.get(key) ?? watchFilesLoadedBy(specifier, task);
  loaded.set(key, files);
  return files;
}

async function watchFilesLoadedBy(specifier: string, task: string): Promise<string[]> {
  const hook = `import { writeSync } from 'node:fs';
    export async function load(url, context, next) {
      writeSync(1, url + '\\n');
      return next(url, context);
    }`;
  const hookUrl = `data:text/javascript,${encodeURIComponent(hook)}`;
  const output = await outputOf(
    process.execPath,
    '--input-type=module',
    '--eval',
    `import Module, { register } from 'node:module';
    register(${JSON.stringify(hookUrl)});
    const entryPoint = await import(${JSON.stringify(specifier)});
    ${task}
    // What CommonJS packages require passes by the hook, but not by their cache.
    console.log(Object.keys(Module._cache).join('\\n'));`,
  );
  return output.split('\n').map((line) => line.replaceAll('\\', '/'));
}

/** Every package of which it loads a file. */
async function packagesLoadedBy(specifier: string, task = ''): Promise<Set<string>> {
  const files = await filesLoadedBy(specifier, task);
  const names = files.map((file) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1]);
  return new Set(names.filter((name) => name !== undefined));
}

/** The files of a folder of the build that it loads. */
async function filesOfFolder(folder: string, specifier: string): Promise<string[]> {
  const files = await filesLoadedBy(specifier);
  return files.flatMap((file) => file.split(`/dist/${folder}/`).slice(1));
}

describe('the root entry point', () => {
  beforeAll(assertBuilt);

  it('names no optional peer in its types', () => {
    const packages = packagesInTypes('dist/index.d.ts');
    expect(packages).toContain('@nestjs/common');
    expect(OPTIONAL_PEERS.filter((name) => packages.has(name))).toEqual([]);
  });

  it('has types that need only what is installed with it', () => {
    const installed = new Set([
      ...Object.keys(manifest.dependencies),
      ...Object.keys(manifest.peerDependencies).filter((name) => !isOptional(name)),
    ]);
    const packages = [...packagesInTypes('dist/index.d.ts')];
    expect(packages.filter((name) => !name.startsWith('node:') && !installed.has(name))).toEqual(
      [],
    );
  });

  it.each([
    ['without axios where the option http is not given', '', '', false],
    ['through axios where it is given', 'new entryPoint.AxiosTransport({}, ', ')', true],
  ])('sends %s', async (_, before, after, expected) => {
    const packages = await packagesLoadedBy(
      'nestjs-tencentcloud-sms',
      `const transport = ${before}new entryPoint.UndiciTransport()${after};
      const request = { method: 'GET', url: 'http://127.0.0.1:1/', headers: {}, body: '', timeoutMs: 500 };
      await transport.send(request).catch(() => undefined);`,
    );
    expect(packages).toContain('undici');
    expect(packages.has('axios')).toBe(expected);
  });

  it('loads no optional peer, and nothing that only the first request needs', async () => {
    const packages = await packagesLoadedBy('nestjs-tencentcloud-sms');
    expect(packages).toContain('@nestjs/common');
    expect([...OPTIONAL_PEERS, ...LOADED_LATER].filter((name) => packages.has(name))).toEqual([]);
  });

  it('gives import and require the same classes', async () => {
    const output = await outputOf(
      process.execPath,
      '--input-type=commonjs',
      '--eval',
      `const required = require('nestjs-tencentcloud-sms');
      import('nestjs-tencentcloud-sms').then((imported) => {
        const names = Object.keys(imported);
        console.log(names.includes('SmsService'), names.every((name) => required[name] === imported[name]));
      });`,
    );
    expect(output).toBe('true true\n');
  });
});

describe('every other entry point', () => {
  beforeAll(assertBuilt);

  it.each([
    ['config', '@nestjs/config'],
    ['health', '@nestjs/terminus'],
  ])('%s loads only its own peer', async (path, peer) => {
    const packages = await packagesLoadedBy(`nestjs-tencentcloud-sms/${path}`);
    expect(OPTIONAL_PEERS.filter((name) => packages.has(name))).toEqual([peer]);
    expect(isOptional(peer)).toBe(true);
  });

  it('queue loads BullMQ, and no other entry point does', async () => {
    const packages = await packagesLoadedBy('nestjs-tencentcloud-sms/queue');
    const own = ['@nestjs/bullmq', 'bullmq'];
    expect(OPTIONAL_PEERS.filter((name) => packages.has(name))).toEqual(own);
    expect(own.filter(isOptional)).toEqual(own);
    const others = entryPoints
      .map(({ path }) => path)
      .filter((path) => path !== './queue' && path !== './package.json');
    const packagesOfOthers = await Promise.all(
      others.map(async (path) => packagesLoadedBy(`nestjs-tencentcloud-sms${path.slice(1)}`)),
    );
    expect(others.filter((_, i) => packagesOfOthers[i]?.has('bullmq') === true)).toEqual([]);
    expect(others).toContain('./redis');
  });

  it('api loads no package and exports no value, since it is for types', async () => {
    const packages = await packagesLoadedBy(
      'nestjs-tencentcloud-sms/api',
      `if (Object.keys(entryPoint).length > 0) throw new Error(Object.keys(entryPoint).join());`,
    );
    expect([...packages]).toEqual([]);
  });

  it.each(['', '/config', '/health', '/otel'])(
    'nestjs-tencentcloud-sms%s loads no verification, but for a token and a channel, and no Redis',
    async (path) => {
      const specifier = `nestjs-tencentcloud-sms${path}`;
      const [ofVerification, ofRedis, packages] = await Promise.all([
        filesOfFolder('verification', specifier),
        filesOfFolder('redis', specifier),
        packagesLoadedBy(specifier),
      ]);
      expect(ofVerification.filter((file) => !TOKENS_OF_VERIFICATION.has(file))).toEqual([]);
      expect(ofRedis).toEqual([]);
      expect(REDIS_CLIENTS.filter((name) => packages.has(name))).toEqual([]);
    },
  );

  it('verification loads its service, and nothing of Redis', async () => {
    const specifier = 'nestjs-tencentcloud-sms/verification';
    expect(await filesOfFolder('verification', specifier)).toContain('verification.service.js');
    expect(await filesOfFolder('redis', specifier)).toEqual([]);
  });

  it('redis loads no client, no peer and no service', async () => {
    const specifier = 'nestjs-tencentcloud-sms/redis';
    const packages = await packagesLoadedBy(specifier);
    expect(await filesOfFolder('redis', specifier)).toContain('redis-client.js');
    expect([...REDIS_CLIENTS, ...OPTIONAL_PEERS].filter((name) => packages.has(name))).toEqual([]);
    expect(await filesOfFolder('verification', specifier)).toEqual([]);
  });

  it.each(entryPoints)('$path names no library that only we call in its types', ({ files }) => {
    const packages = packagesInTypes((files['types'] ?? '').replace(/^\.\//, ''));
    expect(['valibot', 'undici', 'libphonenumber-js'].filter((name) => packages.has(name))).toEqual(
      [],
    );
  });

  it('api names no package in its types', () => {
    expect([...packagesInTypes('dist/api/index.d.ts')]).toEqual([]);
  });

  it('testing loads no peer', async () => {
    const packages = await packagesLoadedBy('nestjs-tencentcloud-sms/testing');
    expect(OPTIONAL_PEERS.filter((name) => packages.has(name))).toEqual([]);
  });
});

function isOptional(peer: string): boolean {
  return manifest.peerDependenciesMeta?.[peer]?.optional === true;
}
