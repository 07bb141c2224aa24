import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeParams } from '../../lib/signing/flatten-params.js';
import { signV1 } from '../../lib/signing/v1-signature.js';
import { officialSign } from './official-sdk.js';
import { V1_VECTORS } from './v1-vectors.fixture.js';

describe('signV1', () => {
  it.each(V1_VECTORS)('gives every value of $name', ({ input, stringToSign, signature }) => {
    expect(signV1(input)).toStrictEqual({ stringToSign, signature });
  });

  it.each(V1_VECTORS)('gives a signature that is sent as in $name', (vector) => {
    const { signature } = signV1(vector.input);
    const flat = Object.entries({ ...vector.input.params, Signature: signature });
    expect(encodeParams(flat.map(([name, value]) => [name, value]))).toBe(vector.encoded);
  });

  it('knows both vectors', () => {
    expect(V1_VECTORS).toHaveLength(2);
  });

  it('sorts names as ASCII: the tenth number before the third, upper case before lower', () => {
    const { stringToSign } = signV1({
      method: 'GET',
      host: 'sms.tencentcloudapi.com',
      signatureMethod: 'HmacSHA1',
      secretKey: 'EXAMPLE',
      params: { 'Set.2': 'c', limit: 1, 'Set.10': 'b', Limit: 2, 'Set.0': 'a' },
    });
    expect(stringToSign).toBe(
      'GETsms.tencentcloudapi.com/?Limit=2&Set.0=a&Set.10=b&Set.2=c&limit=1',
    );
  });

  it('agrees with the official SDK on whatever is signed', () => {
    const name = fc.stringMatching(/^[A-Za-z]{1,8}(\.\d{1,3})?$/);
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.integer());
    fc.assert(
      fc.property(
        fc.dictionary(name, value, { maxKeys: 12, noNullPrototype: true }),
        fc.constantFrom('GET' as const, 'POST' as const),
        fc.constantFrom('HmacSHA1' as const, 'HmacSHA256' as const),
        fc.string({ unit: 'binary' }),
        (params, method, signatureMethod, secretKey) => {
          const host = 'sms.tencentcloudapi.com';
          // The SDK's own way to the text, written out: its method reads a whole client.
          const names = Object.keys(params);
          names.sort();
          const text = `${method}${host}/?${names.map((key) => `${key}=${params[key]}`).join('&')}`;
          expect(signV1({ method, host, signatureMethod, secretKey, params })).toStrictEqual({
            stringToSign: text,
            signature: officialSign.sign(secretKey, text, signatureMethod),
          });
        },
      ),
      { numRuns: 1000 },
    );
  });
});
