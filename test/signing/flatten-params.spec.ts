import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeParams, flattenParams } from '../../lib/signing/flatten-params.js';
import { officialClient } from './official-sdk.js';

describe('flattenParams', () => {
  it('numbers lists from 0 and keeps the order given', () => {
    expect(
      flattenParams({
        PhoneNumberSet: ['+8613711112222', '+8613711113333'],
        SmsSdkAppId: '1400006666',
        MultiSmsInfoSet: [{ PhoneNumber: '+12025550123', TemplateParamSet: ['1', '2'] }],
        Limit: 10,
      }),
    ).toStrictEqual([
      ['PhoneNumberSet.0', '+8613711112222'],
      ['PhoneNumberSet.1', '+8613711113333'],
      ['SmsSdkAppId', '1400006666'],
      ['MultiSmsInfoSet.0.PhoneNumber', '+12025550123'],
      ['MultiSmsInfoSet.0.TemplateParamSet.0', '1'],
      ['MultiSmsInfoSet.0.TemplateParamSet.1', '2'],
      ['Limit', '10'],
    ]);
  });

  it('leaves out what is undefined, null or an empty list, and keeps 0, false and empty text', () => {
    expect(
      flattenParams({ A: undefined, B: null, C: [], D: {}, Offset: 0, Flag: false, SignName: '' }),
    ).toStrictEqual([
      ['Offset', '0'],
      ['Flag', 'false'],
      ['SignName', ''],
    ]);
  });

  it('writes large integers in full', () => {
    expect(flattenParams({ Id: 12_345_678_901_234_567_890n })).toStrictEqual([
      ['Id', '12345678901234567890'],
    ]);
  });

  it('replaces halves of a surrogate pair, which UTF-8 can not say, and leaves emoji whole', () => {
    expect(flattenParams({ A: 'a\uD83Db', B: '\uDE00', C: '😀' })).toStrictEqual([
      ['A', 'a\uFFFDb'],
      ['B', '\uFFFD'],
      ['C', '😀'],
    ]);
  });

  it('flattens as the official SDK does', () => {
    fc.assert(
      fc.property(params(), (given) => {
        const official = Object.entries(officialClient.mergeData(given)).map(([name, value]) => [
          name,
          String(value),
        ]);
        // A plain object moves names that are integers to the front; there are none in this API.
        expect(flattenParams(given)).toStrictEqual(official);
      }),
    );
  });
});

describe('encodeParams', () => {
  it('encodes after RFC 3986, in upper-case hex', () => {
    expect(
      encodeParams([
        ['PhoneNumberSet.0', '+8613711112222'],
        ['SignName', '腾讯云'],
        ['Text', "a b!'()*~-._/?&=%"],
        ['Emoji', '😀'],
        ['Empty', ''],
      ]),
    ).toBe(
      'PhoneNumberSet.0=%2B8613711112222' +
        '&SignName=%E8%85%BE%E8%AE%AF%E4%BA%91' +
        '&Text=a%20b%21%27%28%29%2A~-._%2F%3F%26%3D%25' +
        '&Emoji=%F0%9F%98%80' +
        '&Empty=',
    );
  });

  it('gives an empty text for nothing', () => {
    expect(encodeParams([])).toBe('');
  });

  it('is read back by every form parser as what went in', () => {
    fc.assert(
      fc.property(params(), (given) => {
        const flat = flattenParams(given);
        expect([...new URLSearchParams(encodeParams(flat))]).toStrictEqual(flat);
      }),
      { numRuns: 1000 },
    );
  });

  it('writes unreserved characters and upper-case escapes, and nothing else', () => {
    fc.assert(
      fc.property(params(), (given) => {
        expect(encodeParams(flattenParams(given))).toMatch(
          /^(?:(?:[A-Za-z0-9\-._~]|%[0-9A-F]{2})*=(?:[A-Za-z0-9\-._~]|%[0-9A-F]{2})*(?:&|$))*$/,
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('is left as it is by a URL, so that what was signed is what is sent', () => {
    fc.assert(
      fc.property(params(), (given) => {
        const text = encodeParams(flattenParams(given));
        expect(new URL(`https://sms.tencentcloudapi.com/?${text}`).search.slice(1)).toBe(text);
      }),
      { numRuns: 500 },
    );
  });
});

/** Requests of any depth that the API could have, with every kind of text. */
function params(): fc.Arbitrary<object> {
  const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,8}$/);
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('', ' ', '+86', "!'()*", '验证码', '\r\n', '\0', '%41', 'a=b&c'),
  );
  const scalar = fc.oneof(text, fc.integer(), fc.boolean(), fc.constantFrom(undefined, null));
  const item = fc.dictionary(name, fc.oneof(scalar, fc.array(text, { maxLength: 3 })), {
    maxKeys: 3,
    noNullPrototype: true,
  });
  return fc.dictionary(
    name,
    fc.oneof(scalar, fc.array(text, { maxLength: 12 }), fc.array(item, { maxLength: 3 })),
    { maxKeys: 5, noNullPrototype: true },
  );
}
