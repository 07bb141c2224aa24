import type { SmsTestHooks } from '../sms.test-hooks.js';
import type { SmsVerificationStore } from './store/verification.store.js';

/** A store that the kit can break. */
export function breakable(store: SmsVerificationStore, hooks: SmsTestHooks): SmsVerificationStore {
  const guard =
    <Ask, Answer>(method: (ask: Ask) => Promise<Answer>) =>
    async (ask: Ask): Promise<Answer> => {
      hooks.assertVerificationStoreWorks();
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
