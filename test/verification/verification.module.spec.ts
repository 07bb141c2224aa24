import { Controller, Get, Inject, Injectable, Post, Body, Ip, HttpCode } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { APP_FILTER } from '@nestjs/core';
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import request from 'supertest';
import type { App } from 'supertest/types.js';
import { SMS_TRANSPORT, SmsExceptionFilter, SmsModule } from 'nestjs-tencentcloud-sms';
import { SmsHealthIndicator } from 'nestjs-tencentcloud-sms/health';
import { SmsTestingModule, createSmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import type { SmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import {
  InjectSmsVerification,
  SmsVerificationModule,
  SmsVerificationService,
} from 'nestjs-tencentcloud-sms/verification';
import { smsOptions } from '../support/sms-test-case.js';
import { Login, PHONE, VERIFICATION_SECRET } from '../support/verification-test-case.js';

@Controller()
class LoginController {
  constructor(
    @Inject(SmsVerificationService) private readonly codes: SmsVerificationService,
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
    @Inject(SmsHealthIndicator) private readonly sms: SmsHealthIndicator,
  ) {}

  @Post('code')
  @HttpCode(200)
  async code(@Body() body: { phone: string; id?: string }, @Ip() ip: string): Promise<object> {
    const started = await this.codes.startOrThrow(Login, {
      to: body.phone,
      id: body.id,
      caller: ip,
    });
    return started.toPublic();
  }

  @Post('login')
  @HttpCode(200)
  async login(@Body() body: { id: string; code: string }, @Ip() ip: string): Promise<object> {
    const { to } = await this.codes.checkOrThrow(Login, { ...body, caller: ip });
    return { to };
  }

  @Get('health')
  @HealthCheck()
  async check(): Promise<unknown> {
    return this.health.check([async () => this.sms.verification('codes')]);
  }
}

let app: INestApplication<App> | undefined;
let kit: SmsTestKit | undefined;
afterEach(async () => {
  await app?.close();
  app = undefined;
  kit?.close();
});

async function startApp(): Promise<INestApplication<App>> {
  kit = await createSmsTestKit();
  const module = await Test.createTestingModule({
    imports: [
      SmsTestingModule.forTest({ kit }),
      SmsVerificationModule.forRoot({ secret: VERIFICATION_SECRET }),
      TerminusModule,
    ],
    controllers: [LoginController],
    providers: [SmsHealthIndicator, { provide: APP_FILTER, useClass: SmsExceptionFilter }],
  }).compile();
  app = module.createNestApplication<INestApplication<App>>();
  app.useLogger(false);
  await app.init();
  return app;
}

describe('a login by code over HTTP', () => {
  it('takes a phone, then a code, and answers what a stranger may see', async () => {
    const server = (await startApp()).getHttpServer();
    const answer = await request(server).post('/code').send({ phone: PHONE }).expect(200);
    expect(answer.body).toEqual({
      status: 'sent',
      id: expect.any(String),
      to: '+86137****2222',
      expiresAt: expect.any(Number),
      resendAt: expect.any(Number),
      sendsLeft: 2,
    });
    const code = await kit?.nextCode(PHONE);
    const { id } = answer.body as { id: string };
    await request(server).post('/login').send({ id, code }).expect(200, { to: PHONE });
    await request(server).post('/login').send({ id, code }).expect(400);
  });

  it('answers 429 with Retry-After to a stranger inside the pause, in the language asked for', async () => {
    const server = (await startApp()).getHttpServer();
    await request(server).post('/code').send({ phone: PHONE }).expect(200);
    const answer = await request(server)
      .post('/code')
      .set('Accept-Language', 'zh-CN')
      .send({ phone: PHONE })
      .expect(429);
    expect(answer.body).toMatchObject({
      code: 'SMS_VERIFICATION_THROTTLED',
      message: expect.stringMatching(/频繁/),
    });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(50);
  });

  it.each([
    ['+85261234567', 422, 'SMS_VERIFICATION_REFUSED'],
    ['nonsense', 422, 'SMS_VERIFICATION_REFUSED'],
  ])('for %s answers %d', async (phone, status, code) => {
    const answer = await request((await startApp()).getHttpServer())
      .post('/code')
      .send({ phone })
      .expect(status);
    expect(answer.body).toMatchObject({ code });
  });

  it('answers 503 while the store is broken, and says so in its health', async () => {
    const server = (await startApp()).getHttpServer();
    await request(server).get('/health').expect(200);
    kit?.verification.breakStore();
    const answer = await request(server).post('/code').send({ phone: PHONE }).expect(503);
    expect(JSON.stringify(answer.body)).not.toContain('breakStore');
    kit?.verification.mendStore();
    await request(server).post('/code').send({ phone: PHONE }).expect(200);
  });
});

describe('SmsVerificationModule', () => {
  const secret = VERIFICATION_SECRET;

  it.each([
    [{}, 'secret'],
    [{ secret: 'too short' }, 'secret'],
    [{ secret: [secret, secret] }, 'secret'],
    [{ secret: [] }, 'secret'],
    [{ secret, store: {} }, 'store'],
    [{ secret, countries: ['China'] }, 'countries.0'],
    [{ secret, limits: { phone: { perHour: 0 } } }, 'limits.phone.perHour'],
    [{ secret, limits: { cooldown: ['30s'] } }, 'limits.cooldown'],
    [{ secret, limits: { attempts: 11 } }, 'limits.attempts'],
    [{ secret, limits: { perHour: 5 } }, 'perHour'],
    [
      { secret, testNumbers: { '+8613800000000': { code: '1234', until: '2027-01-01' } } },
      'testNumbers',
    ],
    [
      { secret, testNumbers: { '+8613800000000': { code: '123456', until: '2099-01-01' } } },
      'testNumbers',
    ],
    [{ secret, challenge: 'yes' }, 'challenge'],
    [{ secret, colour: 'red' }, 'colour'],
  ])('refuses options such as %j at the start, by name', async (options, field) => {
    const starting = Test.createTestingModule({
      imports: [SmsTestingModule.forTest(), SmsVerificationModule.forRoot(options as never)],
    }).compile();
    await expect(starting).rejects.toMatchObject({
      name: 'SmsOptionsError',
      issues: [expect.objectContaining({ field: expect.stringContaining(field) })],
    });
    const error = await starting.then(String, String);
    expect(error).not.toContain(secret);
  });

  it('wants a store named in production', async () => {
    const before = process.env['NODE_ENV'];
    process.env['NODE_ENV'] = 'production';
    try {
      await expect(
        Test.createTestingModule({
          imports: [SmsTestingModule.forTest(), SmsVerificationModule.forRoot({ secret })],
        }).compile(),
      ).rejects.toMatchObject({ issues: [expect.objectContaining({ field: 'store' })] });
    } finally {
      process.env['NODE_ENV'] = before;
    }
  });

  it('says at the start which account it misses', async () => {
    const module = await Test.createTestingModule({
      imports: [
        SmsTestingModule.forTest(),
        SmsVerificationModule.forRoot({ secret, account: 'shop' }),
      ],
    }).compile();
    module.useLogger(false);
    await expect(module.init()).rejects.toMatchObject({
      issues: [
        expect.objectContaining({ field: 'account', message: expect.stringMatching(/shop/) }),
      ],
    });
  });

  it('stands beside others with names, each with its own account and secret', async () => {
    @Injectable()
    class Shop {
      constructor(
        @Inject(SmsVerificationService) readonly plain: SmsVerificationService,
        @InjectSmsVerification('shop') readonly shop: SmsVerificationService,
      ) {}
    }
    kit = await createSmsTestKit();
    const module = await Test.createTestingModule({
      imports: [
        SmsTestingModule.forTest({ kit }),
        SmsTestingModule.forTest({ kit, name: 'shop', sdkAppId: '1400007777' }),
        SmsVerificationModule.forRoot({ secret }),
        SmsVerificationModule.forRootAsync({
          name: 'shop',
          useFactory: () => ({ secret: `${secret} of the shop`, account: 'shop' }),
        }),
      ],
      providers: [Shop],
    }).compile();
    module.useLogger(false);
    await module.init();
    const { plain, shop } = module.get(Shop);
    const started = await shop.start(Login, { to: PHONE });
    expect(kit.messages().at(-1)).toMatchObject({ sdkAppId: '1400007777' });
    const { id } = started as unknown as { id: string };
    const code = await kit.nextCode(PHONE);
    await expect(plain.check(Login, { id, code })).resolves.toMatchObject({ reason: 'gone' });
    await expect(shop.check(Login, { id, code })).resolves.toMatchObject({ status: 'approved' });
    await module.close();
  });

  it('goes by the clock of a kit that replaced the transport of a real SmsModule', async () => {
    kit = await createSmsTestKit();
    const module = await Test.createTestingModule({
      imports: [SmsModule.forRoot(smsOptions()), SmsVerificationModule.forRoot({ secret })],
    })
      .overrideProvider(SMS_TRANSPORT)
      .useValue(kit.transport)
      .compile();
    module.useLogger(false);
    await module.init();
    const codes = module.get(SmsVerificationService);
    const { id } = (await codes.start(Login, { to: PHONE })) as unknown as { id: string };
    kit.clock.advance(300_000);
    await expect(
      codes.check(Login, { id, code: await kit.nextCode(PHONE) }),
    ).resolves.toMatchObject({ reason: 'gone' });
    await module.close();
  });

  it('closes its store with the app', async () => {
    const close = jest.fn(async () => Promise.resolve());
    const store = { reserve: close, conclude: close, attempt: close, cancel: close, unlock: close };
    const module = await Test.createTestingModule({
      imports: [
        SmsTestingModule.forTest(),
        SmsVerificationModule.forRoot({ secret, store: { ...store, close } as never }),
      ],
    }).compile();
    module.useLogger(false);
    await module.init();
    await module.close();
    expect(close).toHaveBeenCalledTimes(1);
  });
});
