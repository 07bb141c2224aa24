import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { TerminusModule } from '@nestjs/terminus';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  SmsModule,
  SmsService,
  checkSmsTemplates,
  pullSmsTemplates,
  pushSmsTemplates,
  smsTemplate,
} from 'nestjs-tencentcloud-sms';
import { SmsHealthIndicator } from 'nestjs-tencentcloud-sms/health';
import { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import { smsOptions } from '../support/sms-test-case.js';

const LOGIN = '{1}为您的登录验证码，请于{2}分钟内填写，如非本人操作，请忽略本短信。';
const NAMED_LOGIN = LOGIN.replace('{1}', '{code:1}').replace('{2}', '{minutes:2}');

let emulator: SmsEmulator;
let module: TestingModule;
let sms: SmsService;

beforeAll(async () => {
  emulator = await SmsEmulator.start();
  module = await Test.createTestingModule({
    imports: [
      TerminusModule.forRoot({ logger: false }),
      SmsModule.forRoot(
        smsOptions({
          endpoint: emulator.url,
          credentials: { secretId: 'AKIDx', secretKey: emulator.secretKey },
        }),
      ),
    ],
    providers: [SmsHealthIndicator],
  }).compile();
  await module.init();
  sms = module.get(SmsService);
});
afterEach(() => {
  emulator.clearFaults();
});
afterAll(async () => {
  await module.close();
  await emulator.stop();
});

/** Adds a template that is not in the account, and gives its id. */
async function add(TemplateContent: string, SmsType: 1 | 2 | 3, International: 0 | 1 = 0) {
  const answer = await sms.addSmsTemplate({
    TemplateName: '新',
    TemplateContent,
    SmsType,
    International,
    Remark: '测试',
  });
  return answer.AddTemplateStatus.TemplateId;
}

function calls(): readonly object[] {
  return emulator.requests().filter(({ action }) => action === 'AddSmsTemplate');
}

function passReviews(): void {
  emulator.clock.advance(3000);
}

describe('pullSmsTemplates', () => {
  it('lists the templates of both markets, page by page, each once', async () => {
    const login = (await pullSmsTemplates(sms)).find(({ id }) => id === '449739');
    expect(login).toEqual({
      id: '449739',
      name: '登录验证码',
      text: LOGIN,
      markets: ['mainland', 'international'],
      state: 'approved',
      reviewReply: '',
    });
    const ids: string[] = [];
    for (let index = 0; index < 101; index += 1) {
      // oxlint-disable-next-line no-await-in-loop
      ids.push(await add(`第${index}家{1}开业。`, 2));
    }
    const all = (await pullSmsTemplates(sms)).map(({ id }) => id);
    expect(new Set(all).size).toBe(all.length);
    expect(all).toEqual(expect.arrayContaining(['449739', ...ids]));
    const some = await pullSmsTemplates(sms, { ids: [...ids, '449739', '1'] });
    expect(some.map(({ id }) => id).toSorted()).toEqual(['449739', ...ids].toSorted());
  });
});

describe('checkSmsTemplates', () => {
  it('finds nothing where the code agrees, whatever its placeholders are called', async () => {
    const Login = smsTemplate({ id: '449739', kind: 'verification', text: NAMED_LOGIN });
    const pair = smsTemplate.byMarket({ mainland: Login, international: Login });
    expect(await checkSmsTemplates(sms, { Login, pair, PORT: 3, text: 'x', none: null })).toEqual({
      checked: 1,
      drift: [],
    });
    expect(await checkSmsTemplates(sms, [])).toEqual({ checked: 0, drift: [] });
  });

  it('tells each kind of difference by the name of the export', async () => {
    const waiting = await add('您的订单{1}已发货。', 2);
    const mainlandOnly = await add('您的快递{1}已签收。', 2);
    const marketing = await add('会员日{1}折起，拒收请回复R', 1);
    const rejected = await add('您的年货￥{1}已备好。', 2);
    passReviews();
    const late = await add('您的预约{1}已确认。', 2);
    expect(Number(late)).toBeGreaterThan(Number(waiting));
    const { checked, drift } = await checkSmsTemplates(sms, {
      Fine: smsTemplate({ id: '449739', kind: 'verification', text: NAMED_LOGIN }),
      Gone: smsTemplate({ id: '9999999', kind: 'notification', text: '您好{1}。' }),
      Fresh: smsTemplate({ id: 'new', kind: 'notification', text: '您好{1}。' }),
      Late: smsTemplate({ id: late, kind: 'notification', text: '您的预约{1}已确认。' }),
      Refused: smsTemplate({ id: rejected, kind: 'notification', text: '您的年货￥{1}已备好。' }),
      Text: smsTemplate({ id: waiting, kind: 'notification', text: '您的订单{1}已发出。' }),
      Sale: smsTemplate({
        id: marketing,
        kind: 'notification',
        text: '会员日{1}折起，拒收请回复R',
      }),
      Code: smsTemplate({ id: waiting, kind: 'verification', text: '您的订单{1}已发货。' }),
      Pair: smsTemplate.byMarket({
        mainland: smsTemplate({ id: waiting, kind: 'notification', text: '您的订单{1}已发货。' }),
        international: smsTemplate({
          id: mainlandOnly,
          kind: 'notification',
          text: '您的快递{1}已签收。',
        }),
      }),
    });
    expect(checked).toBe(10);
    expect(drift.map(({ name, what, found }) => [name, what, found])).toEqual([
      ['Gone', 'missing', ''],
      ['Fresh', 'new', ''],
      ['Late', 'state', 'waiting'],
      ['Refused', 'state', expect.stringMatching(/^rejected: .*特殊符号/)],
      ['Text', 'text', '您的订单{1}已发货。'],
      ['Sale', 'kind', 'marketing'],
      ['Code', 'kind', 'notification'],
      ['Pair.international', 'market', 'mainland'],
    ]);
  });

  it('finds the others where Tencent refuses a lookup because of one unknown id', async () => {
    emulator.fail('DescribeSmsTemplateList', 'FailedOperation.MissingTemplateList');
    const Login = smsTemplate({ id: '449739', kind: 'verification', text: LOGIN });
    const Gone = smsTemplate({ id: '9999999', kind: 'notification', text: '您好{1}。' });
    const { drift } = await checkSmsTemplates(sms, [Login, Gone]);
    expect(drift.map(({ id, what }) => [id, what])).toEqual([['9999999', 'missing']]);
  });

  it('rejects with the refusal where the key may not read', async () => {
    emulator.fail('DescribeSmsTemplateList', 'AuthFailure.UnauthorizedOperation');
    const Login = smsTemplate({ id: '449739', kind: 'verification', text: LOGIN });
    await expect(checkSmsTemplates(sms, [Login])).rejects.toMatchObject({
      code: 'AuthFailure.UnauthorizedOperation',
    });
  });
});

describe('pushSmsTemplates', () => {
  it('submits what is new once, for its market, and gives the ids', async () => {
    const templates = {
      Old: smsTemplate({ id: '449739', kind: 'verification', text: LOGIN }),
      Fresh: smsTemplate({ id: 'new', kind: 'verification', text: '绑定验证码{code:1}。' }),
      Pair: smsTemplate.byMarket({
        mainland: smsTemplate({ id: 'new', kind: 'notification', text: '取件{1}。' }),
        international: smsTemplate({ id: 'new', kind: 'notification', text: 'Parcel {1}.' }),
      }),
    };
    const before = calls().length;
    const planned = await pushSmsTemplates(sms, templates, { dryRun: true });
    expect(planned.map(({ name, market, status }) => [name, market, status])).toEqual([
      ['Fresh', 'mainland', 'missing'],
      ['Pair.mainland', 'mainland', 'missing'],
      ['Pair.international', 'international', 'missing'],
    ]);
    expect(calls()).toHaveLength(before);
    const pushed = await pushSmsTemplates(sms, templates);
    expect(pushed.every(({ status }) => status === 'submitted')).toBe(true);
    const ids = pushed.map((one) => ('id' in one ? one.id : ''));
    const found = await pullSmsTemplates(sms, { ids });
    expect(found.map(({ text, markets }) => [text, markets])).toEqual([
      ['绑定验证码{1}。', ['mainland']],
      ['取件{1}。', ['mainland']],
      ['Parcel {1}.', ['international']],
    ]);
    const again = await pushSmsTemplates(sms, templates);
    expect(again.map((one) => [one.status, 'id' in one && one.id])).toEqual(
      ids.map((id) => ['exists', id]),
    );
    expect(calls()).toHaveLength(before + 3);
  });

  it('goes on after a refusal and tells whether the template may have been submitted', async () => {
    const templates = [
      smsTemplate({ id: 'new', kind: 'notification', text: '甲{1}到。' }),
      smsTemplate({ id: 'new', kind: 'notification', text: '乙{1}到。' }),
      smsTemplate({ id: 'new', kind: 'notification', text: '丙{1}到。' }),
    ];
    emulator.fail('AddSmsTemplate', 'FailedOperation.TemplateNumberLimit', { times: 1 });
    const options = { market: 'international', remark: '到' } as const;
    expect(await pushSmsTemplates(sms, templates, options)).toMatchObject([
      {
        status: 'failed',
        error: { code: 'FailedOperation.TemplateNumberLimit', maybeSent: false },
      },
      { status: 'submitted', market: 'international' },
      { status: 'submitted', market: 'international' },
    ]);
    emulator.loseNextResponse({ action: 'AddSmsTemplate' });
    expect(await pushSmsTemplates(sms, templates, options)).toMatchObject([
      { status: 'failed', error: { maybeSent: true } },
      { status: 'exists' },
      { status: 'exists' },
    ]);
  });
});

describe('SmsHealthIndicator.templates', () => {
  it('is up while code and account agree, and down with names and ids when they do not', async () => {
    const health = module.get(SmsHealthIndicator);
    const Login = smsTemplate({ id: '449739', kind: 'verification', text: LOGIN });
    const Gone = smsTemplate({ id: '9999999', kind: 'notification', text: '您好{1}。' });
    const before = emulator.requests().length;
    expect(await health.templates('sms', { templates: { Login } })).toEqual({
      sms: { status: 'up', checked: 1 },
    });
    expect(await health.templates('sms', { templates: { Login } })).toMatchObject({
      sms: { status: 'up' },
    });
    expect(emulator.requests()).toHaveLength(before + 2);
    const down = await health.templates('sms', { templates: { Login, Gone } });
    expect(down).toMatchObject({
      sms: { status: 'down', drift: [{ name: 'Gone', id: '9999999', what: 'missing' }] },
    });
    expect(JSON.stringify(down)).not.toContain('您好');
  });
});
