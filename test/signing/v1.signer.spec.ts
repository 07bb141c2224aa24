import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SmsCall, SmsSignedCall } from '../../lib/signing/signer.js';
import { V1Signer } from '../../lib/signing/v1.signer.js';
import { signV1 } from '../../lib/signing/v1-signature.js';
import type { SmsV1SignatureMethod } from '../../lib/signing/v1-signature.js';
import { V1_VECTORS } from './v1-vectors.fixture.js';

const CREDENTIALS = { secretId: 'AKIDEXAMPLE', secretKey: 'EXAMPLE' };
const CALL: SmsCall = {
  method: 'POST',
  host: 'sms.tencentcloudapi.com',
  action: 'SendSms',
  version: '2021-01-11',
  region: 'ap-guangzhou',
  timestamp: 1_767_225_600,
  params: {
    PhoneNumberSet: ['+8613800138000'],
    SmsSdkAppId: '1400006666',
    SignName: '示例签名',
    TemplateId: '1234567',
    TemplateParamSet: ['483920', '5'],
  },
};

describe('V1Signer', () => {
  it('sends the parameters of the SendSms vector, with a nonce and a signature of its own', () => {
    const vector = V1_VECTORS.find(({ name }) => name.startsWith('v1-02'));
    const { secretKey = '', params = {} } = vector?.input ?? {};
    const signed = new V1Signer('HmacSHA256').sign(CALL, {
      secretId: vector?.secretId ?? '',
      secretKey,
    });
    const sent = Object.fromEntries(new URLSearchParams(signed.body));
    expect(Number(sent['Nonce'])).toBeGreaterThan(0);
    expect(sent).toStrictEqual({
      ...Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)])),
      Nonce: expect.stringMatching(/^\d+$/),
      Signature: expectedSignature(signed, CALL, 'HmacSHA256', secretKey),
    });
  });

  it('gives the very signature of the vector once its nonce is put in', () => {
    const vector = V1_VECTORS.find(({ name }) => name.startsWith('v1-02'));
    const { secretKey = '' } = vector?.input ?? {};
    const credentials = { secretId: vector?.secretId ?? '', secretKey };
    const { body } = new V1Signer('HmacSHA256').sign(CALL, credentials);
    const withNonce = body.replace(/Nonce=\d+/, 'Nonce=11886');
    expect(
      expectedSignature({ body: withNonce, queryString: '' }, CALL, 'HmacSHA256', secretKey),
    ).toBe(vector?.signature);
  });

  it.each([
    ['POST', 'HmacSHA1'],
    ['POST', 'HmacSHA256'],
    ['GET', 'HmacSHA1'],
    ['GET', 'HmacSHA256'],
  ] as const)('signs what it encodes: %s, %s', (method, signatureMethod) => {
    const signer = new V1Signer(signatureMethod);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.string()), (SignName, values) => {
        const call = { ...CALL, method, params: { SignName, TemplateParamSet: values } };
        const signed = signer.sign(call, CREDENTIALS);
        const sent = new URLSearchParams(method === 'POST' ? signed.body : signed.queryString);
        expect(sent.get('Signature')).toBe(
          expectedSignature(signed, call, signatureMethod, CREDENTIALS.secretKey),
        );
        expect(sent.get('SignatureMethod')).toBe(signatureMethod);
        expect(method === 'POST' ? signed.queryString : signed.body).toBe('');
      }),
    );
  });

  it('names the content type in its only header', () => {
    expect(new V1Signer('HmacSHA1').sign(CALL, CREDENTIALS).headers).toStrictEqual({
      'Content-Type': 'application/x-www-form-urlencoded',
    });
  });

  it('signs token and language like every other parameter, and leaves them out when absent', () => {
    const signer = new V1Signer('HmacSHA256');
    const call = { ...CALL, language: 'en-US' as const };
    const signed = signer.sign(call, { ...CREDENTIALS, token: 'EXAMPLETOKEN' });
    const sent = new URLSearchParams(signed.body);
    expect(sent.get('Token')).toBe('EXAMPLETOKEN');
    expect(sent.get('Language')).toBe('en-US');
    expect(sent.get('Signature')).toBe(expectedSignature(signed, call, 'HmacSHA256', 'EXAMPLE'));
    expect(signer.sign(CALL, CREDENTIALS).body).not.toMatch(/Token=|Language=/);
  });

  it('takes a new nonce for every call', () => {
    const signer = new V1Signer('HmacSHA1');
    const nonces = Array.from({ length: 50 }, () =>
      new URLSearchParams(signer.sign(CALL, CREDENTIALS).body).get('Nonce'),
    );
    // One repetition among fifty of two billion would be a wonder, two are a fault.
    expect(new Set(nonces).size).toBeGreaterThan(48);
  });

  it('puts the secret key nowhere', () => {
    const signed = new V1Signer('HmacSHA1').sign(CALL, {
      secretId: 'AKIDEXAMPLE',
      secretKey: 'top-secret',
    });
    expect(JSON.stringify(signed)).not.toContain('top-secret');
  });
});

/** What a server would compute: it decodes what it received, and signs that again. */
function expectedSignature(
  signed: Pick<SmsSignedCall, 'body' | 'queryString'>,
  { method, host }: Pick<SmsCall, 'method' | 'host'>,
  signatureMethod: SmsV1SignatureMethod,
  secretKey: string,
): string {
  const received = new URLSearchParams(method === 'POST' ? signed.body : signed.queryString);
  received.delete('Signature');
  const params = Object.fromEntries(received);
  return signV1({ method, host, signatureMethod, secretKey, params }).signature;
}
