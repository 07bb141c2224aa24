import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { findBreaches } from './house-rules.js';
import { readSource } from './read-source.js';

const LIB = new URL('../../lib/', import.meta.url);

describe('lib', () => {
  const paths = readdirSync(fileURLToPath(LIB), { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts'));

  it('is found', () => {
    expect(paths).toEqual(expect.arrayContaining(['index.ts', 'api/actions.ts']));
  });

  it('keeps the rules of the house', () => {
    const sources = paths.map((path) => readSource(path, readFileSync(new URL(path, LIB), 'utf8')));
    expect(findBreaches(sources)).toStrictEqual([]);
  });
});

/** The breaches of a made-up house: path → text. */
function breachesOf(files: Record<string, string>): string[] {
  return findBreaches(Object.entries(files).map(([path, text]) => readSource(path, text)));
}

describe('a house in order', () => {
  it('goes down the stairs, stays in a room, or comes through a door', () => {
    expect(
      breachesOf({
        'index.ts':
          "export { A } from './sms.service.js'; export { F } from './filters/f.filter.js';",
        'config/index.ts': "export { c } from './sms.config.js';",
        'config/sms.config.ts':
          "import '@nestjs/config'; import { o } from '../sms.options.js'; process.env.A; Date.now();",
        'sms.service.ts': "import '@nestjs/common'; import { o } from './sms.options.js';",
        'sms.options.ts': "import type { T } from './http/transport.js';",
        'filters/f.filter.ts': "import '@nestjs/common'; import '../errors/sms.error.js';",
        'http/transport.ts': "import type { S } from '../signing/signer.js'; new Date();",
        'http/axios.transport.ts':
          "import axios from 'axios'; await import('./undici.adapter.js');",
        'http/undici.adapter.ts': "import { Pool } from 'undici';",
        'recipients/phone.ts': "import('libphonenumber-js/min');",
        'errors/sms.error.ts': "import { redact } from '../privacy/redact.js';",
        'privacy/redact.ts': 'export const redact = 1;',
        'signing/signer.ts': "import { hash } from 'node:crypto'; new Date(0);",
        'testing/index.ts': "export { E } from './sms-emulator.js';",
        'testing/sms-emulator.ts':
          "import './emulator/http.js'; import '../sms.service.js'; import '../signing/signer.js';",
        'testing/emulator/http.ts': "import http from 'node:http';",
      }),
    ).toStrictEqual([]);
  });

  it('may speak of anything in comments and strings', () => {
    expect(
      breachesOf({
        'api/a.ts': `
          // import { x } from '../errors/e.js'; Date.now(); process.env
          /** import axios from 'axios'; export * from './b.js'; new Date() */
          export const text = "import axios from 'axios'; class A { #b = Date.now() }";
          export const page = \`<script>import x from '../errors/e.js'; new Date()</script>\`;
        `,
      }),
    ).toStrictEqual([]);
  });
});

describe('a breach', () => {
  it.each<[rule: string, files: Record<string, string>, sentence: string]>([
    [
      'an import upstairs',
      { 'api/a.ts': "import '../errors/e.js';", 'errors/e.ts': '' },
      'lib/api/a.ts (floor 0) imports lib/errors/e.ts (floor 1), which is upstairs.',
    ],
    [
      'an import upstairs of a type',
      { 'http/t.ts': "import type { O } from '../sms.options.js';", 'sms.options.ts': '' },
      'lib/http/t.ts (floor 3) imports lib/sms.options.ts (floor 7), which is upstairs.',
    ],
    [
      'an export from upstairs',
      { 'http/t.ts': "export { C } from '../client/c.js';", 'client/c.ts': '' },
      'lib/http/t.ts (floor 3) imports lib/client/c.ts (floor 5), which is upstairs.',
    ],
    [
      'an import upstairs within a function',
      { 'http/t.ts': "const f = () => import('../client/c.js');", 'client/c.ts': '' },
      'lib/http/t.ts (floor 3) imports lib/client/c.ts (floor 5), which is upstairs.',
    ],
    [
      'an import upstairs within a type',
      { 'http/t.ts': "type T = import('../client/c.js').C;", 'client/c.ts': '' },
      'lib/http/t.ts (floor 3) imports lib/client/c.ts (floor 5), which is upstairs.',
    ],
    [
      'an import upstairs with require',
      { 'http/t.ts': "import c = require('../client/c.js');", 'client/c.ts': '' },
      'lib/http/t.ts (floor 3) imports lib/client/c.ts (floor 5), which is upstairs.',
    ],
    [
      'an import from the room next door',
      { 'signing/s.ts': "import '../api/a.js';", 'api/a.ts': '' },
      'lib/signing/s.ts imports lib/api/a.ts, a room beside its own on floor 0.',
    ],
    [
      'a feature that imports a feature',
      { 'health/h.ts': "import '../otel/o.js';", 'otel/o.ts': '' },
      'lib/health/h.ts imports lib/otel/o.ts, a room beside its own on floor 8.',
    ],
    [
      'a feature imported by the service',
      { 'sms.module.ts': "import './filters/f.js';", 'filters/f.ts': '' },
      'lib/sms.module.ts (floor 7) imports lib/filters/f.ts (floor 8), which is upstairs.',
    ],
    [
      'a front door imported from inside',
      { 'client/c.ts': "import '../index.js';", 'index.ts': '' },
      'lib/client/c.ts imports the door lib/index.ts from inside.',
    ],
    [
      'a side door imported from its own room',
      { 'health/h.ts': "import './index.js';", 'health/index.ts': '' },
      'lib/health/h.ts imports the door lib/health/index.ts from inside.',
    ],
    [
      'a door imported by a door',
      { 'otel/index.ts': "export { a } from '../index.js';", 'index.ts': '' },
      'lib/otel/index.ts imports the door lib/index.ts from inside.',
    ],
    [
      'a door imported by the package’s name',
      { 'testing/t.ts': "import { SmsModule } from 'nestjs-tencentcloud-sms';" },
      'lib/testing/t.ts imports the door "nestjs-tencentcloud-sms" from inside.',
    ],
    [
      'testing imported by a floor',
      { 'health/h.ts': "import '../testing/t.js';", 'testing/t.ts': '' },
      'lib/health/h.ts imports lib/testing/t.ts, but nothing imports testing/.',
    ],
    [
      'testing imported by the front door',
      { 'index.ts': "export { E } from './testing/t.js';", 'testing/t.ts': '' },
      'lib/index.ts imports lib/testing/t.ts, but nothing imports testing/.',
    ],
    [
      'an import of what is not there',
      { 'api/a.ts': "import '../../package.json';" },
      'lib/api/a.ts imports ../../package.json, which is no file of lib.',
    ],
    [
      'a circle of types',
      {
        'api/a.ts': "import type { B } from './b.js';",
        'api/b.ts': "import type { C } from './c.js';",
        'api/c.ts': "import type { A } from './a.js';",
        'api/d.ts': "import type { A } from './a.js';",
      },
      'lib/api/a.ts → lib/api/b.ts → lib/api/c.ts → lib/api/a.ts is a circle of imports.',
    ],
    [
      'a file that imports itself',
      { 'api/a.ts': "export { b as c } from './a.js';" },
      'lib/api/a.ts → lib/api/a.ts is a circle of imports.',
    ],
    [
      'a room for a kind',
      { 'api/types/a.ts': '' },
      'lib/api/types/a.ts is in a room called "types", which names a kind and no subject.',
    ],
    [
      'a room without a floor',
      { 'queue/q.ts': '' },
      'lib/queue/q.ts is in the room "queue", which has no floor; give it one in test/house/house-rules.ts.',
    ],
    [
      'a room named like a member of every object',
      { 'constructor/q.ts': '' },
      'lib/constructor/q.ts is in the room "constructor", which has no floor; give it one in test/house/house-rules.ts.',
    ],
    [
      'a file outside every room',
      { 'misc.ts': '' },
      'lib/misc.ts stands outside every room; only index.ts and sms.*.ts may.',
    ],
    [
      'axios elsewhere',
      { 'http/transport.ts': "import type { AxiosInstance } from 'axios';" },
      'lib/http/transport.ts imports axios, which only lib/http/axios.transport.ts may.',
    ],
    [
      'undici elsewhere',
      { 'http/axios.transport.ts': "await import('undici');" },
      'lib/http/axios.transport.ts imports undici, which only lib/http/undici.adapter.ts may.',
    ],
    [
      'numbering plans elsewhere',
      { 'sending/s.ts': "import 'libphonenumber-js/min';" },
      'lib/sending/s.ts imports libphonenumber-js/min, which only lib/recipients/ may.',
    ],
    [
      'an optional peer elsewhere',
      { 'sms.module.ts': "import type { C } from '@nestjs/config';" },
      'lib/sms.module.ts imports @nestjs/config, which only lib/config/ may.',
    ],
    [
      'terminus elsewhere',
      { 'testing/t.ts': "import '@nestjs/terminus';" },
      'lib/testing/t.ts imports @nestjs/terminus, which only lib/health/ may.',
    ],
    [
      'OpenTelemetry elsewhere',
      { 'client/c.ts': "import '@opentelemetry/api';" },
      'lib/client/c.ts imports @opentelemetry/api, which only lib/otel/ may.',
    ],
    [
      'Nest below the service',
      { 'sending/s.ts': "import { Logger } from '@nestjs/common';" },
      'lib/sending/s.ts imports @nestjs/common, but floor 6 knows no Nest.',
    ],
    [
      'I/O on a pure floor',
      { 'templates/t.ts': "import { readFile } from 'fs/promises';" },
      'lib/templates/t.ts imports fs/promises, but floor 2 is pure.',
    ],
    ...[
      'Date.now()',
      'new Date()',
      'new Date',
      'Date()',
      'performance.now()',
      'const f = Date.now',
    ].map((code): [string, Record<string, string>, string] => [
      `the time on a pure floor: ${code}`,
      { 'signing/s.ts': code },
      'lib/signing/s.ts asks for the time, which a pure floor takes as an argument.',
    ]),
    [
      'the environment on a pure floor',
      { 'errors/e.ts': "const a = process.env['A'];" },
      'lib/errors/e.ts reads process.env, which a pure floor takes as an argument.',
    ],
    [
      'export *',
      { 'index.ts': "export * from './sms.service.js';", 'sms.service.ts': '' },
      'lib/index.ts exports everything with "export *"; name what is exported.',
    ],
    [
      'export * as',
      { 'index.ts': "export * as s from './sms.service.js';", 'sms.service.ts': '' },
      'lib/index.ts exports everything with "export *"; name what is exported.',
    ],
    [
      'a #private field',
      { 'sms.service.ts': 'class A { #b = 1; }' },
      'lib/sms.service.ts has a #private member, which fails behind a proxy; write "private".',
    ],
    [
      'a #private method',
      { 'testing/t.ts': 'class A { #b() {} }' },
      'lib/testing/t.ts has a #private member, which fails behind a proxy; write "private".',
    ],
  ])('by %s is said in a sentence', (_, files, sentence) => {
    expect(breachesOf(files)).toStrictEqual([sentence]);
  });

  it('says every one of several', () => {
    expect(
      breachesOf({
        'api/a.ts': "import './b.js'; import '@nestjs/common'; Date.now();",
        'api/b.ts': "import './a.js';",
      }),
    ).toHaveLength(3);
  });
});
