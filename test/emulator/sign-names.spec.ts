import { beforeEach, describe, expect, it } from '@jest/globals';
import { engineClient } from './engine-client.js';
import type { EngineClient } from './engine-client.js';

const SIGN = {
  SignName: '示例商城',
  SignType: 0,
  DocumentType: 1,
  International: 0,
  SignPurpose: 0,
  ProofImage: 'aGVsbG8=',
} as const;
const REFUSED = 'FailedOperation.SignatureIncorrectOrUnapproved';

const NEITHER_MARKET: [what: string, name: string][] = [
  ['a blank behind it', '示例商城 '],
  ['quotes around it', '"示例商城"'],
  ['an emoji', '🎉店铺'],
  ['a control character', '示例\u0000商城'],
  ['a zero-width blank', '示例\u200B商城'],
];
const NOT_MAINLAND: [what: string, name: string][] = [
  ...NEITHER_MARKET,
  ['a hyphen', '示例-商城'],
  ['a blank inside', '示例 商城'],
  ['a mark', '示例！'],
  ['13 characters', '示'.repeat(13)],
  ['one character', '示'],
];

describe('a signature that the rules exclude', () => {
  let client: EngineClient;

  beforeEach(async () => {
    client = await engineClient();
  });

  const send = (SignName: string, to: string, TemplateId: string): string =>
    JSON.stringify(
      client.call('SendSms', {
        PhoneNumberSet: [to],
        SmsSdkAppId: '1400006666',
        TemplateId,
        SignName,
        TemplateParamSet: ['1', '5'],
      }),
    );

  it.each(NOT_MAINLAND)('is not learned from a text to the mainland: %s', (_what, name) => {
    expect(send(name, '+8613711112222', '449739')).toContain(REFUSED);
    expect(client.engine.inbox.messages().filter(({ code }) => code === 'Ok')).toEqual([]);
  });

  it.each(NEITHER_MARKET)('is not learned from a text abroad: %s', (_what, name) => {
    expect(send(name, '+6598765432', '77')).toContain(REFUSED);
  });

  it.each(['Example Inc', '示例-商城', 'a'.repeat(15)])('may go abroad as %s', (name) => {
    expect(send(name, '+6598765432', '77')).toContain('"Code":"Ok"');
  });

  it.each(NOT_MAINLAND)('can not be added for the mainland: %s', (_what, SignName) => {
    client.call('AddSmsSign', { ...SIGN, SignName });
    client.engine.clock.advance(60_000);
    const listed = client.call('DescribeSmsSignList', {
      International: 0,
      SignIdSet: [],
      Limit: 10,
      Offset: 0,
    });
    const usable = (
      listed as { DescribeSignListStatusSet?: { StatusCode: number }[] }
    ).DescribeSignListStatusSet?.filter(({ StatusCode }) => StatusCode === 0);
    // The one that is there from the start.
    expect(usable).toHaveLength(1);
    expect(send(SignName, '+8613711112222', '449739')).toContain(REFUSED);
  });

  it('counts characters, not halves of them: twelve rare ones fit', () => {
    const name = '𠮷'.repeat(12);
    expect(client.call('AddSmsSign', { ...SIGN, SignName: name })).toHaveProperty('AddSignStatus');
    expect(send(name, '+8613711112222', '449739')).toContain('"Code":"Ok"');
  });
});
