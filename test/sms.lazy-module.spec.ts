import { once } from 'node:events';
import { Injectable, Module } from '@nestjs/common';
import type { INestApplicationContext, OnModuleInit } from '@nestjs/common';
import { LazyModuleLoader, NestFactory } from '@nestjs/core';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SmsAccounts, SmsModule, SmsService } from 'nestjs-tencentcloud-sms';
import { FakeTencent } from './support/fake-tencent.js';
import { smsOptions } from './support/sms-test-case.js';

const TEXT = { templateId: '449739', params: ['666'] };
const PHONE = '+8613711112222';

@Module({})
class AppModule {}

describe('SmsModule that is loaded lazily', () => {
  let tencent: FakeTencent;
  let app: INestApplicationContext;
  let ends: Promise<unknown>[];

  beforeEach(async () => {
    tencent = await FakeTencent.start();
    ends = [];
    tencent.server.connectWith((socket) => ends.push(once(socket, 'close')));
  });

  afterEach(async () => {
    await app.close();
    await tencent.stop();
  });

  function smsModule() {
    return SmsModule.forRoot(smsOptions({ endpoint: tencent.url, shutdownTimeoutMs: 200 }));
  }

  async function load() {
    return app.get(LazyModuleLoader).load(smsModule, { logger: false });
  }

  it('is closed with the app, and its run-time accounts, too', async () => {
    app = await NestFactory.createApplicationContext(AppModule, { logger: false });
    const modules = await load();
    const sms = modules.get(SmsService);
    await sms.send(TEXT, { to: PHONE });
    const tenant = modules
      .get(SmsAccounts, { strict: false })
      .open('a', smsOptions({ endpoint: tencent.url, shutdownTimeoutMs: 200 }));
    await tenant.send(TEXT, { to: PHONE });
    await app.close();
    await Promise.all(ends);
    jest.spyOn(performance, 'now').mockReturnValue(performance.now() + 200);
    await expect(sms.send(TEXT, { to: PHONE })).rejects.toMatchObject({ code: 'SMS_SHUT_DOWN' });
    await expect(tenant.send(TEXT, { to: PHONE })).rejects.toMatchObject({ code: 'SMS_SHUT_DOWN' });
  });

  it('is closed with the app when a hook of the start loads it', async () => {
    @Injectable()
    class Loader implements OnModuleInit {
      sms: SmsService | undefined;
      constructor(private readonly loader: LazyModuleLoader) {}

      async onModuleInit(): Promise<void> {
        this.sms = (await this.loader.load(smsModule, { logger: false })).get(SmsService);
      }
    }
    app = await NestFactory.createApplicationContext(
      { module: AppModule, providers: [Loader] },
      { logger: false },
    );
    const { sms } = app.get(Loader);
    await sms?.send(TEXT, { to: PHONE });
    await app.close();
    await Promise.all(ends);
    expect(ends).toHaveLength(1);
  });

  it('is closed once where it is loaded at the start', async () => {
    const close = jest.fn();
    const send = jest.fn();
    const transport = { send, close, closeIdle: close } as never;
    app = await NestFactory.createApplicationContext(
      { module: AppModule, imports: [SmsModule.forRoot(smsOptions({ transport }))] },
      { logger: false },
    );
    await app.close();
    expect(close).toHaveBeenCalledTimes(1);
  });
});
