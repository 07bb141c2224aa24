import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  redact,
  redactCode,
  redactRequestId,
  redactSecrets,
  redactUntrusted,
} from '../../lib/privacy/redact.js';
import { DOCUMENTED } from '../errors/documented-codes.fixture.js';

describe('redact', () => {
  it.each([
    ['a mainland number', 'to +8613711112222 failed', 'to +86137****2222 failed'],
    ['one without its plus', 'to 8613711112222 failed', 'to 8613****22 failed'],
    ['a bare one', 'to 13711112222 failed', 'to 137****22 failed'],
    ['one with 00', 'to 008613711112222 failed', 'to 0086****22 failed'],
    ['a foreign one', 'to +447911123456 failed', 'to +447****56 failed'],
    ['several', '+8613711112222,+8613711113333', '+86137****2222,+86137****3333'],
    ['one within a word', 'user13711112222x', 'user137****22x'],
    ['a key id', 'key AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE is', 'key AKID**** is'],
    ['a quoted key id', '"AKIDabc"', '"AKID****"'],
    ['credentials of a URL', 'via http://user:pass@proxy:3128/', 'via http://****@proxy:3128/'],
    ['a user of a URL', 'via http://user@proxy', 'via http://****@proxy'],
    ['a password with an at sign', 'via http://user:p@ss@proxy', 'via http://****@proxy'],
    ['an encoded password', 'http://u:p%40%2F@[::1]:3128', 'http://****@[::1]:3128'],
    ['one with hyphens', 'to 137-1111-2222 failed', 'to 137****22 failed'],
    ['one with blanks', 'to 137 1111 2222 failed', 'to 137****22 failed'],
    ['one with parentheses', 'to +86 (137) 1111-2222.', 'to +86137****2222.'],
    ['one with dots', 'to 137.1111.2222', 'to 137****22'],
    ['one with a date before it', 'on 2026-01-01 13711112222', 'on 2026****22'],
    ['one that looks like an address', 'to +127.0.0.1112', 'to +12****12'],
    ['a full-width one', 'to +８６１３７１１１１２２２２ failed', 'to +86137****2222 failed'],
    ['one in Arabic digits', 'to ١٣٧١١١١٢٢٢٢', 'to *********'],
    ['one in digits of several scripts', 'to 1３7१111٢22２', 'to 137****22'],
    ['one in rings', 'to ①③⑦①①①①②②②②', 'to 137****22'],
    ['one with marks between', 'to 1\u200b3\u200b7\u2060111\u200e12222', 'to 137****22'],
    ['one in keycaps', 'to 1\ufe0f\u20e33\ufe0f\u20e371111\ufe0f\u20e32222', 'to 137****22'],
    ['the end of a line', 'a\r\n[Nest] b', 'a [Nest] b'],
    ['a sequence of a terminal', 'a\x1b[2Jb', 'a\ufffd[2Jb'],
    ['two URLs', 'http://a:b@c https://d:e@f', 'http://****@c https://****@f'],
  ])('takes out %s', (_, text, redacted) => {
    expect(redact(text)).toBe(redacted);
  });

  it.each([
    'nothing to hide',
    'SmsSdkAppId must be digits',
    'HTTP 502 after 8000 ms',
    'https://sms.tencentcloudapi.com/',
    'mail someone@example.com',
    'LimitExceeded.PhoneNumberDailyLimit',
    '2026-01-01 08:00:00',
    '2026-01-01T08:00:00.123Z',
    'connect ECONNREFUSED 127.0.0.1:38211',
    'expected 1 to 200, or 10 - 20',
    '验证码模板 449739：请于 5 分钟内填写👍',
    '',
  ])('leaves %p alone', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('leaves no number, no key id and no password in any text', () => {
    const secret = fc.oneof(
      fc.stringMatching(/^\+?\d{9,15}$/),
      fc.stringMatching(/^AKID[A-Za-z0-9]{8,36}$/),
      fc.stringMatching(/^http:\/\/[a-z]{1,8}:[A-Za-z0-9@!$]{4,12}@proxy$/),
    );
    fc.assert(
      fc.property(fc.string(), secret, fc.string(), (before, word, after) => {
        const redacted = redact(`${before} ${word} ${after}`);
        expect(redacted).not.toContain(word);
        expect(redacted).not.toMatch(/\d{7}/);
      }),
      { numRuns: 1000 },
    );
  });

  it('changes nothing when done again', () => {
    fc.assert(
      fc.property(textWithSecrets(), (text) => {
        expect(redact(redact(text))).toBe(redact(text));
      }),
      { numRuns: 1000 },
    );
  });

  it('stays quick on a long and hostile text', () => {
    const hostile = [
      '//',
      '/',
      '@',
      'AKID',
      '1',
      '1 ',
      '1-  ',
      '1.',
      '٣',
      '+',
      '//a:',
      'a1',
      '1a ',
    ].flatMap((part) => [part.repeat(50_000), part.repeat(4_000_000)]);
    const started = performance.now();
    for (const text of hostile) {
      redactUntrusted(text);
      redactCode(text);
      redactRequestId(text);
      redact(text);
    }
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('a text that is longer than any message', () => {
  const SECRETS = [
    '+8613711112222',
    '13711112222',
    'AKIDz8krbsJ5yKBZQpn7',
    'http://u:p4ssw0rd@proxy',
  ];

  it.each(SECRETS)('is cut so that no part of %s is left', (secret) => {
    for (const clean of [redact, redactUntrusted]) {
      for (let before = 0; before <= secret.length; before += 1) {
        const text = `${'x '.repeat(40_000).slice(0, 65_536 - before)} ${secret} and ${secret}`;
        const shown = clean(text);
        expect(shown.length).toBeLessThanOrEqual(65_536);
        expect(shown.replace(/[x ]/g, '')).toMatch(
          /^(?:…|http:\/\/\*{4}@proxy|[+\d]{0,6}\*+\d{0,4}|AKID\*{4}|\*+)*$/,
        );
      }
    }
  });

  it('is not shown at all when it is one word', () => {
    expect(
      [redact, redactUntrusted].map((clean) => clean(`//user:${'a'.repeat(100_000)}@b`)),
    ).toEqual(['…', '…']);
  });
});

describe('redactUntrusted', () => {
  it.each([
    ['a code that was sent', 'the value 483920 is wrong', 'the value **** is wrong'],
    ['every digit group of a number', 'to +8613711112222', 'to +************'],
    ['a key id', 'AKIDz8krbsJ5yKBZQpn7 not found', 'AKID**** not found'],
    ['a key', 'got kq7Pz8krbsJ5yKBZQpn74WFkmLPx3EXA, no', 'got ****, no'],
    ['a token', 'for gx0TqPz8kr/bsJ5yKB+ZQpn74WFkmLP== now', 'for **** now'],
    [
      'no word',
      'InvalidParameterValue.TemplateParameterFormatError',
      'InvalidParameterValue.TemplateParameterFormatError',
    ],
  ])('takes out %s', (_, text, redacted) => {
    expect(redactUntrusted(text)).toBe(redacted);
  });

  it('leaves no four digits in a row', () => {
    fc.assert(
      fc.property(textWithSecrets(), (text) => {
        expect(redactUntrusted(text)).not.toMatch(/\d{4}/);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('redactCode', () => {
  it('leaves every documented code as it is', () => {
    const codes = DOCUMENTED.flatMap(([, , documented]) => documented);
    expect(codes.length).toBeGreaterThan(100);
    expect(codes.map(redactCode)).toEqual(codes);
  });

  it.each([
    ['a code that is new', 'FailedOperation.Sha256Mismatch', 'FailedOperation.Sha256Mismatch'],
    ['a key id', 'AKIDz8krbsJ5yKBZQpn7', 'AKID****'],
    ['a key', 'kq7Pz8krbsJ5yKBZQpn74WFkmLPx3EXA', '****'],
    ['a number', 'Limit.8613711112222', 'Limit.********22'],
    ['a code of a text', 'Limit.042137', 'Limit.****'],
    ['a sentence', 'no such +8613711112222', 'no such +************'],
  ])('takes %s for what it is', (_, code, redacted) => {
    expect(redactCode(code)).toBe(redacted);
  });
});

it('marks a code and an id that are cut, so that neither passes for a whole one', () => {
  const long = `InternalError.${'a'.repeat(200)} `;
  expect(redactCode(long)).toMatch(/^InternalError\.a{113}…$/);
  expect(redactRequestId(long)).toMatch(/^InternalError\.a{113}…$/);
});

describe('redactRequestId', () => {
  it.each([
    ['a UUID', '12345678-1234-1234-1234-123456789012', '12345678-1234-1234-1234-123456789012'],
    ['something short', 'r-1', 'r-1'],
    ['a number', 'for +447911123456', 'for +447****56'],
  ])('takes %s for what it is', (_, id, redacted) => {
    expect(redactRequestId(id)).toBe(redacted);
  });
});

describe('redactSecrets', () => {
  it.each([
    ['a known secret wherever it stands', 'got s3cr3t, s3cr3t!', ['s3cr3t'], 'got ****, ****!'],
    ['several secrets', 'a-key and a-token', ['a-key', 'a-token'], '**** and ****'],
    ['a secret with marks of patterns', 'is a.b+(c) bad', ['a.b+(c)'], 'is **** bad'],
    ['a word as long as a token', `is ${'x1'.repeat(20)} bad`, [], 'is **** bad'],
  ])('takes out %s', (_, text, secrets, redacted) => {
    expect(redactSecrets(text, secrets)).toBe(redacted);
  });

  it('leaves the ARN of a role, and ignores what is no text', () => {
    const text = 'role qcs::cam::uin/100000000001:roleName/sms-sender undefined';
    expect(redactSecrets(text, [undefined, null, 5])).toBe(text);
  });
});

function textWithSecrets(): fc.Arbitrary<string> {
  const part = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 5 }),
    fc.stringMatching(/^\+?[\d٠-٩０-９ -]{1,16}$/),
    fc.constantFrom('AKID', 'AKIDabc', '//', 'http://u:p@h', '@', ' ', '+', '****'),
  );
  return fc.array(part, { maxLength: 8 }).map((parts) => parts.join(''));
}
