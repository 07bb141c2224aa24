import type { SmsTransport } from './http/transport.js';

/** Member of a testing kit's transport: what features take from the kit. */
export const TEST_HOOKS = Symbol.for('nestjs-tencentcloud-sms:test-hooks');

/** What a testing kit does to features. */
export interface SmsTestHooks {
  /** Milliseconds since 1970, by the kit's clock. */
  now(): number;
  /** @throws an error while the kit has the store of verifications broken. */
  assertVerificationStoreWorks(): void;
}

/** The hooks of a transport that is a testing kit's. */
export function findTestHooks(transport: SmsTransport): SmsTestHooks | undefined {
  return (transport as { readonly [TEST_HOOKS]?: SmsTestHooks })[TEST_HOOKS];
}
