import { AxiosError, AxiosHeaders, create } from 'axios';
import type { AxiosAdapter, InternalAxiosRequestConfig } from 'axios';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { SmsError, SmsModuleOptions } from 'nestjs-tencentcloud-sms';
import { EverythingShown } from '../package/everything-shown.js';
import { startSms } from '../support/sms-test-case.js';
import type { SmsTestCase } from '../support/sms-test-case.js';

const CREDENTIALS = {
  secretId: 'AKIDcanarysecretid4mK5wX6yZ7',
  secretKey: 'canaryKey7c2b9d4e1f6a8g3h5j0k1m2',
  token: 'canaryToken5f3e8d2c7b1a9z4y6x0w3v8u2t7',
};
const CANARIES = [...Object.values(CREDENTIALS), '13711112222', '042137'];
const SEND = {
  PhoneNumberSet: ['+8613711112222'],
  TemplateId: '449739',
  TemplateParamSet: ['042137'],
};

/** What a foreign client throws: a message, a code, and all of its input. */
function failureWith(given: unknown): Error {
  const cause = Object.assign(new Error(`socket of ${JSON.stringify(given)}`), { given });
  const words = `It failed with ${JSON.stringify(given)}`;
  const failure = Object.assign(new RangeError(words, { cause }), { code: 'E_MINE', given });
  return failure;
}

function throwing(config: InternalAxiosRequestConfig): never {
  throw new AxiosError(`It failed with ${String(config.data)}`, 'E_MINE', {
    ...config,
    headers: AxiosHeaders.from(config.headers),
  });
}

const adapter: AxiosAdapter = async (config) => Promise.resolve(throwing(config));

function intercepted() {
  const instance = create();
  instance.interceptors.request.use(throwing);
  return instance;
}

const FAILING: [string, Partial<SmsModuleOptions>, string][] = [
  [
    'transport',
    { transport: { send: async (request) => Promise.reject(failureWith(request)) } },
    'SmsTransportError',
  ],
  [
    'signer',
    {
      signer: {
        sign: (call, credentials) => {
          throw failureWith({ call, credentials });
        },
      },
    },
    'SmsError',
  ],
  [
    'credentials provider',
    { credentials: async () => Promise.reject(failureWith(CREDENTIALS)) },
    'SmsCredentialsError',
  ],
];

/** Where an error shows what it must not. */
function find(error: unknown): string[] {
  const shown = new EverythingShown();
  shown.add('error', error);
  return shown.find(CANARIES, { inData: true });
}

describe('the cause of an error from foreign code', () => {
  let started: SmsTestCase;

  afterEach(async () => {
    await started.module.close();
  });

  async function failWith(more: Partial<SmsModuleOptions>): Promise<SmsError> {
    started = await startSms({ credentials: CREDENTIALS, retry: false, ...more });
    const nothing = { name: 'nothing' } as SmsError;
    return started.sms.sendSms(SEND).then(
      () => nothing,
      (reason: SmsError) => reason,
    );
  }

  it('may be something that can not be read', async () => {
    const hostile = Object.defineProperty(new Error('mine'), 'code', {
      get: () => {
        throw new Error('mine, too');
      },
    });
    const error = await failWith({ transport: { send: async () => Promise.reject(hostile) } });
    expect(error).toMatchObject({
      name: 'SmsTransportError',
      cause: { message: 'no reason given' },
    });
  });

  it.each(FAILING)('of %s is kept without its input', async (_, more, name) => {
    const error = await failWith(more);
    expect(error.name).toBe(name);
    expect(find(error)).toEqual([]);
    const { cause } = error as { cause?: Error };
    expect(cause).toMatchObject({
      name: 'RangeError',
      code: 'E_MINE',
      message: expect.stringMatching(/^It failed with \{/),
      cause: { name: 'Error', message: expect.stringMatching(/^socket of \{/) },
    });
    expect(cause?.stack).toMatch(/^RangeError: It failed with [^]*\n {4}at failureWith/);
  });

  it.each([
    ['adapter', { http: { adapter } }],
    ['interceptor', { http: intercepted() }],
  ] as [string, Partial<SmsModuleOptions>][])(
    'of %s of axios is kept without its input',
    async (_, more) => {
      const error = await failWith(more);
      expect(error.name).toBe('SmsTransportError');
      expect(error.message).toContain('It failed with');
      expect(find(error)).toEqual([]);
    },
  );

  it.each([
    ['042137 is text', 'Error: **** is text'],
    [undefined, 'Error: no reason given'],
    [{ secret: CREDENTIALS.secretKey }, 'Error: no reason given'],
  ])('may be thrown as %j', async (thrown, said) => {
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- people do
    const error = await failWith({ transport: { send: async () => Promise.reject(thrown) } });
    expect(find(error)).toEqual([]);
    expect(String(error.cause)).toBe(said);
  });
});
