import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sendSigned } from '../emulator/raw-client.js';
import { runCommand } from '../support/command.js';

const COMMAND = 'dist/cli/main.cli.js';

let folder: string;
const children: ChildProcess[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'emulator-stock-'));
});
afterEach(() => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
  }
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Starts the command, and gives what calls it and what kills it. */
async function start(...flags: string[]) {
  const args = [COMMAND, 'emulator', '--port', '0', ...flags];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const port = await new Promise<number>((done, failed) => {
    let out = '';
    child.stdout.on('data', (data: Buffer) => {
      out += data.toString();
      const found = /listening on http:\/\/[^:]+:(\d+)\n/.exec(out)?.[1];
      if (found !== undefined) {
        done(Number(found));
      }
    });
    child.once('close', () => {
      failed(new Error(`The command ended early: ${out}`));
    });
  });
  return {
    call: async (action: string, body: object): Promise<Record<string, unknown>> =>
      (await sendSigned({ port, action, body: JSON.stringify(body) })).response,
    kill: async (): Promise<void> => {
      child.kill('SIGKILL');
      await once(child, 'close');
    },
  };
}

type Running = Awaited<ReturnType<typeof start>>;

async function listTemplates({ call }: Running): Promise<unknown> {
  const answer = await call('DescribeSmsTemplateList', { International: 0, Limit: 100 });
  return (answer['DescribeTemplateStatusSet'] as Record<string, unknown>[]).map(
    ({ TemplateId, TemplateContent, StatusCode, ReviewReply }) => [
      TemplateId,
      TemplateContent,
      StatusCode,
      ReviewReply,
    ],
  );
}

async function listSigns({ call }: Running, International: 0 | 1): Promise<unknown> {
  const answer = await call('DescribeSmsSignList', { International, Limit: 100 });
  return (answer['DescribeSignListStatusSet'] as Record<string, unknown>[]).map(
    ({ SignName }) => SignName,
  );
}

function flagsOf(help: string): string[] {
  return [...help.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, flag]) => flag ?? '');
}

const SEED = ['449739', expect.any(String), 0, ''];

describe('emulator --seed', () => {
  it('starts with the signatures and templates of a file, each in its state and market', async () => {
    const file = join(folder, 'seed.json');
    const stock = {
      signatures: ['云上小店', { name: '海外小店', market: 'international', state: 'rejected' }],
      templates: [
        { id: '1110', kind: 'notification', text: '{1}今日开业。' },
        { id: '1111', text: '{1}到。', state: 'rejected', reviewReply: '太短' },
        { id: '1112', text: 'Parcel {1}.', market: 'international' },
      ],
    };
    writeFileSync(file, JSON.stringify(stock));
    const emulator = await start('--strict', '--seed', file);
    expect(await listTemplates(emulator)).toEqual([
      [449739, SEED[1], 0, ''],
      [1110, '{1}今日开业。', 0, ''],
      [1111, '{1}到。', -1, '太短'],
    ]);
    expect(await listSigns(emulator, 0)).toEqual(['腾讯云', '云上小店']);
    expect(await listSigns(emulator, 1)).toEqual(['腾讯云', '云上小店', '海外小店']);
    const send = async (TemplateId: string, SignName: string): Promise<unknown> => {
      const { SendStatusSet: items } = await emulator.call('SendSms', {
        PhoneNumberSet: ['+8613711112222'],
        SmsSdkAppId: '1400006666',
        TemplateId,
        SignName,
        TemplateParamSet: ['小店'],
      });
      return (items as { Code: string }[])[0]?.Code;
    };
    expect(await send('1110', '云上小店')).toBe('Ok');
    expect(await send('1111', '云上小店')).not.toBe('Ok');
    expect(await send('1110', '海外小店')).not.toBe('Ok');
  });
});

describe('emulator --state', () => {
  it('keeps what was added for the next start, however it ended, and nothing of the seed', async () => {
    const [seed, state] = [join(folder, 'first.json'), join(folder, 'state.json')];
    writeFileSync(seed, JSON.stringify({ templates: [{ id: '1110', text: '{1}今日开业。' }] }));
    const flags = ['--seed', seed, '--state', state];
    const first = await start(...flags);
    const draft = { TemplateName: '到店', SmsType: 2, International: 0, Remark: '无' };
    const add = async (emulator: Running, TemplateContent: string): Promise<number> => {
      const answer = await emulator.call('AddSmsTemplate', { ...draft, TemplateContent });
      return Number((answer['AddTemplateStatus'] as { TemplateId: string }).TemplateId);
    };
    const kept = await add(first, '您的包裹{1}已到。');
    const gone = await add(first, '您的年货￥{1}已到。');
    await first.call('AddSmsSign', {
      SignName: '云上小店',
      SignType: 0,
      DocumentType: 0,
      International: 0,
      SignPurpose: 0,
      ProofImage: 'aGk=',
      QualificationId: 1,
    });
    await first.call('DeleteSmsTemplate', { TemplateId: gone });
    await first.kill();
    expect(JSON.parse(readFileSync(state, 'utf8'))).toMatchObject({
      signatures: [{ name: '云上小店', market: 'mainland' }],
      templates: [{ id: String(kept), kind: 'notification', name: '到店', market: 'mainland' }],
    });
    const second = await start(...flags);
    const later = await add(second, '您的春联{1}已到。');
    expect(later).not.toBe(kept);
    expect(await listTemplates(second)).toMatchObject([
      [449739, SEED[1], 0, ''],
      [1110, '{1}今日开业。', 0, ''],
      [kept, '您的包裹{1}已到。', expect.any(Number), ''],
      [later, '您的春联{1}已到。', 1, ''],
    ]);
    expect(await listSigns(second, 0)).toEqual(['腾讯云', '云上小店']);
  });
});

it('ends with a sentence about a seed or a state that can’t be read', async () => {
  const bad = join(folder, 'bad.json');
  writeFileSync(bad, '{"templates":[{"id":"x","text":"y"}]}');
  const [wrong, none, state] = await Promise.all([
    runCommand(['emulator', '--port', '0', '--seed', bad]),
    runCommand(['emulator', '--port', '0', '--seed', join(folder, 'none.json')]),
    runCommand(['emulator', '--port', '0', '--state', 'package.json']),
  ]);
  for (const { code, out } of [wrong, none, state]) {
    expect({ code, out }).toEqual({ code: 2, out: '' });
  }
  expect(wrong.err).toContain('templates.0.id must be digits, as text.');
  expect(none.err).toMatch(/--seed: .*none\.json/);
  expect(state.err).toMatch(/--state: package\.json: \w+ is unknown\./);
});

it('lists the same flags of the emulator in both languages, those with a value with their defaults', async () => {
  const [en, zh] = await Promise.all([
    runCommand(['emulator', '--help', '--lang', 'en']),
    runCommand(['emulator', '--help'], { env: { LANG: 'zh_CN.UTF-8' } }),
  ]);
  expect(flagsOf(en.out)).toEqual(flagsOf(zh.out));
  expect(flagsOf(en.out)).toEqual(
    expect.arrayContaining(['--seed', '--state', '--keep', '--lang']),
  );
  for (const text of [en.out, zh.out]) {
    for (const entry of text.split(/^(?= {2}--)/m).slice(1)) {
      const hasDefault = /default|默认/.test(entry);
      const needsNone = /^ {2}--(?:help|version|tls-key)/.test(entry);
      expect({ entry, hasDefault: hasDefault || needsNone }).toEqual({ entry, hasDefault: true });
    }
  }
});
