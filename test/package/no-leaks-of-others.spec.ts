import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { Test } from '@nestjs/testing';
import axios from 'axios';
import type { AxiosInstance } from 'axios';
import {
  SmsModule,
  SmsService,
  assumeRoleCredentials,
  chainCredentials,
} from 'nestjs-tencentcloud-sms';
import type { SmsHttpRequest, SmsModuleOptions, SmsTransport } from 'nestjs-tencentcloud-sms';
import { smsConfig } from 'nestjs-tencentcloud-sms/config';
import { SmsEmulator, SmsTestKit, SmsTestingModule } from 'nestjs-tencentcloud-sms/testing';
import { startSms } from '../support/sms-test-case.js';
import { CODE, CREDENTIALS, LoginCode, PERSONAL, PHONE, SECRETS, params } from './canaries.js';
import { EverythingShown } from './everything-shown.js';

/** What a foreign vault, signer or transport throws: it repeats all of its input. */
function blab(given: unknown): Error {
  const { secretKey, token } = CREDENTIALS;
  return Object.assign(new Error(`no luck with ${secretKey} and ${token} for ${PHONE}, ${CODE}`), {
    name: 'VaultError',
    code: 'EVAULT',
    given,
    config: { headers: { Authorization: token }, data: JSON.stringify(given) },
  });
}

function failingWith(toError: (request: SmsHttpRequest) => unknown): SmsTransport {
  return {
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- others do
    send: async (request) => Promise.reject(toError(request)),
    probe: async () => Promise.reject(blab(CREDENTIALS)),
  };
}

function answering(members: (request: SmsHttpRequest) => object): SmsTransport {
  return {
    send: async (request) =>
      Promise.resolve({
        status: 200,
        headers: {},
        body: JSON.stringify({ Response: { RequestId: 'r', ...members(request) } }),
      }),
  };
}

function instance(change: (made: AxiosInstance) => void): AxiosInstance {
  const made = axios.create({ headers: { common: { 'X-Secret': CREDENTIALS.token } } });
  change(made);
  return made;
}

const all = `${SECRETS.join(' ')} ${PHONE} ${CODE}`;
const numberIn = ({ body }: SmsHttpRequest) =>
  (JSON.parse(body) as { PhoneNumberSet: string[] }).PhoneNumberSet[0];

/** What others wrote, and does with what it is given what it should not. */
const OTHERS: Record<string, Partial<SmsModuleOptions>> = {
  'a provider that tells too much': {
    credentials: () => {
      throw blab(CREDENTIALS);
    },
  },
  'a provider that throws a key': {
    credentials: () => {
      // oxlint-disable-next-line typescript/only-throw-error -- others do
      throw CREDENTIALS.secretKey;
    },
  },
  'a provider that fails in axios': {
    credentials: async () =>
      axios.get('http://127.0.0.1:1/', {
        headers: { 'X-Vault-Token': CREDENTIALS.token },
        proxy: false,
      }),
  },
  'a chain of such providers': {
    credentials: chainCredentials(() => {
      throw blab(CREDENTIALS);
    }),
  },
  'a role whose source tells too much': {
    credentials: assumeRoleCredentials({
      roleArn: 'qcs::cam::uin/1:roleName/x',
      source: () => {
        throw blab(CREDENTIALS);
      },
    }),
  },
  'a signer that tells too much': {
    signer: {
      sign: (call, credentials) => {
        throw blab({ call, credentials });
      },
    },
  },
  'a transport that tells too much': { transport: failingWith(blab) },
  'a transport with several failures': {
    transport: failingWith(
      (request) => new AggregateError([blab(request)], all, { cause: blab(request) }),
    ),
  },
  'a transport that is axios': {
    transport: {
      send: async ({ body, headers }) =>
        axios.post('http://127.0.0.1:1/', body, { headers, proxy: false }),
    },
  },
  'a transport whose status is none': {
    transport: {
      send: async ({ body }) => Promise.resolve({ status: body as never, headers: {}, body }),
    },
  },
  'an instance with an adapter that tells too much': {
    http: instance((made) => {
      made.defaults.adapter = async (config) => Promise.reject(blab(config));
    }),
  },
  'an instance with an interceptor that throws': {
    http: instance((made) => {
      made.interceptors.request.use((config) => {
        throw blab(config);
      });
    }),
  },
  'a refusal whose code and id repeat the values': {
    transport: answering(() => ({ Error: { Code: `Limit.${all}`, Message: '' }, RequestId: all })),
  },
  'a refusal whose code is a key': {
    transport: answering(() => ({ Error: { Code: CREDENTIALS.secretId, Message: '' } })),
  },
  'a number whose code repeats the values': {
    transport: answering((request) => ({
      SendStatusSet: [{ PhoneNumber: numberIn(request), Code: `Limit.${all}`, Message: all }],
      RequestId: all,
    })),
  },
};

describe('nothing confidential comes out because of foreign code', () => {
  let shown: EverythingShown;
  let close: (() => Promise<void>) | undefined;

  beforeEach(() => {
    shown = new EverythingShown();
  });

  afterEach(async () => {
    await close?.();
    close = undefined;
  });

  async function start(more: Partial<SmsModuleOptions>): Promise<SmsService> {
    const { module, sms } = await startSms({
      credentials: CREDENTIALS,
      retry: false,
      ...more,
    });
    module.useLogger(
      Object.fromEntries(
        ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'].map((level) => [
          level,
          (...said: unknown[]) => {
            shown.add(`log ${level}`, said);
          },
        ]),
      ) as never,
    );
    close = async () => module.close();
    return sms;
  }

  function expectClean(): void {
    expect(shown.find(SECRETS, { inData: true })).toEqual([]);
    expect(shown.find(PERSONAL, { inData: false })).toEqual([]);
  }

  it.each(Object.entries(OTHERS))('after %s', async (what, more) => {
    const sms = await start(more);
    const calls: Record<string, () => Promise<unknown>> = {
      send: async () => sms.send(LoginCode, { to: PHONE, params }),
      raw: async () =>
        sms.sendSms({ PhoneNumberSet: [PHONE], TemplateId: '1', TemplateParamSet: [CODE] }),
      probe: async () => sms.probe(100),
    };
    for (const [name, call] of Object.entries(calls)) {
      // oxlint-disable-next-line no-await-in-loop -- one call after the other
      const error: unknown = await call().then(
        () => undefined,
        (reason: unknown) => reason,
      );
      shown.add(`${name} after ${what}`, error);
    }
    shown.addOutcome('outcome', await sms.trySend(LoginCode, { to: PHONE, params }));
    shown.add('service', sms);
    expect(shown.count(/^send .*stack/)).toBeGreaterThan(0);
    expectClean();
  });

  it('leaves of a cause what helps: its name, its code, where it was thrown', async () => {
    const sms = await start({
      credentials: () => {
        throw blab(CREDENTIALS);
      },
    });
    const asked = sms.pullSmsSendStatus({ Limit: 1 });
    const { cause } = (await asked.catch((error: unknown) => error)) as Error;
    expect(cause).toMatchObject({ name: 'VaultError', code: 'EVAULT' });
    expect((cause as Error).message).toContain('no luck with ****');
    expect((cause as Error).stack).toContain('no-leaks-of-others.spec');
  });

  it('in arguments that are no good', async () => {
    const sms = await start({ endpoint: 'http://127.0.0.1:1' });
    for (const value of [
      Number(`13711112222`),
      8613711112222n,
      Symbol(CODE),
      [PHONE],
      { [PHONE]: CODE },
    ]) {
      for (const member of ['sessionContext', 'extendCode', 'senderId', 'signName', 'to']) {
        const input = { to: PHONE, params, [member]: value };
        // oxlint-disable-next-line no-await-in-loop -- one call after the other
        const error: unknown = await sms
          .send(LoginCode, input as never)
          .catch((reason: unknown) => reason);
        expect(error).toMatchObject({ code: 'SMS_PARAMETER_INVALID' });
        shown.add(`send with a bad ${member}`, error);
      }
      // oxlint-disable-next-line no-await-in-loop -- one call after the other
      const many = await sms.sendMany(LoginCode, { to: [value as never], params });
      shown.addOutcome('outcomes of sendMany', many);
      // oxlint-disable-next-line no-await-in-loop -- one call after the other
      const raw: unknown = await sms
        .sendSms({ [PHONE]: value } as never)
        .catch((reason: unknown) => reason);
      shown.add('raw call with a bad member', raw);
    }
    expectClean();
  });

  it('in the rows of a run, and in the labels of its outcomes', async () => {
    const sms = await start({ endpoint: 'http://127.0.0.1:1' });
    const each = sms.sendEach(LoginCode, [
      { to: PHONE, params, ref: `${PHONE} ${CODE}`, signName: `${PHONE} ${CODE}` },
      { to: PHONE, params, ref: { phone: PHONE, code: CODE } as never },
      { to: PHONE, params, ref: Number('8613711112222') as never },
      { to: PHONE, params, ...({ [PHONE]: CODE, [CODE]: PHONE } as object) },
      { to: PHONE, params, ref: 'order-7' },
    ]);
    shown.add('run, before', each);
    const refs: unknown[] = [];
    for await (const outcome of each) {
      refs.push(outcome.ref);
      shown.addOutcome('outcome', outcome);
    }
    shown.add('run, after', each);
    expect(refs).toEqual([`${PHONE} ${CODE}`, undefined, undefined, undefined, 'order-7']);
    expect(shown.textsOf(/^outcome, inspected/).at(-1)).toContain("ref: 'order-7'");
    expectClean();
  });

  it('in what the environment was read into', async () => {
    const before = { ...process.env };
    process.env = {
      ...before,
      TENCENTCLOUD_SECRET_ID: CREDENTIALS.secretId,
      TENCENTCLOUD_SECRET_KEY: CREDENTIALS.secretKey,
      TENCENTCLOUD_SESSION_TOKEN: CREDENTIALS.token,
      SMS_SDK_APP_ID: '1400006666',
    };
    try {
      const module = await Test.createTestingModule({
        imports: [
          ConfigModule.forRoot({ load: [smsConfig], ignoreEnvFile: true }),
          SmsModule.forRootAsync(smsConfig.asProvider()),
        ],
      }).compile();
      close = async () => module.close();
      const config = module.get(ConfigService);
      expect(config.get('sms')).toMatchObject({ credentials: CREDENTIALS });
      shown.addMasked('options', smsConfig());
      shown.addMasked('ConfigService', config);
    } finally {
      process.env = before;
    }
    expectClean();
  });

  it('in an emulator or a testing kit that is printed', async () => {
    const emulator = await SmsEmulator.start({ secretKey: CREDENTIALS.secretKey });
    try {
      const sms = await start({ endpoint: emulator.url });
      await sms.send(LoginCode, { to: PHONE, params });
      shown.addMasked('emulator', emulator);
    } finally {
      await emulator.stop();
    }
    const module = await Test.createTestingModule({
      imports: [SmsTestingModule.forTest()],
    }).compile();
    const kit = module.get(SmsTestKit);
    await module.get(SmsService).send(LoginCode, { to: PHONE, params });
    const { transport, inbox, clock } = kit;
    const printed = { kit, transport, inbox, clock, sms: module.get(SmsService) };
    for (const [name, value] of Object.entries(printed)) {
      shown.addMasked(name, value);
    }
    expect(inspect(emulator)).toBe(`SmsEmulator { url: '${emulator.url}' }`);
    await module.close();
    expectClean();
  });
});
