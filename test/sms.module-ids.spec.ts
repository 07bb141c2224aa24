import { inspect } from 'node:util';
import { Injectable, Module } from '@nestjs/common';
import type { DynamicModule, INestApplicationContext, Type } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { ModulesContainer, NestFactory, SerializedGraph } from '@nestjs/core';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SmsModule, SmsService, getSmsServiceToken } from 'nestjs-tencentcloud-sms';
import type { SmsModuleOptions, SmsOptionsFactory, SmsTransport } from 'nestjs-tencentcloud-sms';
import { smsConfig } from 'nestjs-tencentcloud-sms/config';
import { SmsTestingModule, createSmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import { CREDENTIALS, smsOptions } from './support/sms-test-case.js';

const TEXT = { templateId: '449739', params: ['666', '5'] };
const PHONE = '+8613711112222';

/** Accepts every text and remembers the application that it left under. */
function recordingTransport(): SmsTransport & { apps: string[] } {
  const apps: string[] = [];
  return {
    apps,
    send: async ({ body }) => {
      const { SmsSdkAppId, PhoneNumberSet } = JSON.parse(body) as Record<string, unknown>;
      apps.push(SmsSdkAppId as string);
      const SendStatusSet = (PhoneNumberSet as string[]).map((PhoneNumber) => ({
        PhoneNumber,
        Code: 'Ok',
        SerialNo: '1',
        Fee: 1,
      }));
      const Response = { SendStatusSet, RequestId: 'r' };
      return Promise.resolve({ status: 200, headers: {}, body: JSON.stringify({ Response }) });
    },
  };
}

/** A feature module with a service of its own, which keeps the `SmsService` that it was given. */
function featureWith(account: DynamicModule): { module: Type; service: Type<{ sms: SmsService }> } {
  @Injectable()
  class Feature {
    constructor(readonly sms: SmsService) {}
  }
  @Module({ imports: [account], providers: [Feature] })
  class FeatureModule {}
  return { module: FeatureModule, service: Feature };
}

const transport = recordingTransport();

function accountOf(more: Partial<SmsModuleOptions>): SmsModuleOptions {
  return smsOptions({ transport, ...more });
}

/** The same text of a factory each time, over another value. */
function asyncly(options: SmsModuleOptions): DynamicModule {
  return SmsModule.forRootAsync({ useFactory: () => options });
}

/** A class of the same name and text each time, over another value. */
function classOver(options: SmsModuleOptions): Type<SmsOptionsFactory> {
  return class Options {
    createSmsOptions(): SmsModuleOptions {
      return options;
    }
  };
}

describe.each(['deep-hash', 'reference'] as const)(
  'with the %s module ids of Nest',
  (moduleIdGeneratorAlgorithm) => {
    let app: INestApplicationContext | undefined;

    afterEach(async () => {
      await app?.close();
      app = undefined;
    });

    async function start(
      ...imports: (Type | DynamicModule | Promise<DynamicModule>)[]
    ): Promise<INestApplicationContext> {
      @Module({ imports })
      class AppModule {}
      app = await NestFactory.createApplicationContext(AppModule, {
        moduleIdGeneratorAlgorithm,
        logger: false,
        abortOnError: false,
        // Nest builds its graph only then.
        snapshot: true,
      });
      return app;
    }

    it.each([
      [
        'forRoot',
        SmsModule.forRoot(accountOf({ sdkAppId: '1400000001' })),
        SmsModule.forRoot(accountOf({ sdkAppId: '1400000002' })),
      ],
      [
        'forRootAsync with one factory over two values',
        asyncly(accountOf({ sdkAppId: '1400000001' })),
        asyncly(accountOf({ sdkAppId: '1400000002' })),
      ],
      [
        'forRootAsync with two classes of one name',
        SmsModule.forRootAsync({ useClass: classOver(accountOf({ sdkAppId: '1400000001' })) }),
        SmsModule.forRootAsync({ useClass: classOver(accountOf({ sdkAppId: '1400000002' })) }),
      ],
    ])('keeps two accounts of two feature modules apart: %s', async (_, a, b) => {
      const [first, second] = [featureWith(a), featureWith(b)];
      const started = await start(first.module, second.module);
      const of = (service: Type<{ sms: SmsService }>) =>
        started.get(service, { strict: false }).sms;
      transport.apps.length = 0;
      await of(first.service).send(TEXT, { to: PHONE });
      await of(second.service).send(TEXT, { to: PHONE });
      expect(transport.apps).toEqual(['1400000001', '1400000002']);
    });

    it('keeps accounts apart that differ in a secret, a function or an instance only', async () => {
      const other = recordingTransport();
      const features = [
        accountOf({}),
        accountOf({ credentials: { ...CREDENTIALS, secretKey: 'another' } }),
        accountOf({ credentials: () => CREDENTIALS }),
        accountOf({ transport: other }),
      ].map((options) => featureWith(SmsModule.forRoot(options)));
      const started = await start(...features.map(({ module }) => module));
      const services = features.map(({ service }) => started.get(service, { strict: false }).sms);
      expect(new Set(services).size).toBe(features.length);
    });

    it('gives one service where one and the same module is imported twice', async () => {
      const shared = SmsModule.forRoot(accountOf({}));
      const [first, second] = [featureWith(shared), featureWith(shared)];
      const started = await start(first.module, second.module);
      expect(started.get(first.service, { strict: false }).sms).toBe(
        started.get(second.service, { strict: false }).sms,
      );
    });

    it('keeps two test modules apart, each with its own kit', async () => {
      const kits = await Promise.all([createSmsTestKit(), createSmsTestKit()]);
      const features = kits.map((kit) => featureWith(SmsTestingModule.forTest({ kit })));
      const started = await start(...features.map(({ module }) => module));
      for (const { service } of features) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await started.get(service, { strict: false }).sms.send(TEXT, { to: PHONE });
      }
      expect(kits.map(({ inbox }) => inbox.messages().length)).toEqual([1, 1]);
    });

    it('gives each account of a test the kit that it was registered with', async () => {
      const kits = await Promise.all([createSmsTestKit(), createSmsTestKit()]);
      const started = await start(
        SmsTestingModule.forTest({ name: 'codes', kit: kits[0] }),
        SmsTestingModule.forTest({ name: 'marketing', kit: kits[1] }),
      );
      const marketing = started.get<SmsService>(getSmsServiceToken('marketing'), { strict: false });
      await marketing.send(TEXT, { to: PHONE });
      expect(kits.map(({ inbox }) => inbox.messages().length)).toEqual([0, 1]);
    });

    it('shows no secret in the graph, in the ids of modules or in what a console prints of them', async () => {
      const env = {
        TENCENTCLOUD_SECRET_ID: 'AKIDcanaryenv0003',
        TENCENTCLOUD_SECRET_KEY: 'canary-env-secret-key-0004',
        SMS_SDK_APP_ID: '1400000003',
        SMS_SIGN_NAME: '腾讯云',
      };
      Object.assign(process.env, env);
      let started: INestApplicationContext;
      try {
        started = await start(
          featureWith(
            SmsModule.forRoot(accountOf({ proxy: 'http://user:canary-proxy-0005@proxy:1' })),
          ).module,
          featureWith(asyncly(accountOf({}))).module,
          ConfigModule.forRoot({ ignoreEnvFile: true }),
          featureWith(SmsModule.forRootAsync(smsConfig.asProvider())).module,
        );
      } finally {
        for (const name of Object.keys(env)) {
          delete process.env[name];
        }
      }
      const modules = [...started.get(ModulesContainer).entries()].filter(
        ([, { metatype }]) => metatype === SmsModule,
      );
      expect(modules).toHaveLength(3);
      const dynamicMetadata = modules.map(([, module]) =>
        [...module.providers].map(([token, { metatype, inject }]) => [
          String(token),
          String(metatype),
          inject?.map(String),
        ]),
      );
      const shown = [
        started.get(SerializedGraph).toString(),
        modules.map(([key, { id, token }]) => [key, id, token]).join(),
        JSON.stringify(dynamicMetadata),
        inspect(modules, { depth: 8, showHidden: true, maxArrayLength: Infinity }),
      ].join('\n');
      expect(shown).toContain('SmsModule');
      const secrets =
        /canary-secret-key-0002|AKIDcanaryid0001|canary-proxy-0005|canary-env|AKIDcanaryenv/;
      // Not the text itself: a failure would print all of it.
      expect(secrets.exec(shown)?.[0]).toBeUndefined();
      expect(
        JSON.stringify([SmsModule.forRoot(accountOf({})), asyncly(accountOf({}))]),
      ).not.toMatch(secrets);
    });
  },
);
