import { Controller, Get } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import type { HealthIndicatorResult } from '@nestjs/terminus';
import { Test } from '@nestjs/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SmsAccounts, SmsModule } from 'nestjs-tencentcloud-sms';
import type { SmsModuleOptions } from 'nestjs-tencentcloud-sms';
import { SmsHealthIndicator } from 'nestjs-tencentcloud-sms/health';
import { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import type { Server } from 'node:http';
import request from 'supertest';
import { RawServer, answering, httpResponse } from '../support/raw-server.js';
import { CREDENTIALS, smsOptions } from '../support/sms-test-case.js';

type Check = (health: SmsHealthIndicator) => Promise<HealthIndicatorResult>;

describe('SmsHealthIndicator', () => {
  let server: RawServer;
  let app: INestApplication<Server> | undefined;
  let check: Check;

  beforeEach(async () => {
    server = await RawServer.start(answering({ PhoneNumberInfoSet: [] }));
    check = async (health) => health.reachability('sms', { cacheMs: 0 });
  });

  afterEach(async () => {
    await app?.close();
    await server.stop();
  });

  @Controller('health')
  class HealthController {
    constructor(
      private readonly health: HealthCheckService,
      private readonly sms: SmsHealthIndicator,
    ) {}

    @Get()
    @HealthCheck()
    async read() {
      return this.health.check([async () => check(this.sms)]);
    }
  }

  async function start(more: Partial<SmsModuleOptions> = {}, name?: string): Promise<Server> {
    const options = { ...smsOptions({ endpoint: server.url, ...more }), name };
    const module = await Test.createTestingModule({
      imports: [TerminusModule.forRoot({ logger: false }), SmsModule.forRoot(options)],
      controllers: [HealthController],
      providers: [SmsHealthIndicator],
    }).compile();
    app = module.createNestApplication<INestApplication<Server>>({ logger: false });
    await app.init();
    return app.getHttpServer();
  }

  function refuse(code: string): void {
    server.respondWith(answering({ Error: { Code: code, Message: 'no' } }));
  }

  describe('reachability', () => {
    it('is up when a connection comes about, and sends nothing', async () => {
      const answer = await request(await start())
        .get('/health')
        .expect(200);
      expect(answer.body).toMatchObject({
        status: 'ok',
        info: { sms: { status: 'up', connectMs: expect.any(Number) } },
      });
      expect(server.connections).toBe(1);
      expect(server.requests).toEqual([]);
    });

    it('is down when the connection is refused', async () => {
      const http = await start();
      await server.stop();
      const answer = await request(http).get('/health').expect(503);
      expect(answer.body).toMatchObject({
        error: { sms: { status: 'down', code: 'SMS_CONNECT_FAILED' } },
      });
    });

    it('is down when the host does not answer in time', async () => {
      // TLS wants an answer that this server never gives.
      check = async (health) => health.reachability('sms', { timeoutMs: 30 });
      const endpoint = server.url.replace('http:', 'https:');
      const answer = await request(await start({ endpoint }))
        .get('/health')
        .expect(503);
      expect(answer.body).toMatchObject({
        error: { sms: { status: 'down', code: 'SMS_TIMEOUT' } },
      });
    });

    it('says that the transport has no probe', async () => {
      const transport = { send: async () => Promise.reject(new Error('unused')) };
      const answer = await request(await start({ transport }))
        .get('/health')
        .expect(200);
      expect(answer.body).toMatchObject({
        info: { sms: { status: 'up', note: expect.any(String) } },
      });
    });

    it('shares one probe between concurrent checks, and reuses its result for a while', async () => {
      check = async (health) => {
        await Promise.all([
          health.reachability('a', { cacheMs: 60_000 }),
          health.reachability('b', { cacheMs: 60_000 }),
        ]);
        return health.reachability('sms', { cacheMs: 60_000 });
      };
      await request(await start())
        .get('/health')
        .expect(200);
      expect(server.connections).toBe(1);
    });
  });

  describe('credentials', () => {
    beforeEach(() => {
      check = async (health) => health.credentials('sms', { cacheMs: 0 });
    });

    it('are up when Tencent accepts the keys', async () => {
      const emulator = await SmsEmulator.start();
      const http = await start({
        endpoint: emulator.url,
        credentials: { ...CREDENTIALS, secretKey: emulator.secretKey },
      });
      await request(http).get('/health').expect(200);
      await emulator.stop();
    });

    it('are down when the signature is refused', async () => {
      const emulator = await SmsEmulator.start();
      const answer = await request(await start({ endpoint: emulator.url }))
        .get('/health')
        .expect(503);
      expect(answer.body).toMatchObject({
        error: { sms: { status: 'down', code: 'AuthFailure.SignatureFailure' } },
      });
      expect(JSON.stringify(answer.body)).not.toMatch(/canary/);
      await emulator.stop();
    });

    it.each([
      ['AuthFailure.UnauthorizedOperation', 200],
      ['UnauthorizedOperation.RequestPermissionDeny', 200],
      ['FailedOperation.NotEnterpriseCertification', 200],
      ['LimitExceeded', 200],
      ['AuthFailure.SecretIdNotFound', 503],
      ['AuthFailure.TokenFailure', 503],
      ['RequestLimitExceeded', 503],
      ['InternalError.Timeout', 503],
    ])('after %s answer %i', async (code, status) => {
      refuse(code);
      const answer = await request(await start()).get('/health');
      expect(answer.body).toMatchObject({ details: { sms: { code } } });
      expect((answer.body as { status: string }).status).toBe(status === 200 ? 'ok' : 'error');
    });

    it('are down when the provider of the keys hangs', async () => {
      check = async (health) => health.credentials('sms', { timeoutMs: 30 });
      const answer = await request(
        await start({ credentials: async () => new Promise(() => undefined) }),
      )
        .get('/health')
        .expect(503);
      expect(answer.body).toMatchObject({ error: { sms: { code: 'SMS_TIMEOUT' } } });
    });

    it('are down when a proxy answers in the API’s place', async () => {
      server.respondWith((socket) => socket.write(httpResponse('<h1>login</h1>')));
      const answer = await request(await start())
        .get('/health')
        .expect(503);
      expect(answer.body).toMatchObject({ error: { sms: { code: 'SMS_PROTOCOL' } } });
    });

    it('are checked once a minute', async () => {
      check = async (health) => health.credentials('sms');
      const http = await start();
      await request(http).get('/health').expect(200);
      await request(http).get('/health').expect(200);
      expect(server.requests).toHaveLength(1);
    });
  });

  it('is down without a word of the reason when a foreign transport fails', async () => {
    const transport = {
      send: async () => Promise.reject(new Error('unused')),
      probe: async () => Promise.reject(new Error('canary')),
    };
    const answer = await request(await start({ transport }))
      .get('/health')
      .expect(503);
    expect(answer.body).toMatchObject({ error: { sms: { code: 'SMS_CONNECT_FAILED' } } });
    expect(JSON.stringify(answer.body)).not.toMatch(/canary/);
  });

  it('checks a named account', async () => {
    check = async (health) => health.reachability('sms', { account: 'marketing' });
    await request(await start({}, 'marketing'))
      .get('/health')
      .expect(200);
    expect(server.connections).toBe(1);
  });

  it('checks an account that is opened at run time, by its key, while it is open', async () => {
    const http = await start();
    check = async (health) => health.reachability('sms', { account: 'tenant-7', cacheMs: 0 });
    await request(http).get('/health').expect(503);
    const accounts = app?.get(SmsAccounts, { strict: false });
    accounts?.open('tenant-7', smsOptions({ endpoint: server.url }));
    await request(http).get('/health').expect(200);
  });

  it('is down for an account that does not exist', async () => {
    check = async (health) => health.credentials('sms', { account: 'nobody' });
    const answer = await request(await start())
      .get('/health')
      .expect(503);
    expect(answer.body).toMatchObject({ error: { sms: { code: 'SMS_ACCOUNT_UNKNOWN' } } });
  });
});
