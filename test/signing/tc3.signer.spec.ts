import { describe, expect, it } from '@jest/globals';
import type { SmsCall } from '../../lib/signing/signer.js';
import { Tc3Signer } from '../../lib/signing/tc3.signer.js';
import { signTc3 } from '../../lib/signing/tc3-signature.js';
import { TC3_VECTORS } from './tc3-vectors.fixture.js';

const CREDENTIALS = { secretId: 'AKIDEXAMPLE', secretKey: 'EXAMPLE' };
const CALL: SmsCall = {
  method: 'GET',
  host: '127.0.0.1:8080',
  action: 'SendSms',
  version: '2021-01-11',
  region: 'ap-guangzhou',
  timestamp: 1_767_225_600,
  params: { PhoneNumberSet: ['+8613711112222'], SignName: '腾讯云', TemplateParamSet: ['a b'] },
};

describe('Tc3Signer', () => {
  const produced = TC3_VECTORS.flatMap(({ call, ...vector }) =>
    call === undefined ? [] : [{ ...vector, call }],
  );

  it.each(produced)('sends exactly the bytes and headers of $name', (vector) => {
    const { method, host, action, timestamp, secretId, secretKey, body } = vector.input;
    const { token, ...call } = vector.call;
    expect(
      new Tc3Signer().sign(
        { method, host, action, timestamp, ...call },
        { secretId, secretKey, token },
      ),
    ).toStrictEqual({
      headers: { ...vector.sentHeaders, Authorization: vector.authorization },
      queryString: '',
      body,
    });
  });

  it('sends a GET as a form type with the very query string that it signed', () => {
    const signed = new Tc3Signer().sign(CALL, CREDENTIALS);
    expect(signed.queryString).toBe(
      'PhoneNumberSet.0=%2B8613711112222&SignName=%E8%85%BE%E8%AE%AF%E4%BA%91&TemplateParamSet.0=a%20b',
    );
    expect(signed.body).toBe('');
    expect(signed.headers['Content-Type']).toBe('application/x-www-form-urlencoded');
    expect(signed.headers['Authorization']).toBe(
      signTc3({
        ...CALL,
        ...CREDENTIALS,
        contentType: 'application/x-www-form-urlencoded',
        queryString: signed.queryString,
      }).authorization,
    );
  });

  it('signs for the service sms and the host with its port, whatever the host is', () => {
    const { headers, body } = new Tc3Signer().sign({ ...CALL, method: 'POST' }, CREDENTIALS);
    expect(headers['Authorization']).toMatch(
      /^TC3-HMAC-SHA256 Credential=AKIDEXAMPLE\/2026-01-01\/sms\/tc3_request, /,
    );
    expect(headers['Authorization']).toBe(
      signTc3({ ...CALL, ...CREDENTIALS, method: 'POST', contentType: 'application/json', body })
        .authorization,
    );
  });

  it('sends no token and no language when there are none', () => {
    const { headers } = new Tc3Signer().sign(CALL, { ...CREDENTIALS, token: undefined });
    expect(Object.keys(headers)).toStrictEqual([
      'Content-Type',
      'Authorization',
      'X-TC-Action',
      'X-TC-Version',
      'X-TC-Region',
      'X-TC-Timestamp',
    ]);
  });

  it('puts the secret key nowhere', () => {
    const signed = new Tc3Signer().sign(CALL, { secretId: 'AKIDEXAMPLE', secretKey: 'top-secret' });
    expect(JSON.stringify(signed)).not.toContain('top-secret');
  });
});
