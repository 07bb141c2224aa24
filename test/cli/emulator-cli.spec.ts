import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { SmsEmulator } from '../../lib/testing/index.js';
import { CallbackEndpoint } from '../emulator/callback-endpoint.js';
import { AUTHORITY, LOCALHOST } from '../support/tls-server.js';
import { sendSigned } from '../emulator/raw-client.js';

const COMMAND = 'dist/cli/emulator.cli.js';

type Child = ChildProcessByStdio<null, Readable, Readable>;

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const children: Child[] = [];

const launch = (...args: string[]): Child => {
  const child = spawn(process.execPath, [COMMAND, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  return child;
};

const ended = async (child: Child): Promise<Ended> =>
  new Promise((resolve) => {
    let out = '';
    let err = '';
    child.stdout.on('data', (data: Buffer) => (out += data.toString()));
    child.stderr.on('data', (data: Buffer) => (err += data.toString()));
    child.on('close', (code) => {
      resolve({ code, out, err });
    });
  });

/** What a running emulator says of itself, once it says it. */
const greeting = async (child: Child): Promise<{ url: string; text: string }> =>
  new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (data: Buffer) => {
      text += data.toString();
      const url = /listening on (\S+)\n[^]*\n$/.exec(text)?.[1];
      if (url !== undefined) {
        resolve({ url, text });
      }
    });
    child.on('close', () => {
      reject(new Error(`The command ended early: ${text}`));
    });
  });

beforeAll(() => {
  if (!existsSync(COMMAND)) {
    throw new Error(`${COMMAND} is missing: run "npm run build" before this spec.`);
  }
});
afterEach(() => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
  }
});

describe('the command', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('serves until %s, and then ends well', async (signal) => {
    const child = launch('emulator', '--port', '0');
    const end = ended(child);
    const { url, text } = await greeting(child);
    expect(text).toContain('emulator-secret-key');
    const ready = await fetch(`${url}/readyz`);
    expect(await ready.json()).toEqual({ status: 'ok' });
    child.kill(signal);
    expect(await end).toMatchObject({ code: 0, err: '' });
  });

  it('never prints the key given on the command line', async () => {
    const child = launch('emulator', '--port', '0', '--secret-key', 'hush-hush', '--strict');
    const { text } = await greeting(child);
    expect(text).not.toContain('hush-hush');
    expect(text).not.toContain('emulator-secret-key');
  });

  it('takes every option of the library', async () => {
    const endpoint = await CallbackEndpoint.start();
    const flags = `--port 0 --limits tencent-default --delivery realistic --callback-url ${endpoint.url} --reply-callback-url ${endpoint.url} --echo-context --record-lag 10m --package-size 1 --blocked-countries MY,44`;
    const faults = [{ callback: 'content-type', contentType: 'text/json', times: 'always' }];
    const child = launch('emulator', ...flags.split(' '), '--faults', JSON.stringify(faults));
    const { url } = await greeting(child);
    const port = Number(new URL(url).port);
    const listed = await fetch(`${url}/_emulator/faults`);
    expect(await listed.json()).toEqual({ faults });
    const send = async (phone: string): Promise<unknown> => {
      const body = JSON.stringify({
        PhoneNumberSet: [phone],
        SmsSdkAppId: '1400006666',
        TemplateId: '77',
        SignName: '示例',
      });
      const { response } = await sendSigned({ port, action: 'SendSms', body });
      return (response['SendStatusSet'] as { Code: string }[])[0]?.Code;
    };
    expect(await send('+60198890000')).toBe('LimitExceeded.AppCountryOrRegionInBlacklist');
    expect(await send('+8613711112222')).toBe('Ok');
    expect(await send('+8613711113333')).toBe('FailedOperation.InsufficientBalanceInSmsPackage');
    const post = async (path: string, body: object): Promise<Response> =>
      fetch(`${url}/_emulator/${path}`, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'Content-Type': 'application/json' },
      });
    await post('clock/advance', { seconds: 8 });
    await post('replies', { to: '+8613711112222', text: '好' });
    const bodies = (await endpoint.received(2)).map(({ body }) => body);
    expect(bodies).toContainEqual([expect.objectContaining({ errmsg: 'DELIVRD', ext: '' })]);
    const lag = await fetch(`${url}/_emulator/record-lag`);
    expect(await lag.json()).toEqual({ lag: 600_000 });
    expect(bodies).toContainEqual(expect.objectContaining({ text: '好' }));
    await endpoint.stop();
  });

  it('serves over TLS, under the names that are allowed, and says that the network reaches it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'emulator-cli-'));
    const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    writeFileSync(cert, LOCALHOST.cert);
    writeFileSync(key, LOCALHOST.key);
    const flags = ['--port', '0', '--host', '0.0.0.0', '--tls-cert', cert, '--tls-key', key];
    const names = ['--allowed-host', 'emu.test', '--allowed-host', 'sms-emulator.default.svc'];
    const child = launch('emulator', ...flags, ...names);
    let err = '';
    child.stderr.on('data', (data: Buffer) => (err += data.toString()));
    const { url, text } = await greeting(child);
    expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect(text).toContain(`endpoint ${url.replace('https://', '')}, protocol https,`);
    for (const host of ['emu.test', 'sms-emulator.default.svc', 'evil.test']) {
      // oxlint-disable-next-line no-await-in-loop
      const status = await new Promise((resolve, reject) => {
        get(
          `${url}/readyz`,
          { ca: AUTHORITY, servername: 'localhost', headers: { Host: host }, agent: false },
          (response) => {
            response.resume();
            resolve(response.statusCode);
          },
        ).on('error', reject);
      });
      expect(status).toBe(host === 'evil.test' ? 403 : 200);
    }
    expect(err).toMatch(
      /^Warning: The SMS emulator listens on 0\.0\.0\.0: [^\n]+ network\.[^\n]+\n$/,
    );
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['JSON', 'list.json', '[{"id":"1110","kind":"notification","text":"{shop:1}今日开业。"}]'],
    [
      'a module that exports what smsTemplate makes',
      'templates.mjs',
      `import { smsTemplate } from 'nestjs-tencentcloud-sms';
       export const TITLE = 'not a template';
       export const Opening = smsTemplate({ id: '1110', kind: 'notification', text: '{shop:1}今日开业。' });
       export default { Opening };`,
    ],
    [
      'a module of CommonJS with a list',
      'templates.cjs',
      `module.exports = { templates: [{ id: '1110', kind: 'notification', text: '{1}今日开业。' }] };`,
    ],
  ])('takes templates of one’s own from %s', async (_, name, content) => {
    // In the package, so that the module finds it by its name.
    const folder = mkdtempSync(join('dist', 'templates-'));
    const file = join(folder, name);
    writeFileSync(file, content);
    const child = launch('emulator', '--port', '0', '--templates', file);
    const { url } = await greeting(child);
    const body = JSON.stringify({
      PhoneNumberSet: ['+8613711112222'],
      SmsSdkAppId: '1400006666',
      TemplateId: '1110',
      SignName: '示例',
      TemplateParamSet: ['云上小店'],
    });
    await sendSigned({ port: Number(new URL(url).port), action: 'SendSms', body });
    const answer = await fetch(`${url}/_emulator/messages`);
    expect(await answer.json()).toMatchObject({
      messages: [{ text: '【示例】云上小店今日开业。' }],
    });
    rmSync(folder, { recursive: true });
  });

  it.each<readonly [name: string, args: string[], message: string]>([
    [
      'a file that is not there',
      ['--templates', 'none.json'],
      "--templates: none.json can't be read",
    ],
    ['a file without templates', ['--templates', 'package.json'], 'package.json has no template'],
    ['a file of TypeScript', ['--templates', 'a.ts'], 'a.ts is TypeScript'],
    ['a certificate without its key', ['--tls-cert', 'package.json'], 'give both'],
    [
      'a file that is no certificate',
      ['--tls-cert', 'package.json', '--tls-key', 'package.json'],
      'PEM',
    ],
    ['a place that is none', ['--refusals-at', 'top'], 'refusalsAt must be'],
    ['a size that is none', ['--keep', 'much'], 'keep must be'],
    ['a name that is a URL', ['--allowed-host', 'http://x'], 'allowedHosts must be'],
  ])('ends with a sentence about %s', async (_, args, message) => {
    const { code, out, err } = await ended(launch('emulator', '--port', '0', ...args));
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
  });

  it('tells its usage and its version', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(await ended(launch('--version'))).toEqual({ code: 0, out: `${version}\n`, err: '' });
    for (const args of [['--help'], ['emulator', '--help']]) {
      // oxlint-disable-next-line no-await-in-loop
      const { code, out, err } = await ended(launch(...args));
      expect({ code, err }).toEqual({ code: 0, err: '' });
      const flags = ['--secret-key', '--limits', '--delivery', '--callback-url', '--tls-cert'];
      for (const flag of [
        ...flags,
        '--echo-context',
        '--record-lag',
        '--faults',
        '--allowed-host',
        '--keep',
        '--templates',
        '--refusals-at',
      ]) {
        expect(out).toContain(flag);
      }
    }
  });

  it.each([
    ['no command', []],
    ['an unknown command', ['simulator']],
    ['a word too many', ['emulator', 'now']],
    ['an unknown flag', ['emulator', '--prot', '1']],
    ['a flag without its value', ['emulator', '--port']],
    ['a port that is none', ['emulator', '--port', 'http']],
    ['a port out of range', ['emulator', '--port', '70000']],
    ['limits that are none', ['emulator', '--port', '0', '--limits', 'on']],
    ['a delivery that is none', ['emulator', '--port', '0', '--delivery', 'fast']],
    ['a callback URL that is none', ['emulator', '--port', '0', '--callback-url', 'x']],
    ['a lag that is none', ['emulator', '--port', '0', '--record-lag', 'soon']],
    ['faults that are no JSON', ['emulator', '--port', '0', '--faults', 'x']],
    ['faults that are none', ['emulator', '--port', '0', '--faults', '[{"callback":"x"}]']],
    ['faults that are no list', ['emulator', '--port', '0', '--faults', '{"callback":"lost"}']],
    ['a package that is none', ['emulator', '--port', '0', '--package-size', 'x']],
    ['a blank key', ['emulator', '--port', '0', '--secret-key', ' ']],
  ])('explains itself for %s and exits with 2', async (_, args) => {
    const { code, out, err } = await ended(launch(...args));
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('Usage: nestjs-tencentcloud-sms emulator');
  });

  it('says in a sentence that its port is taken and exits with 1', async () => {
    const emulator = await SmsEmulator.start();
    const { code, out, err } = await ended(launch('emulator', '--port', String(emulator.port)));
    await emulator.stop();
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^Port \d+ of 127\.0\.0\.1 is in use already: [^\n]+\n$/);
  });
});
