import { types } from 'node:util';
import { Inject, Injectable, Scope } from '@nestjs/common';
import type { OnModuleInit, Provider } from '@nestjs/common';
import { ModuleRef, ModulesContainer } from '@nestjs/core';
import { SmsOptionsError } from './errors/options.error.js';
import { SMS_ACCOUNT, SMS_OPTIONS, SMS_TESTING } from './sms.tokens.js';

/** Why an app can't start, in one sentence that says what to write. */
export function toBootError(field: string, message: string): SmsOptionsError {
  return new SmsOptionsError([{ field, message }]);
}

/** What `imports: [SmsModule]` lacks. */
export function throwUnregistered(): never {
  throw toBootError(
    'options',
    'SmsModule is imported without options: write SmsModule.forRoot({ credentials, sdkAppId }) or SmsModule.forRootAsync({ useFactory }). With isGlobal: true, one module is enough and the others import nothing.',
  );
}

/**
 * What can be seen only once all modules are known: two accounts of one name, and options that Nest
 * would make anew for each request.
 */
@Injectable()
export class BootChecks implements OnModuleInit {
  /** A function, so that printing this provider does not print all of the app. */
  private readonly scopeOf: () => Scope | undefined;

  constructor(
    @Inject(ModulesContainer) modules: ModulesContainer,
    @Inject(SMS_ACCOUNT) account: string | undefined,
    @Inject(ModuleRef) module: ModuleRef,
  ) {
    this.scopeOf = () => module.introspect(SMS_OPTIONS).scope;
    // No method of a Map works through a proxy, as instrumented apps have.
    if (!types.isProxy(modules)) {
      assertOnce(account, [...modules.values()]);
    }
  }

  onModuleInit(): void {
    assertNoRequestScope(this.scopeOf());
  }
}

/** Makes the app fail at once where a class that makes options is one for each request. */
export function checkScope(factory: unknown): Provider {
  const scoped = typeof factory === 'function' ? factory : Object;
  const { scope } = Object(Reflect.getMetadata('scope:options', scoped)) as { scope?: Scope };
  return {
    provide: 'SMS_SCOPE_CHECK',
    useFactory: () => {
      assertNoRequestScope(scope);
      return true;
    },
  };
}

type NestModule = Parameters<ModulesContainer['set']>[1];

/**
 * A transport that leads to Tencent has no place in a test with `SmsTestingModule`.
 *
 * @throws SmsOptionsError that says how to replace it.
 */
export function assertNotTested(modules: ModulesContainer): void {
  if (isTested(modules)) {
    throw toBootError(
      'transport',
      'SmsModule would send for real beside SmsTestingModule, which takes its place: leave SmsModule out of the test, or keep it and replace SmsTestingModule by overrideProvider(SMS_TRANSPORT).useValue(kit.transport) with the kit of createSmsTestKit().',
    );
  }
}

function isTested(modules: ModulesContainer): boolean {
  return (
    !types.isProxy(modules) &&
    [...modules.values()].some(({ providers }) => providers.has(SMS_TESTING))
  );
}

function assertNoRequestScope(scope: Scope | undefined): void {
  if (scope === Scope.REQUEST) {
    throw toBootError(
      'scope',
      'The options of SmsModule come from a provider of Scope.REQUEST, but are read once, while the app starts: leave its scope out, and give what changes with each request to the send itself (signName, sdkAppId) or use an account with a name for each.',
    );
  }
}

/**
 * A name stands for one account in the whole app. Accounts without one may be several, each for the
 * module that imports it, but not two for the same module.
 */
function assertOnce(account: string | undefined, modules: readonly NestModule[]): void {
  const isSame = ({ providers }: NestModule): boolean =>
    providers.has(SMS_ACCOUNT) && providers.get(SMS_ACCOUNT)?.instance === account;
  if (account !== undefined) {
    if (modules.filter(isSame).length > 1) {
      throw toBootError(
        'name',
        `The name "${account}" is registered twice: give each account a name of its own, or register it once, with isGlobal: true where several modules need it.`,
      );
    }
    return;
  }
  // Nest lists global modules among the imports of all others.
  const isMixed = modules.some(
    ({ imports }) => [...imports].filter((module) => !module.isGlobal && isSame(module)).length > 1,
  );
  if (isMixed) {
    throw toBootError(
      'name',
      'One module imports SmsModule twice without a name, so that SmsService could be either: register it once, or give an account a name: SmsModule.forRoot({ name, … }).',
    );
  }
}
