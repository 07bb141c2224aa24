import type { SmsTestHooks } from '../sms.test-hooks.js';

/** What a test does to the store of `SmsVerificationModule`. */
export class SmsVerificationFaults {
  private isBroken = false;

  /** From now on the store is out of reach: nothing is sent, and no code is compared. */
  breakStore(): void {
    this.isBroken = true;
  }

  /** The store answers again, with all that it kept. */
  mendStore(): void {
    this.isBroken = false;
  }

  /** @internal */
  toHooks(now: () => number): SmsTestHooks {
    return {
      now,
      assertVerificationStoreWorks: () => {
        if (this.isBroken) {
          throw new Error('The test broke the store (kit.verification.breakStore).');
        }
      },
    };
  }
}
