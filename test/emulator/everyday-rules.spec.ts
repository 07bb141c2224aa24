import { beforeEach, describe, expect, it } from '@jest/globals';
import type { SendSmsRequest } from '../../lib/api/sending.js';
import { engineClient } from './engine-client.js';
import type { EngineClient } from './engine-client.js';
import type { LooseResponse } from './raw-client.js';

const APP = '1400006666';
const PHONE = '+8613711112222';
const OTHER = '+8613711113333';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const send = (client: EngineClient, changes: Partial<SendSmsRequest> = {}): LooseResponse =>
  client.call('SendSms', {
    PhoneNumberSet: [PHONE],
    SmsSdkAppId: APP,
    SignName: '腾讯云',
    TemplateId: '77',
    ...changes,
  });
const codes = (response: LooseResponse): (string | undefined)[] =>
  response.Error === undefined
    ? (response['SendStatusSet'] as { Code: string }[]).map(({ Code }) => Code)
    : [response.Error.Code];
/** Sends a text that no other one is equal to. */
const sendFresh = (client: EngineClient, number: number, changes: object = {}): unknown =>
  codes(send(client, { TemplateParamSet: [`第${number}条`], ...changes }))[0];

/** Moves the clock to the next time that it is this hour in China. */
const advanceToHour = ({ engine }: EngineClient, hour: number): void => {
  const sinceMidnight = (engine.clock.now() + 8 * HOUR_MS) % DAY_MS;
  engine.advance((hour * HOUR_MS - sinceMidnight + DAY_MS) % DAY_MS);
};

const addTemplate = (client: EngineClient, International: 0 | 1 = 0): string => {
  const added = client.call('AddSmsTemplate', {
    TemplateName: '促销',
    TemplateContent: '全场{1}折，拒收请回复R',
    SmsType: 1,
    International,
    Remark: '促销',
  });
  client.engine.advance(2000);
  return (added['AddTemplateStatus'] as { TemplateId: string }).TemplateId;
};

describe('with the limits that Tencent documents', () => {
  let client: EngineClient;
  beforeEach(async () => {
    client = await engineClient({ limits: 'tencent-default' });
    advanceToHour(client, 9);
  });

  it('a number gets the same text once in 30 seconds', () => {
    expect(codes(send(client))).toEqual(['Ok']);
    expect(codes(send(client, { PhoneNumberSet: [PHONE, OTHER] }))).toEqual([
      'LimitExceeded.PhoneNumberThirtySecondLimit',
      'Ok',
    ]);
    expect(sendFresh(client, 1)).toBe('Ok');
    client.engine.advance(30_000);
    expect(codes(send(client))).toEqual(['Ok']);
  });

  it('a number gets ten texts a day, and ten more after midnight in China', () => {
    for (let number = 1; number <= 10; number += 1) {
      expect(sendFresh(client, number)).toBe('Ok');
    }
    client.engine.advance(14 * HOUR_MS);
    expect(sendFresh(client, 11)).toBe('LimitExceeded.PhoneNumberDailyLimit');
    expect(sendFresh(client, 11, { PhoneNumberSet: [OTHER] })).toBe('Ok');
    client.engine.advance(HOUR_MS);
    expect(sendFresh(client, 11)).toBe('Ok');
  });

  it('each application counts for itself, and what was refused does not count', () => {
    send(client);
    expect(codes(send(client, { SmsSdkAppId: '1400777777' }))).toEqual(['Ok']);
    for (let number = 1; number <= 20; number += 1) {
      send(client);
    }
    expect(sendFresh(client, 1)).toBe('Ok');
  });

  it('a package that is used up is refused at each number', async () => {
    client = await engineClient({ limits: 'tencent-default', packageSize: 2 });
    const PhoneNumberSet = [PHONE, OTHER, '+8613711114444'];
    expect(send(client, { PhoneNumberSet })).toMatchObject({
      SendStatusSet: [
        { Code: 'Ok', Fee: 1 },
        { Code: 'Ok', Fee: 1 },
        { Code: 'FailedOperation.InsufficientBalanceInSmsPackage', Fee: 0, SerialNo: '' },
      ],
    });
  });

  it('clearing lets every phone be texted again', () => {
    send(client);
    client.engine.clear('1400777777');
    expect(codes(send(client))).toEqual(['LimitExceeded.PhoneNumberThirtySecondLimit']);
    client.engine.clear(APP);
    expect(codes(send(client))).toEqual(['Ok']);
  });
});

describe('with limits of one’s own', () => {
  it('a number gets so many texts an hour', async () => {
    const client = await engineClient({ limits: { perHour: 5 } });
    for (let number = 1; number <= 5; number += 1) {
      expect(sendFresh(client, number)).toBe('Ok');
    }
    expect(sendFresh(client, 6)).toBe('LimitExceeded.PhoneNumberOneHourLimit');
    client.engine.advance(HOUR_MS);
    expect(sendFresh(client, 6)).toBe('Ok');
  });

  it('a number gets the same text so often a day', async () => {
    const client = await engineClient({ limits: { sameTextPerDay: 2 } });
    advanceToHour(client, 9);
    expect([send(client), send(client), send(client)].flatMap(codes)).toEqual([
      'Ok',
      'Ok',
      'LimitExceeded.PhoneNumberSameContentDailyLimit',
    ]);
    expect(sendFresh(client, 1)).toBe('Ok');
  });
});

describe('without limits', () => {
  let client: EngineClient;
  beforeEach(async () => {
    client = await engineClient({ packageSize: 1 });
  });

  it('neither a number nor the package ever ends', () => {
    for (let number = 1; number <= 20; number += 1) {
      expect(codes(send(client))).toEqual(['Ok']);
    }
  });

  it('the package ends all the same when the emulator is strict', async () => {
    client = await engineClient({ strict: true, packageSize: 0 });
    expect(codes(send(client, { TemplateId: '449739', TemplateParamSet: ['1', '2'] }))).toEqual([
      'FailedOperation.InsufficientBalanceInSmsPackage',
    ]);
  });
});

describe('a country that is closed', () => {
  it.each(['MY', '60'])('as %s refuses its numbers and no others', async (country) => {
    const client = await engineClient({ blockedCountries: [country] });
    const numbers = ['+60198890000', '+447911123456'];
    expect(codes(send(client, { PhoneNumberSet: numbers, SignName: '' }))).toEqual([
      'LimitExceeded.AppCountryOrRegionInBlacklist',
      'Ok',
    ]);
  });
});

describe('a marketing text', () => {
  let client: EngineClient;
  let marketing: Partial<SendSmsRequest>;
  beforeEach(async () => {
    client = await engineClient();
    marketing = { TemplateId: addTemplate(client), TemplateParamSet: ['8'] };
  });

  it.each([
    [7, 'FailedOperation.MarketingSendTimeConstraint'],
    [8, 'Ok'],
    [21, 'Ok'],
    [22, 'FailedOperation.MarketingSendTimeConstraint'],
    [0, 'FailedOperation.MarketingSendTimeConstraint'],
  ])('at %i o’clock in China gets %s', (hour, code) => {
    advanceToHour(client, hour);
    expect(codes(send(client, marketing))).toEqual([code]);
    expect(codes(send(client))).toEqual(['Ok']);
  });

  it('may go abroad at night', () => {
    const TemplateId = addTemplate(client, 1);
    advanceToHour(client, 3);
    const abroad = { ...marketing, TemplateId, PhoneNumberSet: ['+60198890000'] };
    expect(codes(send(client, abroad))).toEqual(['Ok']);
  });

  it('must offer a way out', () => {
    const added = client.call('AddSmsTemplate', {
      TemplateName: '促销',
      TemplateContent: '全场{1}折',
      SmsType: 1,
      International: 0,
      Remark: '促销',
    });
    expect(added.Error?.Code).toBe('InvalidParameterValue.MarketingTemplateWithoutUnsubscribe');
  });

  it('is what R opts out of', () => {
    client.engine.reply({ to: PHONE, text: 'R' });
    expect(codes(send(client))).toEqual(['Ok']);
    advanceToHour(client, 9);
    send(client, marketing);
    expect(client.engine.reply({ to: PHONE, text: 'r ' })).toMatchObject({ optedOut: true });
    expect(codes(send(client))).toEqual(['FailedOperation.PhoneNumberInBlacklist']);
  });
});

describe('an opt-out', () => {
  it.each(['T', 'td', 'N', 'QX', '0000', '退订'])('by %s closes the number', async (text) => {
    const client = await engineClient();
    expect(client.engine.reply({ to: '13711112222', text })).toMatchObject({
      to: PHONE,
      text,
      sdkAppId: APP,
      optedOut: true,
    });
    expect(codes(send(client, { PhoneNumberSet: [OTHER, PHONE] }))).toEqual([
      'Ok',
      'FailedOperation.PhoneNumberInBlacklist',
    ]);
    expect(codes(send(client, { SmsSdkAppId: '1400777777' }))).toEqual(['Ok']);
  });

  it('is no text that a phone may send by chance', async () => {
    const client = await engineClient();
    expect(client.engine.reply({ to: PHONE, text: '好的，谢谢' })).toMatchObject({
      optedOut: false,
    });
    expect(codes(send(client))).toEqual(['Ok']);
  });
});

describe('a URL in a value', () => {
  it.each(['https://example.com', 'www.example.com', 't.cn'])('such as %s', async (url) => {
    const client = await engineClient();
    expect(codes(send(client, { TemplateParamSet: ['甲', url] }))).toEqual([
      'InvalidParameterValue.ProhibitedUseUrlInTemplateParameter',
    ]);
    const abroad = client.call('SendMultiGlobalSms', {
      SmsSdkAppId: APP,
      MultiSmsInfoSet: [
        { PhoneNumber: '+60198890000', TemplateId: '77', TemplateParamSet: [url] },
        { PhoneNumber: '+60198890001', TemplateId: '77', TemplateParamSet: ['1'] },
      ],
    });
    expect(abroad).toMatchObject({
      SendMultiStatusSet: [
        { Code: 'InvalidParameterValue.ProhibitedUseUrlInTemplateParameter' },
        { Code: 'Ok' },
      ],
    });
  });
});
