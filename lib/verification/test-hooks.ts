import type { SmsTransport } from '../http/transport.js';
import type { SmsVerificationStore } from './store/verification.store.js';

/** Member of a testing kit's transport: what verifications take from the kit. */
export const TEST_HOOKS = Symbol.for('nestjs-tencentcloud-sms:verification-test-hooks');

/** What a testing kit does to verifications. */
export interface VerificationTestHooks {
  /** Milliseconds since 1970, by the kit's clock. */
  now(): number;
  /** @throws an error while the kit has the store broken. */
  assertStoreWorks(): void;
}

/** The hooks of a transport that is a testing kit's. */
export function findTestHooks(transport: SmsTransport): VerificationTestHooks | undefined {
  return (transport as { readonly [TEST_HOOKS]?: VerificationTestHooks })[TEST_HOOKS];
}

/** A store that the kit can break. */
export function breakable(
  store: SmsVerificationStore,
  hooks: VerificationTestHooks,
): SmsVerificationStore {
  const guard =
    <Ask, Answer>(method: (ask: Ask) => Promise<Answer>) =>
    async (ask: Ask): Promise<Answer> => {
      hooks.assertStoreWorks();
      return method(ask);
    };
  return {
    reserve: guard(async (ask) => store.reserve(ask)),
    conclude: guard(async (ask) => store.conclude(ask)),
    attempt: guard(async (ask) => store.attempt(ask)),
    cancel: guard(async (ask) => store.cancel(ask)),
    unlock: guard(async (ask) => store.unlock(ask)),
    close: async () => store.close?.(),
  };
}
