import { afterEach, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { SmsService, smsTemplate } from 'nestjs-tencentcloud-sms';
import {
  createSmsTestKit,
  SmsEmulator,
  SmsTestingModule,
  SmsTestKit,
} from '../../lib/testing/index.js';
import type { SmsEmulatorBehavior } from '../../lib/testing/index.js';
import { engineClient } from './engine-client.js';
import { officialClient } from './official-client.js';
import { codesOf } from './raw-client.js';

const PHONE = '+8613711112222';
const Opening = smsTemplate({
  id: '1110',
  kind: 'notification',
  text: '{shop:1}今日开业，{who:2}欢迎光临。',
});
const Code = smsTemplate({ id: '2220', kind: 'verification', text: '验证码{1}，{2}分钟内有效。' });
const Sale = smsTemplate({ id: '3330', kind: 'marketing', text: '全场{off:1}折，拒收请回复R' });
const templates = [Opening, Code, Sale];

const emulators: SmsEmulator[] = [];
afterEach(async () => {
  await Promise.all(emulators.splice(0).map(async (emulator) => emulator.stop()));
});

const sendWith = (TemplateId: string, TemplateParamSet: string[]) => ({
  PhoneNumberSet: [PHONE],
  SmsSdkAppId: '1400006666',
  SignName: '腾讯云',
  TemplateId,
  TemplateParamSet,
});

describe('templates of one’s own', () => {
  it('read in an emulator as a phone gets them', async () => {
    const emulator = await SmsEmulator.start({ templates });
    emulators.push(emulator);
    await officialClient(emulator).SendSms(sendWith('1110', ['云上小店', '您']));
    expect(emulator.lastMessage()?.text).toBe('【腾讯云】云上小店今日开业，您欢迎光临。');
  });

  it('tell the code by the placeholder that is told to be it, wherever it stands', async () => {
    const template = smsTemplate({
      id: '4440',
      kind: 'verification',
      text: '请于{minutes:1}分钟内填写验证码{pin:2}。',
      code: 'pin',
    });
    const kit = await createSmsTestKit({ templates: [template] });
    const module = await Test.createTestingModule({
      imports: [SmsTestingModule.forTest({ kit })],
    }).compile();
    await module
      .get(SmsService)
      .send(template, { to: PHONE, params: { minutes: 1234, pin: '42' } });
    expect(kit.lastMessage()).toMatchObject({ verificationCode: '42' });
    await module.close();
    kit.close();
  });

  it('may be made for both markets at once', async () => {
    const abroad = smsTemplate({
      id: '5550',
      kind: 'verification',
      text: 'Code {1}, {2} minutes.',
    });
    const both = smsTemplate.byMarket({ mainland: Code, international: abroad });
    const client = await engineClient({ strict: true, templates: [both] });
    expect(codesOf(client.call('SendSms', sendWith('5550', ['042137', '5'])))).toEqual(['Ok']);
    expect(codesOf(client.call('SendSms', sendWith('2220', ['042137', '5'])))).toEqual(['Ok']);
  });

  it('read in a kit as a phone gets them, and tell the code', async () => {
    const kit = await createSmsTestKit({ templates });
    const module = await Test.createTestingModule({
      imports: [SmsTestingModule.forTest({ kit })],
    }).compile();
    await module.get(SmsService).send(Code, { to: PHONE, params: ['042137', 5] });
    expect(kit.lastMessage()).toMatchObject({
      text: '【腾讯云】验证码042137，5分钟内有效。',
      verificationCode: '042137',
      isVerification: true,
    });
    await module.close();
    kit.close();
  });

  it('go to the kit of the testing module', async () => {
    const module = await Test.createTestingModule({
      imports: [SmsTestingModule.forTest({ templates, strict: true })],
    }).compile();
    const params = { shop: '云上小店', who: '您' };
    await module.get(SmsService).send(Opening, { to: PHONE, params });
    expect(module.get(SmsTestKit).lastMessage(PHONE)?.text).toContain('云上小店今日开业，您欢迎');
    await module.close();
  });

  it('keep the rules of their kind, at home and abroad, and are known to a strict emulator', async () => {
    const client = await engineClient({ templates, strict: true });
    const send = (...given: Parameters<typeof sendWith>): string[] =>
      codesOf(client.call('SendSms', sendWith(...given)));
    expect(send('1110', ['云上小店'])).toEqual([
      'FailedOperation.TemplateParamSetNotMatchApprovedTemplate',
    ]);
    expect(send('2220', ['A1', '5'])).toEqual([
      'InvalidParameterValue.TemplateParameterFormatError',
    ]);
    client.engine.advance(
      24 * 3_600_000 - ((client.engine.clock.now() + 8 * 3_600_000) % 86_400_000),
    );
    expect(send('3330', ['8'])).toEqual(['top: FailedOperation.MarketingSendTimeConstraint']);
    const abroad = { ...sendWith('2220', ['042137', '5']), PhoneNumberSet: ['+60198890000'] };
    expect(codesOf(client.call('SendSms', abroad))).toEqual(['Ok']);
    expect(
      client.call('DescribeSmsTemplateList', { International: 0, TemplateIdSet: [1110] }),
    ).toMatchObject({
      DescribeTemplateStatusSet: [
        { TemplateId: 1110, StatusCode: 0, TemplateContent: '{1}今日开业，{2}欢迎光临。' },
      ],
    });
  });

  it('may be plain objects, may take the place of the first one, and are deleted as others are', async () => {
    const plain = { id: '449739', kind: 'verification', text: '验证码：{code:1}。' } as const;
    const client = await engineClient({ templates: [plain] });
    client.call('SendSms', sendWith('449739', ['042137']));
    expect(client.engine.inbox.messages()).toMatchObject([{ text: '【腾讯云】验证码：042137。' }]);
    client.call('DeleteSmsTemplate', { TemplateId: 449739 });
    expect(codesOf(client.call('SendSms', sendWith('449739', ['042137'])))).toEqual([
      'FailedOperation.TemplateIncorrectOrUnapproved',
    ]);
  });

  it.each<readonly [name: string, templates: unknown, message: RegExp]>([
    ['no list', { Opening }, /^templates must be a list/],
    ['no template', [5], /^templates\[0\] must be a template/],
    ['an id alone', [{ templateId: '1110' }], /^templates\[0\] must be a template/],
    ['a bad id', [Opening, { ...Opening, id: 'x' }], /^templates\[1\]: id must be/],
    ['a bad kind', [{ ...Opening, kind: 'otp' }], /^templates\[0\]: kind must be/],
    ['a text with a gap', [{ ...Opening, text: '你好{2}' }], /^templates\[0\]: text must number/],
    ['one id twice', [Opening, { ...Code, id: '1110' }], /^templates\[1\]: .*1110.*twice/],
  ])('are refused with a sentence when they are %s', async (_, given, message) => {
    const behavior = { templates: given } as SmsEmulatorBehavior;
    await expect(createSmsTestKit(behavior)).rejects.toMatchObject({
      code: 'SMS_EMULATOR_OPTIONS_INVALID',
      message: expect.stringMatching(message),
    });
  });
});
