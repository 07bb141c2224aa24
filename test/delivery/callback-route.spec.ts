import { request as httpRequest } from 'node:http';
import {
  Controller,
  Injectable,
  Module,
  Post,
  ValidationPipe,
  VersioningType,
} from '@nestjs/common';
import type {
  CallHandler,
  CanActivate,
  ExecutionContext,
  INestApplication,
  NestInterceptor,
  Type,
} from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import { map } from 'rxjs';
import type { Observable } from 'rxjs';
import { SmsModule } from 'nestjs-tencentcloud-sms';
import {
  OnSmsReply,
  OnSmsReport,
  SmsDelivery,
  SmsDeliveryModule,
  memoryDeliveryStore,
} from 'nestjs-tencentcloud-sms/delivery';
import type {
  SmsDeliveryModuleOptions,
  SmsDeliveryStore,
  SmsReply,
  SmsReport,
} from 'nestjs-tencentcloud-sms/delivery';
import { smsOptions } from '../support/sms-test-case.js';
import { until } from '../support/until.js';

const SECRET = 'canary-callback-secret-0000000000000004';
const OTHER_SECRET = 'canary-callback-secret-0000000000000005';
const PLATFORMS = [
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
] as const;

const heard: SmsReport[] = [];
const replies: SmsReply[] = [];

@Injectable()
class Handlers {
  @OnSmsReport({ known: false })
  onForeign(report: SmsReport): void {
    heard.push(report);
  }

  @OnSmsReply()
  onReply(reply: SmsReply): void {
    replies.push(reply);
  }
}

/** Everything that has ruined callbacks of a controller. */
@Injectable()
class Wrapping implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((data: unknown) => ({ code: 0, data })));
  }
}

@Injectable()
class Refusing implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}

@Controller('other')
class Other {
  @Post()
  post(): string {
    return 'of the app';
  }
}

let app: INestApplication | undefined;
afterEach(async () => {
  await app?.close();
  app = undefined;
  heard.length = 0;
  replies.length = 0;
});

async function start(
  adapter: () => ExpressAdapter | FastifyAdapter,
  callback: Partial<SmsDeliveryModuleOptions['callback']> = {},
  // Each report goes to the handlers at once.
  more: Partial<SmsDeliveryModuleOptions> = { store: false },
): Promise<string> {
  @Module({
    imports: [
      ThrottlerModule.forRoot([{ ttl: 60_000, limit: 1 }]),
      SmsModule.forRoot(smsOptions({ endpoint: 'http://127.0.0.1:9' })),
      SmsDeliveryModule.forRoot({ callback: { secret: SECRET, ...callback }, ...more }),
    ],
    controllers: [Other],
    providers: [
      Handlers,
      { provide: APP_INTERCEPTOR, useClass: Wrapping },
      { provide: APP_GUARD, useClass: ThrottlerGuard },
      { provide: APP_GUARD, useClass: Refusing },
    ],
  })
  class AppModule {}
  app = await NestFactory.create(AppModule as Type, adapter() as never, { logger: false });
  app.setGlobalPrefix('api');
  app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
  app.useGlobalPipes(new ValidationPipe({ validatorPackage: {}, transformerPackage: {} } as never));
  await app.listen(0, '127.0.0.1');
  return app.getUrl();
}

const row = (i: number, more: object = {}) => ({
  user_receive_time: '2026-03-14 09:26:53',
  nationcode: '86',
  mobile: `138001${String(i).padStart(5, '0')}`,
  report_status: 'SUCCESS',
  errmsg: 'DELIVRD',
  description: '用户短信送达成功',
  sid: `5000:${i}`,
  ext: '订'.repeat(170),
  ...more,
});
const reply = (text: string) =>
  JSON.stringify({
    extend: '',
    mobile: '13800138000',
    nationcode: '86',
    sign: '示例签名',
    text,
    time: 1773452200,
  });
const full = Array.from({ length: 100 }, (_, i) => row(i));
const escaped = (value: unknown) =>
  JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

interface Answer {
  status: number;
  body: string;
}

/** What a request is answered with, but for its path and the time. */
async function wholeAnswer(url: string, path: string, method: string): Promise<string> {
  const answer = await fetch(url + path, { method, ...(method === 'POST' && { body: '[]' }) });
  const headers = [...answer.headers].filter(
    ([name]) => !['date', 'content-length', 'etag'].includes(name),
  );
  const text = (await answer.text()).replace(path, '');
  return JSON.stringify([answer.status, headers, text]);
}

async function post(
  url: string,
  body: string | Buffer,
  type?: string,
  path = `/hooks/tencent-sms/${SECRET}/status`,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sending = httpRequest(
      url + path,
      { method: 'POST', headers: type === undefined ? {} : { 'Content-Type': type } },
      (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, body: text });
        });
      },
    );
    sending.on('error', reject);
    sending.end(body);
  });
}

const padded = (size: number) => {
  const body = JSON.stringify([row(1, { description: '', ext: '' })]);
  return body.replace('"description":""', `"description":"${'x'.repeat(size - body.length)}"`);
};

const OK = { status: 200, body: '{"result":0,"errmsg":"OK"}' };

describe.each(PLATFORMS)('a callback to an app on %s', (_name, adapter) => {
  it.each([
    ['application/json'],
    ['text/plain'],
    ['application/octet-stream'],
    ['application/x-www-form-urlencoded'],
    [undefined],
  ])(
    "with a full batch of 120 kB and the type %p is taken whole, past all that stands in a controller's way",
    async (type) => {
      const url = await start(adapter);
      const body = escaped(full);
      expect(body.length).toBeGreaterThan(118_000);
      await expect(post(url, body, type)).resolves.toEqual(OK);
      await until(() => heard.length >= 100);
      expect(heard).toHaveLength(100);
      expect(heard[0]).toMatchObject({
        to: '+8613800100000',
        serialNo: '5000:0',
        state: 'delivered',
        at: Date.parse('2026-03-14T09:26:53+08:00'),
      });
    },
  );

  it('with a full batch in plain UTF-8 is taken whole, whatever its type, and however often it comes', async () => {
    const url = await start(adapter);
    const types = [
      'application/json; charset=utf-8',
      'text/plain',
      'application/octet-stream',
      'text/html',
      undefined,
    ];
    for (const [index, type] of types.entries()) {
      heard.length = 0;
      const batch = full.map((one) => ({ ...one, sid: `${one.sid}${index}` }));
      // More than the throttler of the app allows in a minute.
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await expect(post(url, JSON.stringify(batch), type)).resolves.toEqual(OK);
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await until(() => heard.length >= 100);
      expect(heard).toHaveLength(100);
    }
  });

  it('with a byte order mark, or plain UTF-8, is taken', async () => {
    const url = await start(adapter);
    await expect(post(url, `\uFEFF${JSON.stringify([row(1)])}`)).resolves.toEqual(OK);
    await until(() => heard.length === 1);
  });

  it('with one bad row of a hundred counts it and takes the others', async () => {
    const url = await start(adapter);
    const body = [...full.slice(1), { nonsense: true }];
    await expect(post(url, JSON.stringify(body))).resolves.toEqual(OK);
    await until(() => heard.length === 99);
    const delivery = app?.get(SmsDelivery, { strict: false });
    await expect(delivery?.accept(body)).resolves.toEqual({ accepted: 99, refused: 1 });
  });

  it.each([
    ['no JSON', 'nonsense'],
    ['a hundred and one reports', JSON.stringify([...full, row(100)])],
    ['an empty list', '[]'],
    ['nothing', ''],
    ['null', 'null'],
  ])('with %s is answered OK and hands nothing on', async (_what, body) => {
    const url = await start(adapter);
    await expect(post(url, body)).resolves.toEqual(OK);
    await post(url, JSON.stringify([row(7)]));
    await until(() => heard.length > 0);
    expect(heard.map(({ serialNo }) => serialNo)).toEqual(['5000:7']);
  });

  it('is an unknown route with a wrong secret, with none, by GET, or beside the two paths', async () => {
    const url = await start(adapter);
    const paths = [
      `/hooks/tencent-sms/${OTHER_SECRET}/status`,
      `/hooks/tencent-sms/status`,
      `/hooks/tencent-sms/${SECRET}`,
      `/hooks/tencent-sms/${SECRET}/status/more`,
    ];
    for (const path of paths) {
      // oxlint-disable-next-line no-await-in-loop -- one server
      const [answer, unknown] = await Promise.all(
        [path, '/hooks/no-such-thing'].map(async (each) => wholeAnswer(url, each, 'POST')),
      );
      expect(answer).toBe(unknown);
    }
    const ours = `/hooks/tencent-sms/${SECRET}/status`;
    for (const method of ['GET', 'PUT', 'DELETE', 'HEAD', 'OPTIONS']) {
      // oxlint-disable-next-line no-await-in-loop -- one server
      const [answer, unknown] = await Promise.all(
        [ours, '/hooks/no-such-thing'].map(async (each) => wholeAnswer(url, each, method)),
      );
      expect(answer).toBe(unknown);
    }
    const prefixed = await post(url, '[]', undefined, `/api/hooks/tencent-sms/${SECRET}/status`);
    expect(prefixed.status).toBe(404);
  });

  it("is taken with either of two secrets, and under a path of one's own", async () => {
    const url = await start(adapter, { secret: [SECRET, OTHER_SECRET], path: '/mine' });
    await expect(post(url, '[]', undefined, `/mine/${SECRET}/status`)).resolves.toEqual(OK);
    await expect(post(url, '[]', undefined, `/mine/${OTHER_SECRET}/reply?a=b`)).resolves.toEqual(
      OK,
    );
  });

  it('from an address that is not allowed is an unknown route', async () => {
    const url = await start(adapter, { allow: ['183.192.202.0/25'] });
    await expect(post(url, '[]')).resolves.toMatchObject({ status: 404 });
    await app?.close();
    const allowed = await start(adapter, { allow: ['127.0.0.0/8'] });
    await expect(post(allowed, '[]')).resolves.toEqual(OK);
  });

  it('of 1 MiB is taken, and of one byte more refused', async () => {
    const url = await start(adapter);
    await expect(post(url, padded(1024 * 1024))).resolves.toEqual(OK);
    await expect(post(url, padded(1024 * 1024 + 1))).resolves.toMatchObject({ status: 413 });
  });

  it('is asked for again when it could not be stored, and then loses nothing', async () => {
    let broken = true;
    const store = memoryDeliveryStore();
    const merge = store.merge.bind(store);
    store.merge = async (reports) => (broken ? Promise.reject(new Error('down')) : merge(reports));
    const url = await start(adapter, {}, { store: store as SmsDeliveryStore });
    const refused = await post(url, JSON.stringify([row(1)]));
    expect(refused.status).toBe(500);
    expect(JSON.parse(refused.body)).toMatchObject({ result: 1 });
    broken = false;
    await expect(post(url, JSON.stringify([row(1)]))).resolves.toEqual(OK);
    await until(() => heard.length === 1);
  });

  it('with a reply is told to its handlers once, however often it is pushed', async () => {
    const url = await start(adapter, {}, { store: memoryDeliveryStore() });
    const path = `/hooks/tencent-sms/${SECRET}/reply`;
    await post(url, reply('T退订'), 'application/json', path);
    await post(url, reply('T退订'), 'application/json', path);
    await until(() => replies.length > 0);
    expect(replies).toEqual([
      expect.objectContaining({
        from: '+8613800138000',
        text: 'T退订',
        optOut: true,
        at: 1773452200000,
        accounts: ['default'],
      }),
    ]);
  });

  it('with a reply that the store fails to take is answered OK, and told once the store is back', async () => {
    const store = memoryDeliveryStore();
    const announce = store.announce.bind(store);
    let failures = 0;
    store.announce = async (changes) => {
      failures += 1;
      return failures > 2 ? announce(changes) : Promise.reject(new Error('down'));
    };
    const url = await start(adapter, {}, { store });
    const push = async (text: string): Promise<Answer> =>
      post(url, reply(text), undefined, `/hooks/tencent-sms/${SECRET}/reply`);
    await expect(push('T')).resolves.toEqual(OK);
    // While the store rests nothing is tried, and nothing is lost.
    await expect(push('TD')).resolves.toEqual(OK);
    expect(failures).toBe(1);
    // The test asks for the reply once more than Tencent does.
    await expect(
      app?.get(SmsDelivery, { strict: false }).accept(JSON.parse(reply('T'))),
    ).rejects.toThrow('down');
    await app?.close();
    app = undefined;
    // The last try is at the end.
    const other = await start(adapter, {}, { store });
    await until(() => replies.length === 2);
    expect(replies.map(({ text }) => text).toSorted()).toEqual(['T', 'TD']);
    await expect(post(other, reply('T'))).resolves.toEqual(OK);
  });

  it('is taken whole by an app that a testing module makes', async () => {
    const module = await Test.createTestingModule({
      imports: [
        SmsModule.forRoot(smsOptions({ endpoint: 'http://127.0.0.1:9' })),
        SmsDeliveryModule.forRoot({ callback: { secret: SECRET }, store: false }),
      ],
      providers: [Handlers],
    }).compile();
    app = module.createNestApplication(adapter() as never, { logger: false });
    await app.listen(0, '127.0.0.1');
    await expect(post(await app.getUrl(), escaped(full), 'text/plain')).resolves.toEqual(OK);
    expect(heard).toHaveLength(100);
  });

  it('leaves every other route to Nest', async () => {
    const url = await start(adapter);
    await expect(post(url, '{}', 'application/json', '/api/v1/other')).resolves.toMatchObject({
      status: 403,
    });
  });
});
