import { Injectable, Module, Scope } from '@nestjs/common';
import type { ModuleMetadata, Provider } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { describe, expect, it } from '@jest/globals';
import { SmsModule, SmsService } from 'nestjs-tencentcloud-sms';
import type { SmsModuleAsyncOptions, SmsModuleOptions } from 'nestjs-tencentcloud-sms';
import { smsConfig } from 'nestjs-tencentcloud-sms/config';
import { smsOptions } from './support/sms-test-case.js';

type Imports = NonNullable<ModuleMetadata['imports']>;

/** A beginner's app: a provider of its own that wants `SmsService`. */
@Injectable()
class Login {
  constructor(readonly sms: SmsService) {}
}

/** The error that an app does not start with. */
async function failureOf(
  toImports: () => Imports,
  providers: Provider[] = [Login],
): Promise<unknown> {
  try {
    const app = await Test.createTestingModule({ imports: toImports(), providers }).compile();
    await app.init();
    await app.close();
    return undefined;
  } catch (error) {
    return error;
  }
}

const forRootAsync = (options?: unknown) =>
  SmsModule.forRootAsync(options as SmsModuleAsyncOptions);
const useFactory = (): SmsModuleOptions => smsOptions();

@Injectable()
class Options {
  createSmsOptions(): SmsModuleOptions {
    return smsOptions();
  }
}

@Injectable()
class OtherOptions {
  create(): SmsModuleOptions {
    return smsOptions();
  }
}

@Injectable({ scope: Scope.REQUEST })
class RequestOptions extends Options {}

@Module({ providers: [OtherOptions, RequestOptions], exports: [OtherOptions, RequestOptions] })
class OptionsModule {}

const named = (name?: string) => SmsModule.forRoot({ ...smsOptions(), name });

/** Of a module that has an account to itself. */
function featureWith(name?: string): Imports[number] {
  @Module({ imports: [named(name)] })
  class Feature {}
  return Feature;
}

const CASES: [string, () => Imports, RegExp][] = [
  [
    'SmsModule without forRoot',
    () => [SmsModule],
    /imported without options: write SmsModule\.forRoot\(/,
  ],
  [
    'SmsModule without forRoot in a second module',
    () => {
      @Module({ imports: [SmsModule] })
      class Feature {}
      return [SmsModule.forRoot(smsOptions()), Feature];
    },
    /isGlobal: true/,
  ],
  [
    'forRoot without options',
    () => [SmsModule.forRoot(undefined as never)],
    /credentials is missing/,
  ],
  ['forRoot with text', () => [SmsModule.forRoot('text' as never)], /credentials is missing/],
  [
    'forRoot with a factory',
    () => [SmsModule.forRoot({ useFactory } as never)],
    /useFactory belongs to SmsModule\.forRootAsync\(\{ useFactory \}\)/,
  ],
  [
    'forRootAsync without options',
    () => [forRootAsync()],
    /write SmsModule\.forRootAsync\(\{ inject/,
  ],
  ['forRootAsync with null', () => [forRootAsync(null)], /needs one of useFactory/],
  ['forRootAsync with an empty object', () => [forRootAsync({})], /needs one of useFactory/],
  [
    'forRootAsync with options at hand',
    () => [forRootAsync(smsOptions())],
    /SmsModule\.forRoot\(\{ … \}\) for options at hand/,
  ],
  [
    'forRootAsync with a configuration',
    () => [forRootAsync(smsConfig)],
    /write SmsModule\.forRootAsync\(smsConfig\.asProvider\(\)\)/,
  ],
  [
    'a factory and a class',
    () => [forRootAsync({ useFactory, useClass: Options })],
    /takes one of useFactory and useClass, not both/,
  ],
  [
    'a factory that is none',
    () => [forRootAsync({ useFactory: smsOptions() })],
    /useFactory is not usable: expected a function/,
  ],
  [
    'a class that is none',
    () => [forRootAsync({ useClass: {} })],
    /useClass is not usable: expected a class/,
  ],
  [
    'a factory that returns nothing',
    () => [forRootAsync({ useFactory: () => undefined })],
    /useFactory gave nothing/,
  ],
  [
    'a factory that names the account',
    () => [forRootAsync({ useFactory: () => ({ ...smsOptions(), name: 'x' }) })],
    /name stands beside useFactory/,
  ],
  [
    'inject that is no list',
    () => [forRootAsync({ useFactory, inject: Options })],
    /inject is not usable: expected a list/,
  ],
  [
    'inject with undefined',
    () => [forRootAsync({ useFactory, inject: [Options, undefined] })],
    /inject\[1\] is undefined/,
  ],
  [
    'inject beside a class',
    () => [forRootAsync({ useClass: Options, inject: [Login] })],
    /inject belongs to useFactory/,
  ],
  [
    'imports that is no list',
    () => [forRootAsync({ useFactory, imports: OptionsModule })],
    /imports is not usable: expected a list/,
  ],
  [
    'useClass without the method',
    () => [forRootAsync({ useClass: OtherOptions })],
    /OtherOptions has no method createSmsOptions\(\)/,
  ],
  [
    'useExisting without the method',
    () => [forRootAsync({ useExisting: OtherOptions, imports: [OptionsModule] })],
    /OtherOptions has no method createSmsOptions\(\)/,
  ],
  [
    'a class for each request',
    () => [forRootAsync({ useClass: RequestOptions })],
    /Scope\.REQUEST/,
  ],
  [
    'an existing provider for each request',
    () => [forRootAsync({ useExisting: RequestOptions, imports: [OptionsModule] })],
    /Scope\.REQUEST/,
  ],
  [
    'a factory for each request',
    () => [forRootAsync({ useFactory, inject: [REQUEST] })],
    /Scope\.REQUEST/,
  ],
  [
    'a name twice in two modules',
    () => [named(), featureWith('marketing'), featureWith('marketing')],
    /"marketing" is registered twice/,
  ],
  [
    'a name twice in one module',
    () => [named(), named('marketing'), named('marketing')],
    /"marketing" is registered twice/,
  ],
  [
    'no name twice in one module',
    () => [named(), named()],
    /imports SmsModule twice without a name/,
  ],
  [
    'a name that is blank',
    () => [SmsModule.forRoot({ ...smsOptions(), name: ' ' })],
    /name is not usable/,
  ],
];

describe('an app that registers the module wrongly', () => {
  it.each(CASES)('is told what to write: %s', async (_, toImports, sentence) => {
    const [withConsumer, alone] = [await failureOf(toImports), await failureOf(toImports, [])];
    for (const failure of [withConsumer, alone]) {
      expect(failure).toMatchObject({
        name: 'SmsOptionsError',
        code: 'SMS_OPTIONS_INVALID',
        message: expect.stringMatching(sentence),
      });
    }
  });

  it.each([
    [
      'one account in two modules',
      () => {
        const sms = SmsModule.forRoot(smsOptions());
        @Module({ imports: [sms] })
        class Feature {}
        return [sms, Feature];
      },
    ],
    [
      'two accounts',
      () => [SmsModule.forRoot(smsOptions()), SmsModule.forRoot({ ...smsOptions(), name: 'a' })],
    ],
    ['no name in two modules, each for itself', () => [named(), featureWith()]],
    [
      'a class of the scope TRANSIENT',
      () => {
        @Injectable({ scope: Scope.TRANSIENT })
        class Fresh extends Options {}
        return [forRootAsync({ useClass: Fresh })];
      },
    ],
    [
      'a token in place of a class',
      () => {
        @Module({ providers: [{ provide: 'OPTIONS', useClass: Options }], exports: ['OPTIONS'] })
        class Feature {}
        return [forRootAsync({ useExisting: 'OPTIONS', imports: [Feature] })];
      },
    ],
  ] as [string, () => Imports][])('is none with %s', async (_, toImports) => {
    expect(await failureOf(toImports)).toBeUndefined();
  });
});
