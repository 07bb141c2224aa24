import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeParams, flattenParams } from '../../lib/signing/flatten-params.js';
import { signTc3 } from '../../lib/signing/tc3-signature.js';
import type { SmsTc3Input } from '../../lib/signing/tc3-signature.js';
import { officialSign } from './official-sdk.js';
import { TC3_VECTORS } from './tc3-vectors.fixture.js';

const LAST_SECOND_OF_9999 = 253_402_300_799;
const BASE: SmsTc3Input = {
  method: 'POST',
  host: 'sms.tencentcloudapi.com',
  action: 'SendSms',
  timestamp: 1_767_225_600,
  secretId: 'AKIDEXAMPLE',
  secretKey: 'EXAMPLE',
  contentType: 'application/json',
  body: '{}',
};

describe('signTc3', () => {
  it.each(TC3_VECTORS)('gives every value of $name', (vector) => {
    expect(signTc3(vector.input)).toStrictEqual({
      canonicalRequest: vector.canonicalRequest,
      stringToSign: vector.stringToSign,
      signature: vector.signature,
      authorization: vector.authorization,
    });
  });

  it('knows all eleven vectors', () => {
    expect(TC3_VECTORS).toHaveLength(11);
  });

  it.each([
    ['bytes', new TextEncoder().encode('{"SignName":"示例签名"}')],
    ['text', '{"SignName":"示例签名"}'],
  ])('signs a body given as %s alike', (_, body) => {
    expect(signTc3({ ...BASE, body }).signature).toBe(
      signTc3({ ...BASE, body: Buffer.from('{"SignName":"示例签名"}') }).signature,
    );
  });

  it.each([undefined, null, ''])('takes %p for no body and no query string', (nothing) => {
    const { canonicalRequest } = signTc3({ ...BASE, body: nothing, queryString: nothing });
    expect(canonicalRequest).toBe(
      [
        'POST',
        '/',
        '',
        'content-type:application/json',
        'host:sms.tencentcloudapi.com',
        '',
        'content-type;host',
        createHash('sha256').digest('hex'),
      ].join('\n'),
    );
  });

  it.each([
    ['the last second of a day', 1_767_225_599, '2025-12-31'],
    ['midnight in UTC, which is 08:00 in Beijing', 1_767_225_600, '2026-01-01'],
    ['07:59 in Beijing', 1_767_225_540, '2025-12-31'],
    ['a leap day', 1_709_164_800, '2024-02-29'],
  ])('dates the scope in UTC at %s', (_, timestamp, date) => {
    expect(signTc3({ ...BASE, timestamp }).authorization).toContain(
      `Credential=AKIDEXAMPLE/${date}/sms/tc3_request, `,
    );
  });

  it('signs the host as given, with its port', () => {
    expect(signTc3({ ...BASE, host: '127.0.0.1:8080' }).canonicalRequest).toContain(
      '\nhost:127.0.0.1:8080\n',
    );
  });

  it('signs headers of ours, trimmed and in lower case', () => {
    const { canonicalRequest, authorization } = signTc3({
      ...BASE,
      signedHeaders: 'content-type;host;x-tc-action;x-tc-region',
      headers: { 'x-tc-region': ' AP-Guangzhou ' },
    });
    expect(canonicalRequest).toContain(
      '\nx-tc-action:sendsms\nx-tc-region:ap-guangzhou\n\ncontent-type;host;x-tc-action;x-tc-region\n',
    );
    expect(authorization).toContain('SignedHeaders=content-type;host;x-tc-action;x-tc-region, ');
  });

  it('refuses to sign a header that it was not given', () => {
    expect(() => signTc3({ ...BASE, signedHeaders: 'content-type;host;x-tc-token' })).toThrow(
      new TypeError('signedHeaders names "x-tc-token", but headers has no value for it'),
    );
  });

  it('leaves its input alone', () => {
    const input = Object.freeze({ ...BASE });
    expect(signTc3(input)).toStrictEqual(signTc3(input));
  });

  it('agrees with the official SDK on whatever bytes are posted', () => {
    fc.assert(
      fc.property(anyBody(), anySigning(), (bytes, { day, ...input }) => {
        const { authorization } = signTc3({
          ...input,
          method: 'POST',
          action: 'SendSms',
          timestamp: day,
          body: bytes,
        });
        expect(authorization).toBe(
          officialSign.sign3({
            method: 'POST',
            url: `https://${input.host}/`,
            // Text is hashed as UTF-8, a lone surrogate as U+FFFD: what Buffer.from writes, too.
            payload: Buffer.from(bytes),
            timestamp: day,
            service: input.service,
            secretId: input.secretId,
            secretKey: input.secretKey,
            headers: { 'Content-Type': input.contentType },
          }),
        );
      }),
      { numRuns: 3000 },
    );
  });

  it('agrees with the official SDK on whatever is asked for in a query string', () => {
    fc.assert(
      fc.property(anyQuery(), anySigning(), (queryString, { day, ...input }) => {
        const contentType = 'application/x-www-form-urlencoded';
        const { authorization } = signTc3({
          ...input,
          method: 'GET',
          action: 'SendSms',
          timestamp: day,
          queryString,
          contentType,
        });
        expect(authorization).toBe(
          officialSign.sign3({
            method: 'GET',
            url: `https://${input.host}/${queryString === '' ? '' : `?${queryString}`}`,
            payload: undefined,
            timestamp: day,
            service: input.service,
            secretId: input.secretId,
            secretKey: input.secretKey,
            headers: { 'Content-Type': contentType },
          }),
        );
      }),
      { numRuns: 1500 },
    );
  });
});

describe('the remembered keys of signTc3', () => {
  it('never mix days, services and secrets, in whatever order they come', () => {
    // Few of each, so that they meet again and again; neighbouring secrets tell apart prefix and whole.
    const turn = fc.record({
      timestamp: fc.constantFrom(0, 86_399, 86_400, 1_767_225_599, 1_767_225_600, 1_767_311_999),
      service: fc.constantFrom('sms', 'cvm', 'sts', 's'),
      secretKey: fc.constantFrom('', 'a', 'ab', 'abc', 'TC3', '密钥'),
    });
    fc.assert(
      fc.property(fc.array(turn, { minLength: 2, maxLength: 40 }), (turns) => {
        for (const { timestamp, service, secretKey } of turns) {
          const signed = signTc3({ ...BASE, timestamp, service, secretKey });
          expect(signed.signature).toBe(freshSignature(signed.stringToSign, secretKey));
        }
      }),
    );
  });

  it('stay right when more secrets are in use than are remembered', () => {
    for (const round of [1, 2]) {
      for (let number = 0; number < 200; number += 1) {
        const secretKey = `secret-${number}`;
        const timestamp = BASE.timestamp + round * 86_400;
        const signed = signTc3({ ...BASE, timestamp, secretKey });
        expect(signed.signature).toBe(freshSignature(signed.stringToSign, secretKey));
      }
    }
  });
});

/** Derives the key from the beginning, out of nothing but the scope that was signed. */
function freshSignature(stringToSign: string, secretKey: string): string {
  const [date = '', service = ''] = stringToSign.split('\n')[2]?.split('/') ?? [];
  const key = [date, service, 'tc3_request'].reduce<string | Buffer>(
    (parent, part) => createHmac('sha256', parent).update(part).digest(),
    `TC3${secretKey}`,
  );
  return createHmac('sha256', key).update(stringToSign).digest('hex');
}

/** Code units as they come: Chinese, emoji, controls, and halves of surrogate pairs. */
function anyText(): fc.Arbitrary<string> {
  const unit = fc.oneof(
    fc.integer({ min: 0, max: 0x1f }),
    fc.integer({ min: 0x20, max: 0x7f }),
    fc.integer({ min: 0x4e00, max: 0x9fff }),
    fc.integer({ min: 0xd800, max: 0xdfff }),
    fc.integer({ min: 0, max: 0xffff }),
  );
  return fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(unit, { maxLength: 30 }).map((units) => String.fromCharCode(...units)),
    fc.constantFrom('', '👩‍👩‍👧', '验证码', '\uD83D', '\uDE00', '\u2028\u2029\uFEFF\u200D\u007F'),
  );
}

function anyBody(): fc.Arbitrary<string | Uint8Array> {
  const request = fc.record(
    {
      PhoneNumberSet: fc.array(anyText(), { maxLength: 3 }),
      SignName: anyText(),
      TemplateId: fc.stringMatching(/^\d{0,7}$/),
      TemplateParamSet: fc.array(anyText(), { maxLength: 3 }),
    },
    { requiredKeys: [] },
  );
  return fc.oneof(
    request.map((params) => JSON.stringify(params)),
    anyText(),
    fc.uint8Array({ maxLength: 200 }),
  );
}

function anyQuery(): fc.Arbitrary<string> {
  const name = fc.stringMatching(/^[A-Za-z]{1,12}(\.\d{1,3})?$/);
  return fc
    .array(fc.tuple(name, anyText()), { maxLength: 6 })
    .map((pairs) => encodeParams(flattenParams(Object.fromEntries(pairs))));
}

function anySigning() {
  return fc.record({
    day: fc.integer({ min: 0, max: LAST_SECOND_OF_9999 }),
    host: fc.stringMatching(/^[a-z][a-z0-9]{0,10}(\.[a-z][a-z0-9]{1,8}){1,3}$/),
    service: fc.constantFrom('sms', 'cvm', 'sts', '127'),
    secretId: fc.stringMatching(/^[A-Za-z0-9]{1,40}$/),
    secretKey: anyText(),
    contentType: fc.constantFrom('application/json', 'application/json; charset=utf-8'),
  });
}
