import { inspect } from 'node:util';
import { Inject, Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  SMS_ACTIONS,
  SMS_SIGNER,
  SMS_TRANSPORT,
  SmsModule,
  SmsService,
} from 'nestjs-tencentcloud-sms';
import type { SmsModuleOptions, SmsOptionsFactory, SmsTransport } from 'nestjs-tencentcloud-sms';
import { RawServer, answering } from './support/raw-server.js';
import { CREDENTIALS, smsOptions } from './support/sms-test-case.js';

const PULL = { Limit: 1 };

/** A transport in memory that remembers what it was given. */
function memoryTransport(): SmsTransport & { urls: string[]; closed: number } {
  const body = JSON.stringify({ Response: { PullSmsSendStatusSet: [], RequestId: 'memory' } });
  return {
    urls: [],
    closed: 0,
    async send({ url }) {
      this.urls.push(url);
      return Promise.resolve({ status: 200, headers: {}, body });
    },
    close() {
      this.closed += 1;
    },
  };
}

describe('SmsModule', () => {
  let server: RawServer;

  beforeEach(async () => {
    server = await RawServer.start(answering({ PullSmsSendStatusSet: [] }));
  });

  afterEach(async () => {
    await server.stop();
  });

  @Module({
    providers: [{ provide: 'ENDPOINT', useFactory: () => server.url }],
    exports: ['ENDPOINT'],
  })
  class EndpointModule {}

  @Injectable()
  class OptionsFromClass implements SmsOptionsFactory {
    constructor(@Inject('ENDPOINT') private readonly endpoint: string) {}

    createSmsOptions(): SmsModuleOptions {
      return smsOptions({ endpoint: this.endpoint });
    }
  }

  @Module({ imports: [EndpointModule], providers: [OptionsFromClass], exports: [OptionsFromClass] })
  class OptionsModule {}

  it.each([
    ['forRoot', () => SmsModule.forRoot(smsOptions({ endpoint: server.url }))],
    [
      'a factory',
      () =>
        SmsModule.forRootAsync({
          imports: [EndpointModule],
          inject: ['ENDPOINT'],
          useFactory: async (endpoint: string) => Promise.resolve(smsOptions({ endpoint })),
        }),
    ],
    [
      'a class',
      () => SmsModule.forRootAsync({ imports: [EndpointModule], useClass: OptionsFromClass }),
    ],
    [
      'an existing provider',
      () => SmsModule.forRootAsync({ imports: [OptionsModule], useExisting: OptionsFromClass }),
    ],
  ])('takes its options from %s', async (_, module) => {
    const app = await Test.createTestingModule({ imports: [module()] }).compile();
    await app.get(SmsService).pullSmsSendStatus(PULL);
    await app.close();
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ['forRoot', () => SmsModule.forRoot({ ...smsOptions(), isGlobal: true })],
    [
      'forRootAsync',
      () => SmsModule.forRootAsync({ isGlobal: true, useFactory: () => smsOptions() }),
    ],
  ])('is there for every module when %s says isGlobal', async (_, smsModule) => {
    @Injectable()
    class Far {
      constructor(readonly sms: SmsService) {}
    }
    @Module({ providers: [Far] })
    class FarModule {}
    const app = await Test.createTestingModule({ imports: [smsModule(), FarModule] }).compile();
    expect(app.get(Far, { strict: false }).sms).toBe(app.get(SmsService));
    await app.close();
  });

  it('is there for the modules that import one which exports it, when it is not global', async () => {
    @Injectable()
    class Far {
      constructor(readonly sms: SmsService) {}
    }
    @Module({ imports: [SmsModule.forRoot(smsOptions())], exports: [SmsModule] })
    class AccountModule {}
    @Module({ imports: [AccountModule], providers: [Far] })
    class FarModule {}
    const app = await Test.createTestingModule({ imports: [AccountModule, FarModule] }).compile();
    expect(app.get(Far, { strict: false }).sms).toBe(app.get(SmsService, { strict: false }));
    await app.close();
  });

  it('has a method for each of the twenty actions', async () => {
    const app = await Test.createTestingModule({
      imports: [SmsModule.forRoot(smsOptions())],
    }).compile();
    const service: object = app.get(SmsService);
    const missing = SMS_ACTIONS.filter(
      (action) => !(action.charAt(0).toLowerCase() + action.slice(1) in service),
    );
    expect(missing).toEqual([]);
    await app.close();
  });

  it('lets a test replace the transport and the signer', async () => {
    const transport = memoryTransport();
    const signer = { sign: () => ({ headers: {}, queryString: 'signed=by-me', body: '' }) };
    const app = await Test.createTestingModule({ imports: [SmsModule.forRoot(smsOptions())] })
      .overrideProvider(SMS_TRANSPORT)
      .useValue(transport)
      .overrideProvider(SMS_SIGNER)
      .useValue(signer)
      .compile();
    await app.get(SmsService).pullSmsSendStatus(PULL);
    expect(transport.urls).toEqual(['https://sms.tencentcloudapi.com/?signed=by-me']);
    await app.close();
  });

  it('takes a transport and a signer as options, and closes the transport with the app', async () => {
    const transport = memoryTransport();
    const signer = {
      sign: async () => Promise.resolve({ headers: {}, queryString: '', body: '' }),
    };
    const app = await Test.createTestingModule({
      imports: [SmsModule.forRoot(smsOptions({ transport, signer }))],
    }).compile();
    await app.init();
    await app.get(SmsService).pullSmsSendStatus(PULL);
    expect(transport).toMatchObject({ urls: ['https://sms.tencentcloudapi.com/'], closed: 0 });
    await app.close();
    expect(transport.closed).toBe(1);
  });

  it('says that nothing was sent when the signer fails', async () => {
    const transport = memoryTransport();
    const signer = {
      sign: () => {
        throw new TypeError('no key service');
      },
    };
    const app = await Test.createTestingModule({
      imports: [SmsModule.forRoot(smsOptions({ transport, signer }))],
    }).compile();
    await expect(app.get(SmsService).pullSmsSendStatus(PULL)).rejects.toMatchObject({
      name: 'SmsError',
      code: 'SMS_SIGNING_FAILED',
    });
    expect(transport.urls).toEqual([]);
  });

  it('treats whatever a foreign transport throws as maybe sent', async () => {
    const transport = { send: async () => Promise.reject(new Error('boom')) };
    const app = await Test.createTestingModule({
      imports: [SmsModule.forRoot(smsOptions({ transport }))],
    }).compile();
    await expect(app.get(SmsService).pullSmsSendStatus(PULL)).rejects.toMatchObject({
      name: 'SmsTransportError',
      maybeSent: true,
    });
  });

  it('keeps the key pair out of everything that can be printed', async () => {
    const app = await Test.createTestingModule({
      imports: [SmsModule.forRoot(smsOptions())],
    }).compile();
    const service = app.get(SmsService);
    const printed = `${inspect(service, { depth: 10, showHidden: true })}${JSON.stringify(service)}`;
    expect(printed).not.toContain(CREDENTIALS.secretKey);
    expect(printed).not.toContain(CREDENTIALS.secretId);
    await app.close();
  });
});
