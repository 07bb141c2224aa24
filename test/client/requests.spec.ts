import { EventEmitter, once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { signTc3, signV1 } from 'nestjs-tencentcloud-sms';
import type { SmsAction, SmsModuleOptions, SmsService, SmsSigner } from 'nestjs-tencentcloud-sms';
import { RawServer, answering } from '../support/raw-server.js';
import { CREDENTIALS, startSms } from '../support/sms-test-case.js';
import type { SmsTestCase } from '../support/sms-test-case.js';

const SENT = { SendStatusSet: [] };
const TEXT = {
  PhoneNumberSet: ['+8613711112222'],
  SignName: '腾讯云',
  TemplateId: '449739',
  TemplateParamSet: ['042137', '5'],
  SessionContext: "a b&c=d!*'()",
};

describe('a request on the wire', () => {
  let server: RawServer;
  let started: SmsTestCase | undefined;

  beforeEach(async () => {
    server = await RawServer.start(answering(SENT));
  });

  afterEach(async () => {
    await started?.module.close();
    await server.stop();
  });

  async function sms(more: Partial<SmsModuleOptions> = {}): Promise<SmsService> {
    started = await startSms({ endpoint: server.url, ...more });
    return started.sms;
  }

  it.each([
    ['left out', undefined, '腾讯云'],
    ['null', null, '腾讯云'],
    ['its own', '另一个', '另一个'],
    ['empty, which asks for none', '', ''],
  ])(
    'carries the signature of the module where its own is left out: %s',
    async (_what, given, sent) => {
      const params = { ...TEXT, SignName: given as string };
      const service = await sms();
      await service.sendSms(params);
      await service.request('SendSms', params);
      expect(server.requests.map(({ body }) => JSON.parse(body) as object)).toEqual([
        expect.objectContaining({ SignName: sent }),
        expect.objectContaining({ SignName: sent }),
      ]);
      expect(params).toEqual({ ...TEXT, SignName: given });
    },
  );

  it('has no signature where there is none in the module, and none in an action without one', async () => {
    const service = await sms({ signName: undefined });
    const { SignName: _, ...unsigned } = TEXT;
    await service.sendSms(unsigned);
    await started?.module.close();
    await (await sms()).pullSmsSendStatus({ Limit: 1 }).catch(() => undefined);
    for (const { body } of server.requests) {
      expect(JSON.parse(body)).not.toHaveProperty('SignName');
    }
    expect(server.requests).toHaveLength(2);
  });

  it('is a POST of JSON, signed with TC3 for the host as sent, port and all', async () => {
    await (await sms({ language: 'en-US' })).sendSms(TEXT);
    const [request] = server.requests;
    expect(JSON.parse(request?.body ?? '')).toEqual({ ...TEXT, SmsSdkAppId: '1400006666' });
    expect(request).toMatchObject({
      method: 'POST',
      target: '/',
      headers: {
        host: `127.0.0.1:${server.port}`,
        'content-type': 'application/json',
        'x-tc-action': 'SendSms',
        'x-tc-version': '2021-01-11',
        'x-tc-region': 'ap-guangzhou',
        'x-tc-language': 'en-US',
      },
    });
    expect(request?.headers).not.toHaveProperty('x-tc-token');
    const timestamp = Number(request?.headers['x-tc-timestamp']);
    expect(Math.abs(timestamp - Date.now() / 1000)).toBeLessThan(60);
    const { authorization } = signTc3({
      method: 'POST',
      host: `127.0.0.1:${server.port}`,
      action: 'SendSms',
      timestamp,
      ...CREDENTIALS,
      contentType: 'application/json',
      body: request?.body ?? '',
    });
    expect(request?.headers['authorization']).toBe(authorization);
  });

  it('is a GET with a flattened query string when asked for', async () => {
    await (await sms({ method: 'GET' })).sendSms(TEXT);
    const [request] = server.requests;
    expect(request).toMatchObject({ method: 'GET', body: '' });
    const query = request?.target.slice('/?'.length) ?? '';
    expect(query).toContain('PhoneNumberSet.0=%2B8613711112222');
    expect(query).toContain('SessionContext=a%20b%26c%3Dd%21%2A%27%28%29');
    expect(query).toContain('TemplateParamSet.1=5');
    const { authorization } = signTc3({
      method: 'GET',
      host: `127.0.0.1:${server.port}`,
      action: 'SendSms',
      timestamp: Number(request?.headers['x-tc-timestamp']),
      ...CREDENTIALS,
      contentType: 'application/x-www-form-urlencoded',
      queryString: query,
    });
    expect(request?.headers['authorization']).toBe(authorization);
  });

  it.each([
    ['HmacSHA256', 'POST'],
    ['HmacSHA256', 'GET'],
    ['HmacSHA1', 'POST'],
    ['HmacSHA1', 'GET'],
  ] as const)('is a form signed with %s by %s when asked for', async (signMethod, method) => {
    const credentials = { ...CREDENTIALS, token: 'canary/token+0003==' };
    await (await sms({ signMethod, method, credentials, language: 'zh-CN' })).sendSms(TEXT);
    const [request] = server.requests;
    const text = method === 'POST' ? request?.body : request?.target.slice('/?'.length);
    const { Signature, ...params } = Object.fromEntries(new URLSearchParams(text));
    expect(params).toMatchObject({
      Action: 'SendSms',
      Version: '2021-01-11',
      Region: 'ap-guangzhou',
      Language: 'zh-CN',
      SecretId: CREDENTIALS.secretId,
      Token: credentials.token,
      SignatureMethod: signMethod,
      'PhoneNumberSet.0': '+8613711112222',
      SessionContext: TEXT.SessionContext,
    });
    const expected = signV1({
      method,
      host: `127.0.0.1:${server.port}`,
      signatureMethod: signMethod,
      secretKey: CREDENTIALS.secretKey,
      params,
    });
    expect(Signature).toBe(expected.signature);
    expect(request?.headers).not.toHaveProperty('authorization');
  });

  it('carries the token of temporary credentials, asked for anew with each request', async () => {
    let asked = 0;
    const service = await sms({
      credentials: async () => {
        asked += 1;
        return Promise.resolve({ ...CREDENTIALS, token: `token-${asked}` });
      },
    });
    await service.sendSms(TEXT);
    await service.sendSms(TEXT);
    expect(server.requests.map(({ headers }) => headers['x-tc-token'])).toEqual([
      'token-1',
      'token-2',
    ]);
  });

  it('takes the SdkAppId of the call before the one of the account', async () => {
    const service = await sms();
    await service.sendSms({ ...TEXT, SmsSdkAppId: '1400009999' });
    expect(JSON.parse(server.requests[0]?.body ?? '')).toMatchObject({
      SmsSdkAppId: '1400009999',
    });
  });

  it('leaves out what is null or undefined, and never writes to what it was given', async () => {
    const given = Object.freeze({ ...TEXT, SenderId: undefined, ExtendCode: null });
    await (await sms()).request('SendSms', given as never);
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({
      ...TEXT,
      SmsSdkAppId: '1400006666',
    });
  });

  it('passes on members that a newer API may know', async () => {
    await (await sms()).request('SendSms', { ...TEXT, Brandnew: { deep: [1] } } as never);
    expect(JSON.parse(server.requests[0]?.body ?? '')).toMatchObject({ Brandnew: { deep: [1] } });
  });

  const circular: Record<string, unknown> = {};
  circular['self'] = circular;
  it.each([
    ['nothing', undefined, 'parameters must be an object'],
    ['a list', [], 'parameters must be an object'],
    ['a missing member', { ...TEXT, TemplateId: undefined }, 'SendSms: TemplateId is missing'],
    [
      'a single number',
      { ...TEXT, PhoneNumberSet: '+8613711112222' },
      'PhoneNumberSet must be a list',
    ],
    [
      'a code as number',
      { ...TEXT, TemplateParamSet: [42137] },
      'TemplateParamSet must be a list of texts',
    ],
    ['a cycle', { ...TEXT, Brandnew: circular }, "Brandnew can't be written as JSON"],
    ['a bigint', { ...TEXT, Brandnew: 1n }, "Brandnew can't be written as JSON"],
  ])('is never made of %s', async (_, params, sentence) => {
    const sent = (await sms()).request('SendSms', params as never);
    await expect(sent).rejects.toMatchObject({
      name: 'SmsValidationError',
      code: 'SMS_PARAMETER_INVALID',
      message: expect.stringContaining(sentence),
    });
    await expect(sent).rejects.not.toMatchObject({
      message: expect.stringMatching(/42137|13711112222/),
    });
    expect(server.requests).toHaveLength(0);
  });

  it('names the member of a nested item', async () => {
    const service = await sms();
    await expect(
      service.sendMultiGlobalSms({
        MultiSmsInfoSet: [
          { PhoneNumber: '+14155550100', TemplateId: '1' },
          { PhoneNumber: '+14155550101', TemplateId: 2 as never },
        ],
      }),
    ).rejects.toMatchObject({
      issues: [
        {
          field: 'MultiSmsInfoSet[1].TemplateId',
          message: 'SendMultiGlobalSms: MultiSmsInfoSet[1].TemplateId must be text.',
        },
      ],
    });
  });

  it('refuses an action that does not exist', async () => {
    const action: string = 'constructor';
    await expect((await sms()).request(action as SmsAction, TEXT)).rejects.toMatchObject({
      name: 'SmsValidationError',
      message: expect.stringContaining('no such action'),
    });
  });

  it.each([
    ['GET', 'TC3-HMAC-SHA256', 32],
    ['POST', 'HmacSHA256', 1024],
    ['POST', 'TC3-HMAC-SHA256', 10_240],
  ] as const)('by %s with %s holds at most %i KB', async (method, signMethod, kilobytes) => {
    const service = await sms({ method, signMethod });
    await expect(
      service.sendSms({ ...TEXT, SessionContext: 'x'.repeat(kilobytes * 1024) }),
    ).rejects.toMatchObject({
      name: 'SmsValidationError',
      message: expect.stringContaining(`at most ${kilobytes} KB`),
    });
    await service.sendSms({ ...TEXT, SessionContext: 'x'.repeat((kilobytes - 2) * 1024) });
    expect(server.requests).toHaveLength(1);
  });

  it.each([0, -1, 1.5, Number.NaN, 2 ** 31, '5'])('refuses a time-out of %p', async (timeoutMs) => {
    await expect(
      (await sms()).sendSms(TEXT, { timeoutMs: timeoutMs as number }),
    ).rejects.toMatchObject({ message: expect.stringContaining('timeoutMs') });
  });

  it('ends with the caller’s signal while the credentials are still on their way', async () => {
    const abort = new AbortController();
    const service = await sms({
      credentials: async () => {
        abort.abort();
        return new Promise(() => undefined);
      },
    });
    await expect(service.sendSms(TEXT, { signal: abort.signal })).rejects.toMatchObject({
      name: 'SmsAbortError',
      phase: 'connect',
      maybeSent: false,
    });
    expect(server.requests).toHaveLength(0);
  });

  it('is not made when the credentials come too late, while other calls go on waiting for them', async () => {
    const vault = new EventEmitter();
    const coming = once(vault, 'open').then(() => CREDENTIALS);
    const service = await sms({ credentials: async () => coming });
    const patient = service.sendSms(TEXT);
    await expect(service.sendSms(TEXT, { timeoutMs: 50 })).rejects.toMatchObject({
      name: 'SmsCredentialsError',
      retryable: true,
      message: 'The credentials provider gave nothing within 50 ms.',
    });
    vault.emit('open');
    await patient;
    expect(server.requests).toHaveLength(1);
  });

  it.each<[string, SmsSigner['sign'], string]>([
    ['never ends', async () => new Promise(() => undefined), 'gave nothing within 50 ms'],
    ['gives nothing', () => undefined as never, 'gave no signed call'],
    ['gives half of it', () => ({ headers: {} }) as never, 'gave no signed call'],
    ['throws', () => Promise.reject(new Error('kms sealed')), 'failed'],
  ])('is not made when the signer %s', async (_, sign, what) => {
    const service = await sms({ signer: { sign } });
    await expect(service.sendSms(TEXT, { timeoutMs: 50 })).rejects.toMatchObject({
      code: 'SMS_SIGNING_FAILED',
      message: `SendSms: the signer ${what}, so nothing was sent.`,
    });
    expect(server.requests).toHaveLength(0);
  });

  it('ends with the caller’s signal while it is being signed', async () => {
    const abort = new AbortController();
    const sign = async () => {
      abort.abort();
      return new Promise<never>(() => undefined);
    };
    const service = await sms({ signer: { sign } });
    await expect(service.sendSms(TEXT, { signal: abort.signal })).rejects.toMatchObject({
      name: 'SmsAbortError',
      maybeSent: false,
    });
  });

  it.each([undefined, null])(
    'reads the answer of a transport that gives %j for headers',
    async (headers) => {
      const refused = JSON.stringify({
        Response: { Error: { Code: 'AuthFailure.SignatureExpire', Message: '' }, RequestId: 'r' },
      });
      const accepted = JSON.stringify({ Response: { SendStatusSet: [], RequestId: 'r' } });
      const bodies = [accepted, refused];
      const service = await sms({
        transport: {
          send: async () =>
            Promise.resolve({ status: 200, headers, body: bodies.shift() } as never),
        },
      });
      expect(await service.sendSms(TEXT)).toMatchObject({ SendStatusSet: [] });
      await expect(service.sendSms(TEXT)).rejects.toMatchObject({
        code: 'AuthFailure.SignatureExpire',
      });
    },
  );

  it.each([undefined, null, {}, { status: 200 }, { body: '{}' }])(
    'may have been sent when a custom transport returns %j',
    async (answer) => {
      const service = await sms({
        transport: { send: async () => Promise.resolve(answer as never) },
      });
      await expect(service.sendSms(TEXT)).rejects.toMatchObject({
        name: 'SmsTransportError',
        maybeSent: true,
        message: 'The transport gave no answer with status and body.',
      });
    },
  );

  it.each([
    [
      'throws',
      () => {
        throw new Error('vault sealed');
      },
    ],
    ['gives nothing', () => undefined],
    [
      'gives what can not be read',
      () => ({
        get secretId(): string {
          throw new Error('vault sealed');
        },
      }),
    ],
    ['gives a blank key', () => ({ ...CREDENTIALS, secretKey: ' ' })],
    ['gives a padded id', () => ({ ...CREDENTIALS, secretId: ` ${CREDENTIALS.secretId}` })],
  ])('is not made when the credentials provider %s', async (_, credentials) => {
    const service = await sms({ credentials: credentials as never });
    await expect(service.sendSms(TEXT)).rejects.toMatchObject({ name: 'SmsCredentialsError' });
    expect(server.requests).toHaveLength(0);
  });
});
