import { Inject, Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { SmsAccounts } from './sms.accounts.js';
import { closeWithApp, shutDownLast } from './sms.shutdown.js';

/**
 * The run-time accounts of an app: a module of its own, so that there is one `SmsAccounts` however many
 * times `SmsModule` is registered.
 */
@Module({
  providers: [SmsAccounts],
  exports: [SmsAccounts],
})
export class SmsAccountsModule implements OnModuleInit {
  /** Whether Nest calls the hooks of this module, which it does not where it was loaded lazily. */
  private isListed = false;

  constructor(
    @Inject(ModulesContainer) modules: ModulesContainer,
    @Inject(SmsAccounts) accounts: SmsAccounts,
  ) {
    shutDownLast(modules, SmsAccounts, accounts);
    closeWithApp(
      modules,
      () => this.isListed,
      async () => accounts.onApplicationShutdown(),
    );
  }

  onModuleInit(): void {
    this.isListed = true;
  }
}
