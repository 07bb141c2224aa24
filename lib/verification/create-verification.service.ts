import type { ModuleRef } from '@nestjs/core';
import { SmsOptionsError } from '../errors/options.error.js';
import type { SmsService } from '../sms.service.js';
import { SMS_TRANSPORT, getSmsServiceToken } from '../sms.tokens.js';
import { Afterwards } from './afterwards.js';
import { VerificationKeys } from './keys/verification-keys.js';
import type { ResolvedVerificationOptions } from './verification.options.js';
import { findTestHooks } from '../sms.test-hooks.js';
import { SmsVerificationService } from './verification.service.js';
import { VerificationLogger } from './verification.logger.js';

/** Makes the service of a module. */
export function createVerificationService(
  options: ResolvedVerificationOptions,
  modules: ModuleRef,
  name: string | undefined,
): SmsVerificationService {
  const { store, account } = options;
  let sms: SmsService | undefined;
  const context = {
    options,
    store,
    keys: new VerificationKeys(options.secrets()),
    logger: new VerificationLogger(),
    afterwards: new Afterwards(),
    sms: () => (sms ??= findSmsService(modules, account)),
    testHooks: () => findTestHooks(modules.get(SMS_TRANSPORT, { strict: false })),
  };
  return new SmsVerificationService(context, name);
}

/** Whichever module has it: `SmsModule` need not be global for this one. */
function findSmsService(modules: ModuleRef, account: string | undefined): SmsService {
  try {
    return modules.get(getSmsServiceToken(account), { strict: false });
  } catch {
    const name = account === undefined ? '' : ` with the name "${account}"`;
    throw new SmsOptionsError([
      {
        field: 'account',
        message: `account has no SmsService: import SmsModule.forRoot${name} into the app, too.`,
      },
    ]);
  }
}
