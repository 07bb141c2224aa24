import { createRequire } from 'node:module';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ConsoleLogger, Logger } from '@nestjs/common';
import type { LoggerService } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { SmsModule, SmsService, getSmsServiceToken } from 'nestjs-tencentcloud-sms';
import { RawServer, answering, httpResponse } from '../support/raw-server.js';
import { smsOptions, startSms } from '../support/sms-test-case.js';

const { version: NEST } = createRequire(import.meta.url)('@nestjs/common/package.json') as {
  version: string;
};
const PHONE = '+8613711112222';

describe('the log lines', () => {
  let server: RawServer;
  let module: TestingModule;
  let sms: SmsService;
  const lines: unknown[][] = [];

  beforeEach(async () => {
    server = await RawServer.start(answering({ PullSmsSendStatusSet: [] }));
    module = await Test.createTestingModule({
      imports: [
        SmsModule.forRoot({
          ...smsOptions({ endpoint: server.url, retry: { baseDelayMs: 1 } }),
          name: 'main',
        }),
      ],
    }).compile();
    await module.init();
    sms = module.get<SmsService>(getSmsServiceToken('main'));
    lines.length = 0;
    for (const level of ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'] as const) {
      jest.spyOn(Logger.prototype, level).mockImplementation(function (
        this: { context?: string },
        ...said: unknown[]
      ) {
        lines.push([level, this.context, ...said]);
      });
    }
  });

  afterEach(async () => {
    await module.close();
    await server.stop();
  });

  it('warn of texts with unknown outcome, with masked numbers and what to look up', async () => {
    server.respondWith((socket) => socket.destroy());
    await sms.trySend({ templateId: '1' }, { to: PHONE });
    expect(lines).toEqual([
      [
        'warn',
        'SmsService',
        expect.stringContaining('+86137****2222'),
        {
          account: 'main',
          template: '1',
          market: 'mainland',
          recipients: 1,
          unknown: 1,
          codes: ['SMS_CONNECTION_LOST'],
          to: '+86137****2222',
        },
      ],
    ]);
  });

  it('warn of a batch in one line', async () => {
    server.respondWith(answering({ SendStatusSet: [] }));
    await sms.sendMany({ templateId: '1' }, { to: [PHONE, '+8613711113333'] });
    expect(lines).toMatchObject([
      [
        'warn',
        'SmsService',
        expect.stringContaining('2 of 2 recipients'),
        { unknown: 2, requestId: 'r-1' },
      ],
    ]);
  });

  it('warn of a refusal with a new code once by name, in however many batches it comes', async () => {
    for (const code of ['LimitExceeded.New', 'LimitExceeded.New', 'FailedOperation.New']) {
      server.respondWith(refusing(code));
      // oxlint-disable-next-line no-await-in-loop -- one batch after the other
      await sms.trySend({ templateId: '1' }, { to: PHONE });
    }
    expect(lines).toEqual(
      ['LimitExceeded.New', 'FailedOperation.New'].map((code) => [
        'warn',
        'SmsService',
        expect.stringContaining(`${code}, which is not known here`),
        { account: 'main', action: 'SendSms', code, requestId: 'r-1' },
      ]),
    );
    lines.length = 0;
    for (let i = 1; i <= 110; i += 1) {
      server.respondWith(refusing(`LimitExceeded.New${'x'.repeat(i)}`));
      // oxlint-disable-next-line no-await-in-loop -- one batch after the other
      await sms.trySend({ templateId: '1' }, { to: PHONE });
    }
    expect(lines).toHaveLength(98);
  });

  it('warn of a clock that was wrong', async () => {
    server.respondWith((socket, request, count) => {
      if (count > 1) {
        answering({ PullSmsSendStatusSet: [] })(socket, request, count);
        return;
      }
      const body = '{"Response":{"Error":{"Code":"AuthFailure.SignatureExpire","Message":""}}}';
      const date = new Date(Date.now() - 3_600_000).toUTCString();
      socket.write(httpResponse(body).replace('\r\n', `\r\nDate: ${date}\r\n`));
    });
    await sms.pullSmsSendStatus({ Limit: 1 });
    expect(lines).toMatchObject([
      [
        'warn',
        'SmsService',
        expect.stringMatching(/36\d\d s ahead of Tencent's.* doctor /),
        { account: 'main', action: 'PullSmsSendStatus', offsetSeconds: expect.any(Number) },
      ],
      ['debug', 'SmsService', expect.any(String), { failed: 1 }],
    ]);
  });

  it('report repeated attempts at the level debug', async () => {
    server.respondWith((socket, request, count) => {
      const refused = { Error: { Code: 'RequestLimitExceeded', Message: '' } };
      answering(count === 1 ? refused : { PullSmsSendStatusSet: [] })(socket, request, count);
    });
    await sms.pullSmsSendStatus({ Limit: 1 });
    expect(lines).toEqual([
      [
        'debug',
        'SmsService',
        'PullSmsSendStatus is tried again after RequestLimitExceeded.',
        { account: 'main', action: 'PullSmsSendStatus', failed: 1, code: 'RequestLimitExceeded' },
      ],
    ]);
  });

  it.each([
    ['once at start of phone numbers in URLs with GET', 'GET', 1],
    ['of nothing at start with POST', 'POST', 0],
  ] as const)('warn %s', async (_, method, count) => {
    const app = await Test.createTestingModule({
      imports: [SmsModule.forRoot(smsOptions({ method }))],
    }).compile();
    await app.init();
    expect(lines.filter(([, logger]) => logger === 'SmsService')).toEqual(
      Array.from({ length: count }, () => [
        'warn',
        'SmsService',
        expect.stringMatching(/^With method: 'GET' phone numbers and values stand in URLs/),
      ]),
    );
    await app.close();
  });

  it('omit successes, and errors that the caller gets anyway', async () => {
    await sms.pullSmsSendStatus({ Limit: 1 });
    server.respondWith(answering({ Error: { Code: 'InvalidParameter', Message: '' } }));
    await sms.trySend({ templateId: '1' }, { to: PHONE });
    expect(lines).toEqual([]);
  });

  it('break nothing when the logger fails', async () => {
    jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => {
      throw new Error('disk full');
    });
    server.respondWith((socket) => socket.destroy());
    const outcome = await sms.trySend({ templateId: '1' }, { to: PHONE });
    expect(outcome.status).toBe('unknown');
  });
});

describe('the fields of the log lines', () => {
  let server: RawServer;
  let module: TestingModule;
  const lines: unknown[][] = [];
  const FIELDS = {
    template: '1',
    market: 'mainland',
    recipients: 1,
    unknown: 1,
    codes: ['SMS_CONNECTION_LOST'],
    to: '+86137****2222',
  };
  const SENTENCE = expect.stringMatching(/^It is not known whether/);

  /** What a logger makes of a line. */
  async function lineOf(logger: LoggerService): Promise<unknown> {
    lines.length = 0;
    server = await RawServer.start((socket) => socket.destroy());
    ({ module } = await startSms({ endpoint: server.url }));
    module.useLogger(logger);
    await module.get(SmsService).trySend({ templateId: '1' }, { to: PHONE });
    return lines;
  }

  afterEach(async () => {
    await module.close();
    await server.stop();
  });

  it('are members of the line of nestjs-pino, beside the sentence and the context', async () => {
    expect(await lineOf(new NestjsPinoLogger(lines))).toEqual([
      [{ context: 'SmsService', ...FIELDS }, SENTENCE],
    ]);
  });

  it('come after the sentence with any other logger', async () => {
    const logger = {
      log: () => undefined,
      error: () => undefined,
      warn: (...said: unknown[]) => lines.push(said),
    };
    expect(await lineOf(logger)).toEqual([[SENTENCE, FIELDS, 'SmsService']]);
  });

  it('are params of the line of the JSON logger of Nest, and the message of a second line in NestJS 11', async () => {
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      lines.push([JSON.parse(String(text))]);
      return true;
    });
    const line = { context: 'SmsService', message: SENTENCE };
    expect(await lineOf(new ConsoleLogger({ json: true }))).toMatchObject(
      NEST.startsWith('11.')
        ? [[line], [{ context: 'SmsService', message: FIELDS }]]
        : [[{ ...line, params: FIELDS }]],
    );
  });
});

/** Calls pino as the logger of nestjs-pino does: context last, an object first for the fields. */
class NestjsPinoLogger implements LoggerService {
  readonly contextName = 'context';

  constructor(private readonly lines: unknown[][]) {}

  log(message: unknown, ...more: unknown[]): void {
    this.call(message, ...more);
  }

  warn(message: unknown, ...more: unknown[]): void {
    this.call(message, ...more);
  }

  error(message: unknown, ...more: unknown[]): void {
    this.call(message, ...more);
  }

  isWrongExceptionsHandlerContract(): boolean {
    return false;
  }

  private call(message: unknown, ...more: unknown[]): void {
    const context = { [this.contextName]: more.at(-1) };
    const rest = more.slice(0, -1);
    if (typeof message === 'object') {
      this.lines.push([{ ...context, ...message }, ...rest]);
    } else {
      // What comes after the message fills its placeholders, of which there are none.
      this.lines.push([context, message]);
    }
  }
}

function refusing(code: string) {
  return answering({
    SendStatusSet: [{ PhoneNumber: PHONE, Code: code, SerialNo: '', Fee: 0 }],
  });
}
