import { existsSync, readdirSync } from 'node:fs';
import { request as requestHttp } from 'node:http';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import request from 'supertest';
import { until } from '../../test/support/until.js';
import { CampaignFiles } from '../src/campaign/campaign-files.js';
import { CampaignClient, toCsv, toPhones } from './campaign-client.js';
import { startApp } from './start-app.js';

describe('a campaign of the sample app, without Redis', () => {
  let app: NestExpressApplication;
  let kit: SmsTestKit;
  let client: CampaignClient;

  // One for each test: what a test sends counts for the limits of the next one.
  beforeEach(async () => {
    ({ app, kit } = await startApp());
    client = new CampaignClient(app);
  });

  afterEach(async () => {
    await app.close();
    kit.close();
  });

  const texted = (): string[] => kit.inbox.messages().map(({ to }) => to);

  it('sends 650 rows of a file, and counts what became of each', async () => {
    const phones = toPhones(648);
    const file = toCsv([...phones, phones[0] ?? '', '12']);
    const answer = await client.upload('spring', file).expect(200);
    expect(answer.body).toEqual({ name: 'spring', state: 'new', rows: 650, encoding: 'utf-8' });
    const progress = await client.reached('spring', 'done');
    expect(progress).toMatchObject({
      total: 650,
      waiting: 0,
      accepted: 648,
      rejected: 1,
      unknown: 0,
      cancelled: 0,
      duplicates: 1,
      fee: 648,
    });
    expect(Object.values(progress.byCode)).toEqual([1]);
    expect(new Set(texted())).toEqual(new Set(phones));
    expect(texted()).toHaveLength(648);
    expect(kit.lastMessage()?.text).toBe('【腾讯云】云上小店今日开业，欢迎光临。');
    const lines = await client.results('spring');
    expect(lines).toHaveLength(651);
    expect([lines[0], lines[1], lines[649], lines[650]]).toEqual([
      '\uFEFFrow,ref,status',
      '1,C1,accepted',
      '649,C649,accepted',
      '650,C650,rejected',
    ]);
    expect(lines.join('\n')).not.toContain(phones[0]?.slice(3));
  });

  it.each([
    ['a byte order mark', Buffer.from(`\uFEFF${toCsv(toPhones(2))}`), 'utf-8'],
    [
      'a byte order mark and a header in quotes',
      Buffer.from(`\uFEFF${toCsv(toPhones(2), { header: '"phone","shop","id"' })}`),
      'utf-8',
    ],
    ['lines that end in CRLF', toCsv(toPhones(2), { end: '\r\n' }), 'utf-8'],
    ['semicolons', toCsv(toPhones(2)).replaceAll(',', ';'), 'utf-8'],
    [
      'tabs in UTF-16',
      Buffer.from(`\uFEFF${toCsv(toPhones(2))}`.replaceAll(',', '\t'), 'utf16le'),
      'utf-16le',
    ],
    ['GBK, as Excel in China saves it', toGbk(toCsv(toPhones(2))), 'gb18030'],
    ['Chinese names of columns', toCsv(toPhones(2), { header: '手机号,店名,编号' }), 'utf-8'],
    ['blank lines and empty rows', `\n\n${toCsv(toPhones(2))}\n,,\n,,,,,\n`, 'utf-8'],
    ['quotes', toCsv(toPhones(2), { shop: '"云上小店"' }), 'utf-8'],
  ])('reads a file with %s', async (_, file, encoding) => {
    const answer = await client.upload('file', file).expect(200);
    expect(answer.body).toMatchObject({ rows: 2, encoding });
    expect(await client.reached('file', 'done')).toMatchObject({ accepted: 2 });
    expect(kit.lastMessage()?.text).toBe('【腾讯云】云上小店今日开业，欢迎光临。');
    expect((await client.results('file')).slice(1)).toEqual(['1,C1,accepted', '2,C2,accepted']);
  });

  it('reads columns of other names that the request gives', async () => {
    const file = toCsv(toPhones(1), { header: 'Kunde,Laden,id' });
    await client.upload('file', file).expect(400);
    await client.upload('file', file, { phone: 'kunde', shop: ' Laden ' }).expect(200);
    expect(await client.reached('file', 'done')).toMatchObject({ accepted: 1 });
  });

  const good = toPhones(3);
  it.each([
    ['nothing', '', 'it is empty', '文件是空的'],
    ['blank lines', '\n \n', 'it is empty', '文件是空的'],
    ['a header alone', 'phone,shop\n', 'it has a header and no rows', '文件只有表头，没有数据'],
    [
      'no header',
      toCsv(good, { header: '+8613711112222,x' }),
      'line 1 is no header',
      '第 1 行不是表头',
    ],
    [
      'no column of phones',
      toCsv(good, { header: 'who,shop' }),
      'line 1 has no column of phones (phone, mobile,',
      '第 1 行没有手机号列（phone, mobile,',
    ],
    [
      'no column of shops',
      toCsv(good, { header: 'phone,x,13711112222x' }),
      'its columns: phone, x, ****x',
      '现有的列：phone, x, ****x',
    ],
    [
      'a column twice',
      toCsv(good, { header: 'phone,shop,手机' }),
      'line 1: two columns for the same (phone, 手机)',
      '第 1 行：同一内容有两列（phone, 手机）',
    ],
    [
      'a quote that stays open',
      `phone,shop\n${good[0]},x\n${good[1]},"x\n`,
      'line 3, column shop: a quote opens and is not closed',
      '第 3 行“shop”列：引号没有结束',
    ],
    [
      'a quote that stays open for long',
      `phone,shop\n${good[0]},"${'x,\n'.repeat(9_000)}`,
      'line 2, column shop: longer than 10000 characters',
      '第 2 行“shop”列：超过 10000 个字符',
    ],
    [
      'a quote within a cell',
      `phone,shop\n${good[0]},x"y\n`,
      'line 2, column shop: a quote where none may be',
      '第 2 行“shop”列：引号位置不对',
    ],
    [
      'words after a quote',
      `phone,shop\n${good[0]},"x"y\n`,
      'line 2, column shop: a quote where none may be',
      '第 2 行“shop”列：引号位置不对',
    ],
    [
      'a cell too few',
      `phone,shop\n${good[0]},x\n${good[1]}\n`,
      'line 3: 1 columns, where the header has 2',
      '第 3 行：有 1 列，而表头有 2 列',
    ],
    [
      'a cell too many',
      `phone,shop\r\n${good[0]},x,y\r\n`,
      'line 2: 3 columns, where the header has 2',
      '第 2 行：有 3 列，而表头有 2 列',
    ],
    [
      'a number that a spreadsheet shortened',
      'phone,shop\n1.38E+10,x\n',
      'line 2, column of phones: 1.38E+10 was shortened',
      '第 2 行手机号列：1.38E+10 被表格软件改成了科学计数法',
    ],
    [
      'a number abroad',
      `phone,shop\n${good[0]},x\n+85261234567,x\n`,
      'line 3, column of phones: expected a number of the Chinese mainland (+86), not +85****67',
      '第 3 行手机号列：仅支持中国内地手机号（+86），而不是 +85****67',
    ],
    [
      'a workbook',
      Buffer.from('PK\u0003\u0004\u0014\u0000\u0006', 'latin1'),
      'this is a workbook: save it as CSV first',
      '这是 Excel 工作簿',
    ],
    [
      'a picture',
      Buffer.from('\u0089PNG\r\n\u001a\n\u0000\u0000', 'latin1'),
      'this is no text: expected CSV',
      '这不是文本文件',
    ],
    [
      'bytes of no encoding',
      Buffer.from('phone,shop\n13711112222,\u00ff\u00ff\u00ff\n', 'latin1'),
      'this is no text: expected CSV',
      '这不是文本文件',
    ],
  ])(
    'says in both languages what is wrong with a file of %s, and sends nothing',
    async (_, file, en, zh) => {
      for (const [language, sentence] of [
        ['en', en],
        ['zh-CN', zh],
      ] as const) {
        // oxlint-disable-next-line no-await-in-loop -- one language after the other
        const answer = await client
          .upload('bad', file)
          .set('Accept-Language', language)
          .expect(400)
          .expect('Content-Language', language);
        expect(answer.body).toEqual({
          statusCode: 400,
          message: [expect.stringContaining(sentence)],
          error: 'Bad Request',
        });
      }
      await request(app.getHttpServer()).get('/campaigns/bad').expect(404);
      expect(readdirSync(await folderOf(app))).toEqual([]);
      expect(kit.requests()).toEqual([]);
    },
  );

  it('refuses a label that is too long for a line of results', async () => {
    const file = `phone,shop,id\n${good[0]},x,${'x'.repeat(101)}\n`;
    const answer = await client.upload('labels', file).expect(400);
    expect(answer.text).toContain('line 2, column of labels: longer than 100 characters');
  });

  it('refuses a file of more than 50 MB, whether its size is announced or not', async () => {
    const announced = await client
      .upload('large', 'phone,shop\n')
      .set('Content-Length', '50000001')
      .set('Connection', 'close')
      .ok(() => true);
    expect(announced.status).toBe(413);
    const piece = Buffer.alloc(1_000_000, `${toPhones(1)[0]},x\n`);
    const streamed = await fetch(`${await app.getUrl()}/campaigns/large`, {
      method: 'PUT',
      headers: { 'Content-Type': 'text/csv', 'Accept-Language': 'zh-CN' },
      body: ReadableStream.from(
        (function* pieces() {
          yield Buffer.from('phone,shop\n');
          for (let i = 0; i < 51; i += 1) {
            yield piece;
          }
        })(),
      ),
      duplex: 'half',
    });
    expect(streamed.status).toBe(413);
    expect(await streamed.json()).toMatchObject({ message: ['file: 文件超过 50 MB'] });
    expect(kit.requests()).toEqual([]);
  });

  it('forgets a file whose upload ends early', async () => {
    const url = new URL(`${await app.getUrl()}/campaigns/early`);
    const upload = requestHttp(url, { method: 'PUT', headers: { 'Content-Type': 'text/csv' } });
    upload.on('error', () => undefined);
    upload.write(`phone,shop\n${toPhones(1)[0]},x\n`);
    const files = app.get(CampaignFiles, { strict: false });
    await until(() => files.folder !== undefined);
    await until(async () => readdirSync(await folderOf(app)).length === 1);
    upload.destroy();
    await until(async () => readdirSync(await folderOf(app)).length === 0);
    await request(app.getHttpServer()).get('/campaigns/early').expect(404);
  });

  it.each([
    ['a form', 'application/x-www-form-urlencoded'],
    ['JSON', 'application/json'],
  ])('refuses %s in the place of a file', async (_, type) => {
    const answer = await client.upload('form', '{}').set('Content-Type', type);
    expect(answer.status).toBe(415);
  });

  it.each(['a b', '.hidden', '..%2Fetc', 'x'.repeat(65), '%0D%0A'])(
    'refuses the name %j',
    async (name) => {
      await request(app.getHttpServer()).put(`/campaigns/${name}`).send('x').expect(400);
    },
  );

  it('pauses, resumes and cancels, and the counts sum to the rows', async () => {
    kit.addFault({ action: 'SendSms', latencyMs: 200, times: 'always' });
    await client.upload('long', toCsv(toPhones(8_000))).expect(200);
    await until(async () => (await client.progress('long')).accepted > 0);
    await client.post('long', 'pause').expect(204);
    const sends = (): number => kit.requests().filter(({ action }) => action === 'SendSms').length;
    const begun = sends();
    // Each takes as long as a request of the campaign.
    await welcome(app, 0);
    await welcome(app, 1);
    const before = (await client.progress('long')).accepted;
    // At most the rows that were read ahead still leave.
    expect(sends()).toBeLessThanOrEqual(begun + 2 + 2);
    await welcome(app, 2);
    await welcome(app, 3);
    expect(await client.progress('long')).toMatchObject({ state: 'paused', accepted: before });
    await client.post('long', 'resume').expect(204);
    await until(async () => (await client.progress('long')).accepted > before);
    await client.post('long', 'pause').expect(204);
    await client.post('long', 'cancel').expect(204);
    const progress = await client.reached('long', 'cancelled');
    expect(progress.accepted + progress.cancelled).toBe(8_000);
    expect(progress).toMatchObject({ waiting: 0, rejected: 0, unknown: 0 });
    expect(progress.accepted).toBe((sends() - 4) * 200);
    const lines = await client.results('long');
    expect(lines.filter((line) => line.endsWith(',cancelled'))).toHaveLength(progress.cancelled);
    await client.post('long', 'resume').expect(204);
    expect(await client.progress('long')).toEqual(progress);
  });

  it('counts rows that were read and not sent as cancelled', async () => {
    kit.addFault({ action: 'SendSms', latencyMs: 100, times: 'always' });
    // Each of its own request, of which there are twenty at once.
    const rows = toPhones(1_000).map((phone, i) => `${phone},shop ${i}`);
    await client.upload('personal', ['phone,shop', ...rows].join('\n')).expect(200);
    await until(async () => (await client.progress('personal')).accepted > 0);
    await client.post('personal', 'cancel').expect(204);
    const progress = await client.reached('personal', 'cancelled');
    expect(progress).toMatchObject({ waiting: 0, rejected: 0, unknown: 0 });
    expect(progress.cancelled).toBeGreaterThan(0);
    expect(progress.accepted + progress.cancelled).toBe(1_000);
    expect(texted()).toHaveLength(progress.accepted);
  });

  it('sends nothing again under a name that was used', async () => {
    const file = toCsv(toPhones(2));
    await client.upload('once', file).expect(200);
    await client.reached('once', 'done');
    const answer = await client.upload('once', toCsv(toPhones(3, 20_000_000))).expect(200);
    expect(answer.body).toMatchObject({ state: 'known' });
    expect(texted()).toHaveLength(2);
  });

  it('keeps what a spreadsheet would take for a formula from being one in the results', async () => {
    const labels = ['=1+1', '+1', '-1', '@x', ' =1', '＝1', '\t=1', '"q"', 'a,b', 'plain'];
    const quoted = labels.map((label) => `"${label.replaceAll('"', '""')}"`);
    const rows = toPhones(labels.length).map((phone, i) => `${phone},x,${quoted[i]}`);
    await client.upload('labels', ['phone,shop,id', ...rows].join('\n')).expect(200);
    await client.reached('labels', 'done');
    expect((await client.results('labels')).slice(1)).toEqual([
      `1,"'=1+1",accepted`,
      `2,"'+1",accepted`,
      `3,"'-1",accepted`,
      `4,"'@x",accepted`,
      `5,"'=1",accepted`,
      `6,"'＝1",accepted`,
      `7,"'=1",accepted`,
      '8,"""q""",accepted',
      '9,"a,b",accepted',
      '10,plain,accepted',
    ]);
  });

  it('streams its progress until its end', async () => {
    await client.upload('live', toCsv(toPhones(450))).expect(200);
    const answer = await fetch(`${await app.getUrl()}/campaigns/live/live`);
    expect(answer.headers.get('Content-Type')).toMatch(/^text\/event-stream/);
    const said = [...(await answer.text()).matchAll(/^data: (.*)$/gm)].map(
      ([, data = '']) => JSON.parse(data) as { state: string },
    );
    expect(said.at(-1)).toMatchObject({ state: 'done', accepted: 450 });
  });

  it('offers an example file, which it takes itself', async () => {
    const { text } = await request(app.getHttpServer())
      .get('/campaign-example.csv')
      .buffer(true)
      .expect(200);
    await client.upload('example', text).expect(200);
    expect(await client.reached('example', 'done')).toMatchObject({
      total: 650,
      accepted: 648,
      rejected: 1,
      duplicates: 1,
    });
    expect((await request(app.getHttpServer()).get('/campaigns')).body).toEqual({
      mode: 'process',
      hasExample: true,
    });
  });

  it('closes while a campaign is paused and watched, and leaves no file behind', async () => {
    const own = await startApp();
    const other = new CampaignClient(own.app);
    own.kit.addFault({ action: 'SendSms', latencyMs: 20, times: 'always' });
    await other.upload('paused', toCsv(toPhones(20_000))).expect(200);
    await other.post('paused', 'pause').expect(204);
    const folder = await folderOf(own.app);
    expect(readdirSync(folder)).toHaveLength(1);
    const answer = await fetch(`${await own.app.getUrl()}/campaigns/paused/live`);
    const reading = answer.text();
    await own.app.close();
    own.kit.close();
    expect(await reading).toContain('"state":"paused"');
    expect(existsSync(folder)).toBe(false);
  });
});

/** Takes as long as a request of a campaign. */
async function welcome(app: NestExpressApplication, last: number): Promise<void> {
  await request(app.getHttpServer())
    .post('/welcome')
    .send({ phone: `+861371111000${last}` });
}

async function folderOf(app: NestExpressApplication): Promise<string> {
  return (await app.get(CampaignFiles, { strict: false }).folder) ?? '';
}

/** GBK of the characters that these files have: Node has no encoder of it. */
function toGbk(text: string): Buffer {
  const decoder = new TextDecoder('gb18030');
  const bytesOf = new Map<string, [number, number]>();
  for (let high = 0x81; high <= 0xfe; high += 1) {
    for (let low = 0x40; low <= 0xfe; low += 1) {
      bytesOf.set(decoder.decode(Uint8Array.of(high, low)), [high, low]);
    }
  }
  return Buffer.from(
    Array.from(text).flatMap((character) => bytesOf.get(character) ?? [character.charCodeAt(0)]),
  );
}
