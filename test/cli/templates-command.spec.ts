import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import { accountVariables, runCommand } from '../support/command.js';
import type { EndedCommand } from '../support/command.js';
import { CREDENTIALS, startSms } from '../support/sms-test-case.js';
import type { SmsTestCase } from '../support/sms-test-case.js';

const LOGIN = '{1}为您的登录验证码，请于{2}分钟内填写，如非本人操作，请忽略本短信。';

let emulator: SmsEmulator;
let account: SmsTestCase;
let folder: string;

beforeAll(async () => {
  emulator = await SmsEmulator.start({ secretKey: CREDENTIALS.secretKey });
  account = await startSms({ endpoint: emulator.url });
  // In the package, so that modules find it by its name.
  folder = mkdtempSync(resolve('dist', 'templates-command-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await account.module.close();
  await emulator.stop();
});

async function templates(...args: string[]): Promise<EndedCommand> {
  const env = { ...accountVariables(emulator.url), LANG: 'en_US.UTF-8' };
  const ended = await runCommand(['templates', ...args], { env, cwd: folder });
  expect(ended.out + ended.err).not.toContain(CREDENTIALS.secretKey);
  return ended;
}

async function add(
  TemplateContent: string,
  { SmsType = 2, International = 0 }: { SmsType?: 1 | 2 | 3; International?: 0 | 1 } = {},
): Promise<string> {
  const answer = await account.sms.addSmsTemplate({
    TemplateName: '新*/模板',
    TemplateContent,
    SmsType,
    International,
    Remark: '测试',
  });
  emulator.clock.advance(3000);
  return answer.AddTemplateStatus.TemplateId;
}

function write(name: string, body: string): string {
  const file = join(folder, name);
  writeFileSync(file, `import { smsTemplate } from 'nestjs-tencentcloud-sms';\n${body}`);
  return file;
}

const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

describe('templates pull', () => {
  it('writes every approved template, and keeps what the file already says', async () => {
    const shipped = await add('您的"订单"{1}已由{2}发货。');
    const moved = await add('您的快递{1}已到{2}。');
    const abroad = await add("It's your parcel {1}.", { International: 1 });
    const rejected = await add('您的年货￥{1}已备好。');
    const first = await templates('pull', '--out', 'src/new.ts');
    expect(first).toMatchObject({ code: 0, err: '' });
    const made = read('src/new.ts');
    expect(made).toMatch(/^import \{ smsTemplate \} from 'nestjs-tencentcloud-sms';\n/);
    expect(made).toContain(
      `/** 新* /模板 (mainland) */\nexport const Template${shipped} = smsTemplate({\n  id: '${shipped}',\n  kind: 'notification',\n  text: '您的"订单"{1}已由{2}发货。',\n});\n`,
    );
    expect(made).toContain(`id: '449739',\n  kind: 'verification',\n  text: '${LOGIN}',`);
    expect(made).toContain(
      `id: '${abroad}',\n  kind: 'notification',\n  text: "It's your parcel {1}.",`,
    );
    expect(made).not.toContain(rejected);
    expect(made).not.toMatch(/smsTemplate\(\{\s+\}/);

    const mine = `import { smsTemplate } from 'nestjs-tencentcloud-sms';
// smsTemplate({ id: '${abroad}', text: 'in a comment' })
export const SECRET = 1;
export const LoginCode = smsTemplate({
  id: '449739',
  kind: 'verification',
  text: '${LOGIN.replace('{1}', '{code:1}').replace('{2}', '{minutes:2}')}',
});
/** Ours. */
export const Moved = smsTemplate({ kind: 'notification', text: "旧的{where:2}和{what:1}（'旧'）", id: "${moved}" });
export const Gone = smsTemplate({ id: '1', kind: 'notification', text: '没有了。' });
export const Shipped = smsTemplate({ id: 'new', kind: 'notification', text: '您的"订单"{1}已由{2}发货。' });
`;
    writeFileSync(join(folder, 'mine.ts'), mine);
    const second = await templates('pull', '--out', 'mine.ts');
    expect(second).toMatchObject({ code: 0, err: '' });
    expect(second.out).toBe(
      'mine.ts: 1 added, 2 changed.\n1: in the file and not usable in the account.\n',
    );
    const [kept, added] = read('mine.ts').split(`/** 新* /模板 (international) */`);
    expect(kept).toBe(
      `${mine
        .replace(`"旧的{where:2}和{what:1}（'旧'）"`, `'您的快递{what:1}已到{where:2}。'`)
        .replace(`'new'`, `'${shipped}'`)}\n`,
    );
    expect(added).toContain(`export const Template${abroad} = smsTemplate({`);
    const third = await templates('pull', '--out', 'mine.ts', '--json');
    expect(JSON.parse(third.out)).toMatchObject({
      ok: true,
      added: [],
      changed: [],
      unusable: ['1'],
    });
    expect(read('mine.ts')).toBe(`${kept}/** 新* /模板 (international) */${added}`);
  });
});

describe('templates pull into a file of many ways to write', () => {
  const IMPORT = "import { smsTemplate } from 'nestjs-tencentcloud-sms';\n";
  const OLD = "kind: 'verification', text: '旧{code:1}旧{minutes:2}'";
  const NEW = OLD.replace(
    /'旧.*'/,
    `'${LOGIN.replace('{1}', '{code:1}').replace('{2}', '{minutes:2}')}'`,
  );
  const block = (call = 'smsTemplate', name = 'Template449739'): string =>
    `/** 登录验证码 (mainland, international) */\nexport const ${name} = ${call}({\n  id: '449739',\n  kind: 'verification',\n  text: '${LOGIN}',\n});\n`;
  let own: SmsEmulator;
  beforeAll(async () => {
    own = await SmsEmulator.start({ secretKey: CREDENTIALS.secretKey });
  });
  afterAll(async () => {
    await own.stop();
  });

  async function pull(source: string): Promise<EndedCommand & { readonly source: string }> {
    const file = join(mkdtempSync(join(folder, 'pull-')), 'templates.ts');
    writeFileSync(file, source);
    const env = accountVariables(own.url, { LANG: 'en_US.UTF-8' });
    const ended = await runCommand(['templates', 'pull', '--out', file], { env });
    return { ...ended, source: readFileSync(file, 'utf8') };
  }

  /** What became of each source, beside what it should have become. */
  async function pullAll(
    pairs: Readonly<Record<string, readonly [before: string, after: string]>>,
  ): Promise<{ readonly pulled: unknown; readonly wanted: unknown }> {
    const pulled = await Promise.all(
      Object.entries(pairs).map(async ([name, [before]]) => {
        const { code, source } = await pull(before);
        return { name, code, source };
      }),
    );
    const wanted = Object.entries(pairs).map(([name, [, source]]) => ({ name, code: 0, source }));
    return { pulled, wanted };
  }

  it('finds what is there, however it is written', async () => {
    const call = `smsTemplate({ id: '449739', ${OLD} })`;
    const updated = call.replace(OLD, NEW);
    const { pulled, wanted } = await pullAll({
      pattern: [
        `${IMPORT}const QUOTES = /['"]/;\nexport const A = ${call};\n`,
        `${IMPORT}const QUOTES = /['"]/;\nexport const A = ${updated};\n`,
      ],
      hole: [
        `${IMPORT}const NAME = \`a \${\`'\`} b\`;\nexport const A = ${call};\n`,
        `${IMPORT}const NAME = \`a \${\`'\`} b\`;\nexport const A = ${updated};\n`,
      ],
      alias: [
        `import { smsTemplate as $t } from 'nestjs-tencentcloud-sms';\nexport const A = $t({ id: '449739', ${OLD} });\n`,
        `import { smsTemplate as $t } from 'nestjs-tencentcloud-sms';\nexport const A = $t({ id: '449739', ${NEW} });\n`,
      ],
      quotedNames: [
        `${IMPORT}export const A = smsTemplate({ 'id': '449739', "kind": 'verification', 'text': '旧' });\n`,
        `${IMPORT}export const A = smsTemplate({ 'id': '449739', "kind": 'verification', 'text': '${LOGIN}' });\n`,
      ],
      added: [
        `${IMPORT}export const A = smsTemplate({ id: '449739', kind: 'verification', text: '${LOGIN.slice(0, 9)}' +\n  "${LOGIN.slice(9)}" });\n`,
        `${IMPORT}export const A = smsTemplate({ id: '449739', kind: 'verification', text: '${LOGIN.slice(0, 9)}' +\n  "${LOGIN.slice(9)}" });\n`,
      ],
    });
    expect(pulled).toEqual(wanted);
  });

  it('adds what compiles, with the line ends of the file', async () => {
    const { pulled, wanted } = await pullAll({
      comment: [
        '// of smsTemplate\nexport const A = 1;\n',
        `${IMPORT}\n// of smsTemplate\nexport const A = 1;\n\n${block()}`,
      ],
      windows: [toWindows(`${IMPORT}// 我的\n`), toWindows(`${IMPORT}// 我的\n\n${block()}`)],
      mark: ['\uFEFFexport const A = 1;\n', `\uFEFF${IMPORT}\nexport const A = 1;\n\n${block()}`],
      alias: [
        "import { smsTemplate as t } from 'nestjs-tencentcloud-sms';\n",
        `import { smsTemplate as t } from 'nestjs-tencentcloud-sms';\n\n${block('t')}`,
      ],
      clash: [
        `${IMPORT}import { Template449739 } from './old';\n`,
        `${IMPORT}import { Template449739 } from './old';\n\n${block('smsTemplate', 'Template449739_')}`,
      ],
    });
    expect(pulled).toEqual(wanted);
  });

  it('neither repeats nor touches what it can’t read, and says so', async () => {
    const byName = `${IMPORT}const ID = '449739';\nexport const A = smsTemplate({ id: ID, ${OLD} });\n`;
    const broken = `${IMPORT}export const A = smsTemplate({ id: '449739', ${OLD} });\nconst B = 'it's';\n`;
    const open = `${IMPORT}export const A = smsTemplate({ id: '449739', ${OLD} });\nconst B = {\n`;
    const [named, unclosed, unended] = await Promise.all([pull(byName), pull(broken), pull(open)]);
    expect(named).toMatchObject({ code: 1, source: byName });
    expect(named.out).toContain(
      '449739: in the file with an id or a text that is no plain literal',
    );
    expect(unclosed).toMatchObject({ code: 1, out: '', source: broken });
    expect(unclosed.err).toMatch(/templates\.ts can't be read: line 3: /);
    expect(unended).toMatchObject({ code: 1, out: '', source: open });
    expect(unended.err).toContain('line 3: what begins with { there');
  });

  it('gives the two templates of a pair the id of their market', async () => {
    const { sms, module } = await startSms({ endpoint: own.url });
    const ids: string[] = [];
    for (const International of [0, 1] as const) {
      // oxlint-disable-next-line no-await-in-loop -- the first id is that of the mainland
      const { AddTemplateStatus } = await sms.addSmsTemplate({
        TemplateName: '取件',
        TemplateContent: '取件码{1}',
        SmsType: 2,
        International,
        Remark: '测试',
      });
      ids.push(AddTemplateStatus.TemplateId);
    }
    await module.close();
    own.clock.advance(3000);
    const { source } = await pull(IMPORT + pair('new', 'new') + block());
    expect(source).toBe(IMPORT + pair(String(ids[0]), String(ids[1])) + block());
  });
});

describe('templates check', () => {
  it('agrees with an app whose templates are those of the account', async () => {
    write(
      'good.mjs',
      `export const Login = smsTemplate({ id: '449739', kind: 'verification', text: '${LOGIN}' });`,
    );
    expect(await templates('check', '--module', 'good.mjs')).toEqual({
      code: 0,
      out: '✔ One template agrees with the account.\n',
      err: '',
    });
  });

  it('prints a table of what drifted, and ends with 1', async () => {
    const mainland = await add('您的包裹{1}已签收。');
    const sale = await add('会员日{1}折起，拒收请回复R', { SmsType: 1 });
    const rejected = await add('您的春联￥{1}已备好。');
    write(
      'drift.mjs',
      `export const Text = smsTemplate({ id: '${mainland}', kind: 'notification', text: '您的包裹{1}已投递。' });
       export const Kind = smsTemplate({ id: '${sale}', kind: 'notification', text: '会员日{1}折起，拒收请回复R' });
       const Own = smsTemplate({ id: '${mainland}', kind: 'notification', text: '您的包裹{1}已签收。' });
       export const Market = smsTemplate.byMarket({ mainland: Own, international: smsTemplate({ id: '${mainland}', kind: 'notification', text: '您的包裹{1}已签收。' }) });
       export const State = smsTemplate({ id: '${rejected}', kind: 'notification', text: '您的春联￥{1}已备好。' });
       export const Missing = smsTemplate({ id: '7', kind: 'notification', text: '您好。' });
       export const New = smsTemplate({ id: 'new', kind: 'notification', text: '您好。' });`,
    );
    const table = await templates('check', '--module', 'drift.mjs');
    expect({ code: table.code, err: table.err }).toEqual({ code: 1, err: '' });
    const lines = table.out.split('\n');
    expect(lines[0]).toMatch(/^ {2}NAME +ID +DIFFERS +HOW$/);
    for (const [name, id, what] of [
      ['Text', mainland, 'text'],
      ['Kind', sale, 'kind'],
      ['Market.international', mainland, 'market'],
      ['State', rejected, 'state'],
      ['Missing', '7', 'missing'],
      ['New', 'new', 'new'],
    ] as const) {
      expect(table.out).toMatch(new RegExp(`^✖ ${name} +${id} +${what} +\\S`, 'm'));
    }
    expect(lines.filter((line) => line.startsWith('✖'))).toHaveLength(6);
    expect(table.out).not.toContain('\u001B');
    expect(Math.max(...lines.map(columnsOf))).toBeLessThanOrEqual(80);
    const json = await templates('check', '--module', 'drift.mjs', '--json');
    expect(json.code).toBe(1);
    expect(JSON.parse(json.out)).toMatchObject({
      ok: false,
      checked: 7,
      drift: expect.arrayContaining([
        { name: 'Kind', id: sale, what: 'kind', declared: 'notification', found: 'marketing' },
      ]),
    });
  });

  it('ends with 1 where there is nothing to check, and says why where it can’t', async () => {
    write('none.mjs', 'export const smsTemplates = [];');
    const none = await templates('check', '--module', 'none.mjs');
    expect(none).toMatchObject({ code: 1, out: expect.stringContaining('exports nothing') });
    const source = await templates('check', '--module', 'mine.ts');
    expect(source).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('is TypeScript'),
    });
    const absent = await templates('check', '--module', 'absent.mjs');
    expect(absent).toMatchObject({ code: 1, out: '' });
    expect(absent.err).toBe(
      'absent.mjs does not exist: build the app, and name what it is built to.\n',
    );
    emulator.fail('DescribeSmsTemplateList', 'AuthFailure.UnauthorizedOperation');
    const denied = await templates('check', '--module', 'good.mjs');
    expect(denied).toMatchObject({ code: 1, out: '', err: expect.stringContaining('doctor') });
  });
});

describe('a module of the app that is loaded', () => {
  const GOOD = `export const Login = smsTemplate({ id: '449739', kind: 'verification', text: '${LOGIN}' });`;

  it('may leave something open and print, and the command ends all the same', async () => {
    write('busy.mjs', `setInterval(() => undefined, 1000);\nconsole.log('loaded');\n${GOOD}`);
    const busy = await templates('check', '--module', 'busy.mjs', '--json');
    expect(JSON.parse(busy.out)).toEqual({ ok: true, checked: 1, drift: [] });
    expect({ code: busy.code, err: busy.err }).toEqual({ code: 0, err: 'loaded\n' });
  });

  it('does not pass for one that agrees where it ends the process or never finishes', async () => {
    write('leaves.mjs', `process.exit(0);\n${GOOD}`);
    write('waits.mjs', `await new Promise(() => undefined);\n${GOOD}`);
    const [leaves, waits] = await Promise.all([
      templates('check', '--module', 'leaves.mjs'),
      templates('check', '--module', 'waits.mjs'),
    ]);
    expect(leaves).toMatchObject({ code: 1, err: expect.stringContaining('leaves.mjs') });
    expect(waits).toMatchObject({ code: 1, err: expect.stringContaining('waits.mjs') });
  });

  it('may have names that are wider than a line, which the table has below one another', async () => {
    const name = 'ParcelHere'.repeat(8);
    write(
      'wide.mjs',
      `export const ${name} = smsTemplate({ id: '449739', kind: 'verification', text: '验证码{1}' });`,
    );
    const wide = await templates('check', '--module', 'wide.mjs');
    expect(wide).toMatchObject({ code: 1, err: '' });
    expect(wide.out).toContain(`✖ ${name}  449739  text\n    code: 验证码{1} / account:`);
  }, 15_000);
});

describe('templates push', () => {
  it('submits nothing unless it is told to, and then prints the ids', async () => {
    write(
      'fresh.mjs',
      `export const Fresh = smsTemplate({ id: 'new', kind: 'notification', text: '您的号码{1}已排到。' });`,
    );
    const calls = (): number =>
      emulator.requests().filter(({ action }) => action === 'AddSmsTemplate').length;
    const before = calls();
    const dry = await templates('push', '--module', 'fresh.mjs', '--dry-run');
    expect(dry).toEqual({
      code: 0,
      out: 'Fresh (mainland): to be submitted: 您的号码{1}已排到。\n',
      err: '',
    });
    // A pipe that says yes is no terminal that does.
    const env = accountVariables(emulator.url);
    const piped = await runCommand(['templates', 'push', '--module', 'fresh.mjs', '--lang', 'en'], {
      env,
      cwd: folder,
      input: 'y\n',
    });
    expect(piped).toMatchObject({ code: 1, err: expect.stringContaining('--yes') });
    expect(calls()).toBe(before);
    const pushed = await templates('push', '--module', 'fresh.mjs', '--yes', '--json');
    expect(pushed).toMatchObject({ code: 0, err: '' });
    const { ok, templates: rows } = JSON.parse(pushed.out) as {
      ok: boolean;
      templates: { name: string; status: string; id: string }[];
    };
    expect(ok).toBe(true);
    expect(rows).toMatchObject([{ name: 'Fresh', status: 'submitted', id: expect.any(String) }]);
    expect(calls()).toBe(before + 1);
    const again = await templates('push', '--module', 'fresh.mjs', '--yes');
    expect(again).toMatchObject({
      code: 0,
      out: `Fresh (mainland): is in the account already; write id: '${rows[0]?.id}'\n`,
    });
    expect(calls()).toBe(before + 1);
  });
});

it('explains templates in both languages, and exits with 2 for what it does not understand', async () => {
  const [en, zh, ...wrong] = await Promise.all([
    templates('--help'),
    templates('--help', '--lang', 'zh'),
    templates(),
    templates('pull'),
    templates('push', '--module', 'x.mjs', '--market', 'moon'),
  ]);
  const inChinese = await templates('pull', '--lang=zh');
  expect(inChinese).toMatchObject({ code: 2, out: '', err: expect.stringContaining('用法') });
  expect(en).toMatchObject({ code: 0, err: '', out: expect.stringContaining('--dry-run') });
  expect(zh).toMatchObject({ code: 0, err: '', out: expect.stringContaining('用法') });
  for (const ended of wrong) {
    expect(ended).toMatchObject({ code: 2, out: '', err: expect.stringContaining('Usage:') });
  }
});

function columnsOf(line: string): number {
  return line.length + (line.match(/[\u2E80-\uFFEF]/g) ?? []).length;
}

function toWindows(text: string): string {
  return text.replaceAll('\n', '\r\n');
}

function pickup(id: string): string {
  return `smsTemplate({ id: '${id}', kind: 'notification', text: '取件码{1}' })`;
}

function pair(mainland: string, international: string): string {
  return `const Home = ${pickup(mainland)};\nexport const Pickup = smsTemplate.byMarket({ international: ${pickup(international)}, mainland: Home });\n`;
}
