import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { smsTemplate } from 'nestjs-tencentcloud-sms';
import type { SmsTemplate, SmsValidationError } from 'nestjs-tencentcloud-sms';
import { checkTextLength } from '../../lib/templates/check-params.js';
import { renderParams } from '../../lib/templates/render-params.js';

const LoginCode = smsTemplate({
  id: '449739',
  kind: 'verification',
  text: '{code:1}为您的登录验证码，请于{minutes:2}分钟内填写，如非本人操作，请忽略本短信。',
});
const Name = smsTemplate({ id: '449742', kind: 'notification', text: 'Dear {name:1}, welcome.' });

describe('a preview', () => {
  it('shows the text as its recipient sees it, and how it is billed', () => {
    expect(LoginCode.preview({ code: '042137', minutes: 5 }, { signName: '腾讯云' })).toEqual({
      text: '【腾讯云】042137为您的登录验证码，请于5分钟内填写，如非本人操作，请忽略本短信。',
      characters: 43,
      segments: 1,
      issues: [],
    });
  });

  it('leaves the signature away when none is given', () => {
    expect(LoginCode.preview({ code: '042137', minutes: 5 })).toMatchObject({
      text: expect.stringMatching(/^042137为/),
      characters: 38,
    });
  });

  it('puts the signature into brackets abroad, where each of them counts twice', () => {
    expect(
      Name.preview({ name: 'Bob' }, { signName: 'Tencent', market: 'international' }),
    ).toMatchObject({ text: '[Tencent]Dear Bob, welcome.', characters: 29, issues: [] });
  });

  it.each([
    ['MY', 154, 2],
    ['my', 154, 2],
    ['MY', 153, 1],
    ['SG', 154, 1],
    ['SG', 161, 2],
  ] as const)(
    'counts segments as Tencent bills them in %s: %i characters are %i',
    (country, characters, segments) => {
      const Text = smsTemplate({ id: '1', kind: 'notification', text: 'Dear {1}' });
      const value = 'x'.repeat(characters - 'Dear '.length);
      const billed = { characters, segments, issues: [] };
      expect(Text.preview([value], { country })).toMatchObject(billed);
      expect(Text.preview([value], { country, market: 'international' })).toMatchObject(billed);
    },
  );

  it.each<[options: unknown, sentence: string]>([
    [{ country: 5 }, 'country must be an ISO 3166 code, such as MY.'],
    [{ country: null }, 'country must be an ISO 3166 code, such as MY.'],
    [{ country: '+60' }, 'country must be an ISO 3166 code, such as MY.'],
    [{ market: 'europe' }, 'market must be mainland or international.'],
    [{ signName: 5 }, 'signName must be text.'],
    [{ signName: null }, 'signName must be text.'],
    [{ signName: { mainland: 5 } }, 'signName must be text.'],
    [null, 'options must be an object.'],
    ['腾讯云', 'options must be an object.'],
  ])('tells what is wrong with the options %j, and throws nothing', (options, sentence) => {
    const shown = { text: 'Dear Bob, welcome.', characters: 18, segments: 1, issues: [sentence] };
    expect(Name.preview({ name: 'Bob' }, options as never)).toEqual(shown);
    const Both = smsTemplate.byMarket({ mainland: Name, international: Name });
    expect(Both.preview({ name: 'Bob' }, options as never)).toEqual(shown);
  });

  it('goes by the country where no market is given', () => {
    const options = { signName: 'Tencent' };
    const textIn = (country: string): string =>
      Name.preview({ name: 'Bob' }, { ...options, country }).text;
    expect(textIn('CN')).toMatch(/^【Tencent】/);
    expect(textIn('HK')).toMatch(/^\[Tencent\]/);
  });

  it('puts values in as they are, whatever is in them', () => {
    for (const name of ['$&', '$1', '{1}', '{name:1}', String.raw`\n`]) {
      expect(Name.preview({ name }).text).toBe(`Dear ${name}, welcome.`);
    }
  });

  it('shows a text without placeholders', () => {
    const Bare = smsTemplate({ id: '1', kind: 'notification', text: '欢迎加入。' });
    expect(Bare.preview()).toEqual({ text: '欢迎加入。', characters: 5, segments: 1, issues: [] });
  });

  it('lists what would keep the text from being sent, and throws nothing', () => {
    const template: SmsTemplate = LoginCode;
    const shown = template.preview({ code: 'A42137' }, { signName: '【腾讯云】' });
    expect(shown.text).toMatch(/^【【腾讯云】】A42137为.*请于\{minutes:2\}分钟/);
    expect(shown.issues).toEqual([
      'params.minutes is missing.',
      'params.code must be 1 to 6 digits, as in every verification template.',
      'signName must be the content of the signature without 【】.',
    ]);
  });

  it.each([
    ['x', 'mainland', 1],
    ['xy', 'mainland', 0],
    ['x'.repeat(12), 'mainland', 0],
    ['x'.repeat(13), 'mainland', 1],
    ['x'.repeat(15), 'international', 0],
    ['x'.repeat(16), 'international', 1],
  ] as const)('knows how long a signature may be: %j, %s', (signName, market, faults) => {
    expect(Name.preview({ name: 'Bob' }, { signName, market }).issues).toHaveLength(faults);
  });

  it('says the same as a send for any parameters', () => {
    const anything = fc.oneof(
      fc.anything(),
      fc.record({ name: fc.oneof(fc.string(), fc.double(), fc.webUrl(), fc.anything()) }),
    );
    fc.assert(
      fc.property(anything, (params) => {
        const told = Name.preview(params as { name: string }).issues;
        let thrown: readonly string[] = [];
        try {
          renderParams(Name, params);
        } catch (error) {
          thrown = (error as SmsValidationError).issues.map(({ message }) => message);
        }
        expect(told).toEqual(thrown);
      }),
    );
  });

  it('puts each value in its place', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]{0,9}$/), { minLength: 1 }), (values) => {
        const places = values.map((_, index) => `<{${index + 1}}`);
        const template: SmsTemplate = smsTemplate({
          id: '1',
          kind: 'notification',
          text: places.toReversed().join(''),
        });
        const expected = values.map((value) => `<${value}`).toReversed();
        expect(template.preview(values).text).toBe(expected.join(''));
      }),
    );
  });
});

describe('the length of a whole text', () => {
  const Text = smsTemplate({ id: '1', kind: 'notification', text: '1234567890{1}123' });

  it.each([
    [487, undefined],
    [482, 'abc'],
  ])('is allowed with %i characters of values and the signature %j', (length, signName) => {
    const value = 'x'.repeat(length);
    expect(() => checkTextLength(Text, [value], 'mainland', signName)).not.toThrow();
    expect(Text.preview([value], { signName }).issues).toEqual([]);
  });

  it.each([
    [488, undefined],
    [483, 'abc'],
  ])('is refused with %i characters of values and the signature %j', (length, signName) => {
    const value = 'x'.repeat(length);
    const sentence = 'The text has 501 characters with its values and signature; 500 are allowed.';
    expect(() => checkTextLength(Text, [value], 'mainland', signName)).toThrow(
      expect.objectContaining({ name: 'SmsValidationError', message: sentence }),
    );
    expect(Text.preview([value], { signName }).issues).toEqual([sentence]);
  });

  it('is 2,000 characters abroad, since Tencent decides above 500', () => {
    const abroad = { market: 'international' as const };
    for (const length of [488, 1987]) {
      expect(Text.preview(['x'.repeat(length)], abroad).issues).toEqual([]);
    }
    expect(Text.preview(['x'.repeat(1988)], abroad).issues).toEqual([
      'The text has 2001 characters with its values and signature; 2000 are allowed.',
    ]);
  });

  it('is counted without a signature when there is none', () => {
    expect(() => checkTextLength(Text, ['x'.repeat(487)], 'mainland')).not.toThrow();
  });
});
