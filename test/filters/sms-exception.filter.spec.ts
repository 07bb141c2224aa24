import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Controller, Get, Logger, Module, Res, UseFilters } from '@nestjs/common';
import type { ArgumentsHost, INestApplication, Type } from '@nestjs/common';
import { APP_FILTER, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  SmsCredentialsError,
  SmsError,
  SmsExceptionFilter,
  SmsTimeoutError,
  SmsTransportError,
  SmsUnknownOutcomeError,
  SmsValidationError,
  describeSmsError,
} from 'nestjs-tencentcloud-sms';
import { isObservable, lastValueFrom } from 'rxjs';
import type { Observable } from 'rxjs';
import type { ServerResponse } from 'node:http';
import { toApiError } from '../../lib/errors/to-api-error.js';

const CANARIES = /13711112222|042137|canary|AKID/;

/** What the controller throws; each test sets it. */
let thrown: () => unknown;

function refuse(code: string): void {
  thrown = () =>
    toApiError('SendSms', {
      code,
      message: 'canary: +8613711112222 got 042137, signed by AKIDcanaryid0001',
      requestId: 'r-1',
    });
}

@Controller()
class PlainController {
  @Get()
  send(): never {
    throw thrown();
  }

  @Get('begun')
  begin(@Res() response: { raw?: ServerResponse } & ServerResponse): never {
    (response.raw ?? response).write('begun');
    throw thrown();
  }

  @Get('answered')
  answer(@Res() response: { raw?: ServerResponse } & ServerResponse): never {
    (response.raw ?? response).end('answered');
    throw thrown();
  }
}

@UseFilters(SmsExceptionFilter)
@Controller()
class FilteredController extends PlainController {}

function moduleOf(controller: Type, more: { providers?: [object] } = {}): Type {
  @Module({ controllers: [controller], ...more } as object)
  class App {}
  return App;
}

type Start = (adapter: ExpressAdapter | FastifyAdapter) => Promise<INestApplication>;

function hostOf(type: string, args: unknown[] = []): ArgumentsHost {
  return { getType: () => type, getArgs: () => args } as unknown as ArgumentsHost;
}

const quiet = { logger: false as const };

const WAYS: [string, Start][] = [
  [
    'global and made by hand',
    async (adapter) => {
      const app = await NestFactory.create(moduleOf(PlainController), adapter, quiet);
      return app.useGlobalFilters(new SmsExceptionFilter());
    },
  ],
  [
    'on a controller',
    async (adapter) => NestFactory.create(moduleOf(FilteredController), adapter, quiet),
  ],
  [
    'an APP_FILTER',
    async (adapter) =>
      NestFactory.create(
        moduleOf(PlainController, {
          providers: [{ provide: APP_FILTER, useClass: SmsExceptionFilter }],
        }),
        adapter,
        quiet,
      ),
  ],
];

const PLATFORMS: [string, () => ExpressAdapter | FastifyAdapter][] = [
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
];

const COMBINATIONS = PLATFORMS.flatMap(([platform, create]) =>
  WAYS.map(([way, start]): [string, string, () => Promise<INestApplication>] => [
    platform,
    way,
    async () => {
      const app = await start(create());
      // Both already say Vary: Origin then, which must stay.
      app.enableCors({ origin: ['https://app.example'] });
      await app.listen(0, '127.0.0.1');
      return app;
    },
  ]),
);

describe.each(COMBINATIONS)('SmsExceptionFilter on %s, %s', (_, __, start) => {
  let app: INestApplication;
  let url: string;
  const logged: string[] = [];

  beforeEach(async () => {
    app = await start();
    url = await app.getUrl();
    logged.length = 0;
    for (const level of ['error', 'warn', 'log', 'debug'] as const) {
      jest.spyOn(Logger.prototype, level).mockImplementation((...said: unknown[]) => {
        logged.push(JSON.stringify([level, ...said]));
      });
    }
  });

  afterEach(async () => {
    await app.close();
  });

  async function ask(
    language?: string,
    path = '/',
  ): Promise<{ status: number; headers: Headers; text: string; body: unknown }> {
    const answer = await fetch(url + path, {
      headers: language === undefined ? {} : { 'Accept-Language': language },
    });
    const text = await answer.text();
    const { status, headers } = answer;
    return { status, headers, text, body: text.startsWith('{') ? JSON.parse(text) : undefined };
  }

  it('explains to the caller what it can correct, in its language', async () => {
    refuse('LimitExceeded.PhoneNumberThirtySecondLimit');
    const { en, zh } = describeSmsError('LimitExceeded.PhoneNumberThirtySecondLimit');
    const english = await ask();
    expect(english.status).toBe(429);
    expect(english.body).toEqual({
      statusCode: 429,
      message: en,
      error: 'Too Many Requests',
      code: 'LimitExceeded.PhoneNumberThirtySecondLimit',
    });
    expect(Object.keys(english.body as object)).toEqual(['statusCode', 'message', 'error', 'code']);
    expect(english.headers.get('content-type')).toMatch(/^application\/json/);
    expect(english.headers.get('content-language')).toBe('en');
    expect(english.headers.get('vary')).toBe('Origin, Accept-Language');
    expect(english.headers.get('retry-after')).toBe('30');

    const chinese = await ask('zh-CN,zh;q=0.9,en;q=0.8');
    expect(chinese.body).toMatchObject({ statusCode: 429, message: zh });
    expect(chinese.headers.get('content-language')).toBe('zh-CN');
    expect(logged).toEqual([]);
  });

  it('hides what the operator must correct, and logs once what to do', async () => {
    refuse('AuthFailure.SignatureFailure');
    const [first] = [await ask(), await ask()];
    expect(first.status).toBe(500);
    expect(first.body).toEqual({
      statusCode: 500,
      message: 'The SMS service is not available at the moment.',
      error: 'Internal Server Error',
      code: 'SMS_UNAVAILABLE',
    });
    expect(first.headers.has('retry-after')).toBe(false);
    expect((await ask('zh')).body).toMatchObject({ message: '短信服务暂时不可用。' });
    expect(logged).toEqual([
      expect.stringContaining(
        `AuthFailure.SignatureFailure: ${describeSmsError('AuthFailure.SignatureFailure').en}`,
      ),
    ]);
    expect(logged[0]).toMatch(/^\["error"/);

    refuse('FailedOperation.InsufficientBalanceInSmsPackage');
    expect((await ask()).status).toBe(503);
    expect(logged).toHaveLength(2);
  });

  it('answers SMS_UNCONFIRMED when the message may have been sent', async () => {
    for (const [status, error] of [
      [504, new SmsTimeoutError('Too late.', 'write')],
      [502, toApiError('SendSms', { code: 'InternalError.OtherError', message: '' })],
    ] as const) {
      thrown = () => error;
      // oxlint-disable-next-line no-await-in-loop -- they share what is thrown
      const answer = await ask();
      expect(answer.status).toBe(status);
      expect(answer.body).toMatchObject({ code: 'SMS_UNCONFIRMED' });
    }
    thrown = () => new SmsTransportError('No way.', 'connect');
    expect((await ask()).body).toMatchObject({ statusCode: 502, code: 'SMS_UNAVAILABLE' });
  });

  it.each(['RequestLimitExceeded', 'LimitExceeded.PhoneNumberThirtySecondLimit'])(
    'does not ask to try again where the answer contradicts %s',
    async (code) => {
      const refusal = { code, message: '', maybeSent: true };
      const cause = toApiError('SendSms', refusal);
      for (const error of [cause, new SmsUnknownOutcomeError('+86137****2222', cause)]) {
        thrown = () => error;
        // oxlint-disable-next-line no-await-in-loop -- they share what is thrown
        const answer = await ask();
        expect(answer.status).toBe(502);
        expect(answer.body).toMatchObject({ code: 'SMS_UNCONFIRMED' });
        expect(answer.headers.has('retry-after')).toBe(false);
      }
    },
  );

  it('answers a failed check with its sentences', async () => {
    thrown = () =>
      new SmsValidationError([
        { field: 'to', message: 'to must be a phone number.' },
        { field: 'params.code', message: 'code must be digits, unlike +8613711112222.' },
      ]);
    const english = await ask();
    expect(english.body).toEqual({
      statusCode: 400,
      message: ['to must be a phone number.', expect.stringMatching(/^code must be digits/)],
      error: 'Bad Request',
      code: 'SMS_PARAMETER_INVALID',
      issues: [
        { field: 'to', message: 'to must be a phone number.' },
        { field: 'params.code', message: expect.stringMatching(/^code must be digits/) },
      ],
    });
    expect(english.headers.get('content-language')).toBe('en');
    expect(english.text).not.toMatch(CANARIES);

    const chinese = await ask('zh');
    expect(chinese.body).toMatchObject({
      message: [expect.stringMatching(/^to 不是/), expect.stringMatching(/^params\.code 不合/)],
    });
    expect(chinese.headers.get('content-language')).toBe('zh-CN');
    expect(chinese.text).not.toMatch(CANARIES);
  });

  it('keeps numbers, codes and keys out of answers and logs', async () => {
    const codes = [
      'LimitExceeded.PhoneNumberDailyLimit',
      'FailedOperation.OtherError',
      'InvalidParameterValue.13711112222',
      'InvalidParameterValue.canary 042137',
      'FailedOperation.13711112222',
      '13711112222',
      '__proto__',
      '',
    ];
    for (const code of codes) {
      refuse(code);
      // oxlint-disable-next-line no-await-in-loop -- they share what is thrown
      const { text, status } = await ask();
      expect(status).toBeGreaterThanOrEqual(400);
      expect(text).not.toMatch(CANARIES);
    }
    thrown = () => new SmsCredentialsError('No keys.', new Error('canary 042137'));
    expect((await ask()).text).not.toMatch(CANARIES);
    expect(logged.join('\n')).not.toMatch(CANARIES);
    expect(logged.length).toBeGreaterThan(2);
  });

  it.each([
    ['ends an answer that has begun, which would keep the caller waiting', '/begun', 'begun'],
    ['leaves an answer alone that was given', '/answered', 'answered'],
  ])('%s', async (_name, path, given) => {
    refuse('LimitExceeded.PhoneNumberThirtySecondLimit');
    const { status, text } = await ask('en', path);
    expect(status).toBe(200);
    expect(text).toBe(given);
    expect(logged).toEqual([expect.stringContaining('PhoneNumberThirtySecondLimit')]);
  });

  it('leaves other errors to Nest', async () => {
    thrown = () => new TypeError('not ours');
    expect((await ask()).body).toMatchObject({ statusCode: 500, message: 'Internal server error' });
  });
});

describe.each(PLATFORMS)('SmsExceptionFilter on %s', (_, create) => {
  it('answers when a middleware fails', async () => {
    @Module({})
    class App {
      configure(consumer: import('@nestjs/common').MiddlewareConsumer): void {
        consumer
          .apply(() => {
            throw thrown();
          })
          .forRoutes('*path');
      }
    }
    const app = await NestFactory.create(App, create(), quiet);
    app.useGlobalFilters(new SmsExceptionFilter());
    await app.listen(0, '127.0.0.1');
    try {
      refuse('InvalidParameterValue.IncorrectPhoneNumber');
      const answer = await fetch(`${await app.getUrl()}/x`);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({
        statusCode: 400,
        error: 'Bad Request',
        code: 'InvalidParameterValue.IncorrectPhoneNumber',
      });
      expect(answer.headers.get('content-language')).toBe('en');
    } finally {
      await app.close();
    }
  });
});

const NEUTRAL = {
  statusCode: 504,
  message:
    'The SMS service has not confirmed the request, which may have been carried out all the same.',
  error: 'Gateway Timeout',
  code: 'SMS_UNCONFIRMED',
};
const TOO_OFTEN = 'LimitExceeded.PhoneNumberThirtySecondLimit';

/** What a client gets of what is thrown, in one sort of context. */
type Tell = (filter: SmsExceptionFilter, headers?: object) => Promise<Record<string, unknown>>;

const tellGraphql =
  (toContext: (request: object) => object): Tell =>
  async (filter, headers = {}) => {
    const host = hostOf('graphql', [{}, {}, toContext({ headers }), {}]);
    const error = caught(() => pass(filter, host)) as Error & {
      extensions: object;
    };
    expect(error).not.toBeInstanceOf(SmsError);
    expect(error.cause).toBeUndefined();
    expect(error.stack).toBe(`GraphQLError: ${error.message}`);
    return Promise.resolve({ message: error.message, ...error.extensions });
  };
const tellRpc: Tell = async (filter) => {
  const passed = pass(filter, hostOf('rpc'));
  expect(isObservable(passed)).toBe(true);
  const { status, ...told } = (await lastValueFrom(passed as NonNullable<typeof passed>).then(
    () => undefined,
    (error: unknown) => error,
  )) as Record<string, unknown>;
  expect(status).toBe('error');
  return told;
};
const tellWs =
  (isNative: boolean): Tell =>
  async (filter) => {
    const sent: unknown[][] = [];
    const client = {
      emit: (...event: unknown[]) => sent.push(isNative ? ['to itself'] : event),
      ...(isNative && {
        readyState: 1,
        send: (text: string) => {
          const { event, data } = JSON.parse(text) as { event: string; data: unknown };
          sent.push([event, data]);
        },
      }),
    };
    const host = hostOf('ws', [client, { phone: 'theirs' }, 'send']);
    // As Nest calls it: Nest does not catch what is thrown here, and the process would end.
    expect(pass(filter, host)).toBeUndefined();
    expect(sent).toHaveLength(1);
    const [event, payload] = sent[0] as [string, Record<string, unknown>];
    const { status, cause, ...told } = payload;
    expect({ event, status, cause }).toEqual({
      event: 'exception',
      status: 'error',
      cause: { pattern: 'send', data: { phone: 'theirs' } },
    });
    return Promise.resolve(told);
  };

const CONTEXTS: [string, Tell][] = [
  ['GraphQL', tellGraphql((req) => ({ req }))],
  ['GraphQL on Mercurius', tellGraphql((request) => ({ reply: { request } }))],
  ['a subscription of GraphQL', tellGraphql(() => ({}))],
  ['a microservice', tellRpc],
  ['a gateway on Socket.IO', tellWs(false)],
  ['a gateway on ws', tellWs(true)],
];

describe('SmsExceptionFilter outside HTTP', () => {
  const logged: unknown[][] = [];

  beforeEach(() => {
    logged.length = 0;
    for (const level of ['error', 'warn', 'log'] as const) {
      jest.spyOn(Logger.prototype, level).mockImplementation((...said: unknown[]) => {
        logged.push([level, ...said]);
      });
    }
  });

  it.each(CONTEXTS)(
    'tells clients of %s the neutral sentence, and logs it once',
    async (_, tell) => {
      const filter = new SmsExceptionFilter();
      refuse('InternalError.Timeout');
      expect(await tell(filter)).toEqual(NEUTRAL);
      expect(await tell(filter)).toEqual(NEUTRAL);
      refuse('AuthFailure.SecretIdNotFound');
      const refused = await tell(filter);
      expect(refused).toEqual({
        statusCode: expect.any(Number),
        message: 'The SMS service is not available at the moment.',
        error: expect.any(String),
        code: 'SMS_UNAVAILABLE',
      });
      expect(Number(refused['statusCode'])).toBeGreaterThanOrEqual(500);
      expect(logged).toEqual([
        ['warn', expect.stringMatching(/^InternalError\.Timeout: /)],
        [
          'error',
          expect.stringMatching(/^AuthFailure\.SecretIdNotFound: .* doctor\..*said once per code/),
        ],
      ]);
      expect(JSON.stringify([refused, logged])).not.toMatch(CANARIES);
    },
  );

  it.each(CONTEXTS)(
    'explains to clients of %s what they can correct, and logs nothing',
    async (_, tell) => {
      refuse(TOO_OFTEN);
      expect(await tell(new SmsExceptionFilter())).toEqual({
        statusCode: 429,
        message: describeSmsError(TOO_OFTEN).en,
        error: 'Too Many Requests',
        code: TOO_OFTEN,
      });
      thrown = () =>
        new SmsValidationError([
          { field: 'to', message: 'to must be a phone number.' },
          { field: 'params.code', message: 'code must be digits, unlike +8613711112222.' },
        ]);
      expect(await tell(new SmsExceptionFilter())).toMatchObject({
        statusCode: 400,
        message: 'to must be a phone number. code must be digits, unlike +86137****2222.',
        code: 'SMS_PARAMETER_INVALID',
      });
      expect(logged).toEqual([]);
    },
  );

  it.each(CONTEXTS.slice(0, 2))(
    'speaks the language that a client of %s asked for',
    async (_, tell) => {
      refuse(TOO_OFTEN);
      const told = await tell(new SmsExceptionFilter(), { 'accept-language': 'zh-CN,zh;q=0.9' });
      expect(told['message']).toBe(describeSmsError(TOO_OFTEN).zh);
    },
  );

  it('throws the same error on where nothing is known of the client', () => {
    refuse(TOO_OFTEN);
    const error = thrown() as SmsError;
    expect(() => new SmsExceptionFilter().catch(error, hostOf('something-new'))).toThrow(error);
  });

  it('logs an error of which no client of a gateway can be notified', () => {
    refuse('InternalError.Timeout');
    new SmsExceptionFilter().catch(thrown() as SmsError, hostOf('ws', [{}]));
    expect(logged).toHaveLength(1);
  });
});

/** Calls a filter as Nest does. */
function pass(filter: SmsExceptionFilter, host: ArgumentsHost): Observable<never> | undefined {
  const error = thrown() as SmsError;
  // oxlint-disable-next-line promise/valid-params -- no promise
  return filter.catch(error, host);
}

function caught(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('what SmsExceptionFilter has logged', () => {
  it('is forgotten after many other codes, so that it takes no more and more memory', () => {
    const filter = new SmsExceptionFilter();
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const host = {
      getType: () => 'http',
      getArgs: () => [{ headers: {} }, { headersSent: true, end: () => undefined }],
    } as unknown as ArgumentsHost;
    const fail = (code: string) => filter.catch(new SmsError('x', { code }), host);

    fail('New.First');
    fail('New.First');
    expect(warn).toHaveBeenCalledTimes(1);
    for (let i = 0; i < 500; i += 1) {
      fail(`New.${String.fromCodePoint(65 + (i % 26))}${'x'.repeat(Math.floor(i / 26))}`);
    }
    expect(warn).toHaveBeenCalledTimes(501);
    fail('New.First');
    expect(warn).toHaveBeenCalledTimes(502);
  });
});
