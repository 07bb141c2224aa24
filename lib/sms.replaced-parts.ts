import { types } from 'node:util';
import type { ModulesContainer } from '@nestjs/core';
import type { SmsTransport } from './http/transport.js';
import type { SmsSigner } from './signing/signer.js';
import { findTestHooks } from './sms.test-hooks.js';
import { SMS_SIGNER, SMS_TRANSPORT } from './sms.tokens.js';

/** What a test has put in the place of the accounts' own. */
export interface ReplacedParts {
  readonly signer: SmsSigner | undefined;
  readonly transport: SmsTransport | undefined;
}

/** Signers and transports that `SmsModule` has made, or was given for one account by an option. */
const MADE = new WeakSet<object>();

/** Notes that a part is that of one account. */
export function ofOneAccount<Part extends object>(part: Part): Part {
  MADE.add(part);
  return part;
}

/**
 * What `overrideProvider` has put in the place of signers and transports, and the transport of a testing
 * kit: they are for the accounts that the app opens at run time, too.
 */
export function findReplacedParts(modules: ModulesContainer): ReplacedParts {
  const parts: { signer?: SmsSigner; transport?: SmsTransport } = {};
  // No method of a Map works through a proxy, as instrumented apps have.
  for (const { providers } of types.isProxy(modules) ? [] : modules.values()) {
    const signer = providers.get(SMS_SIGNER)?.instance as SmsSigner | undefined;
    const transport = providers.get(SMS_TRANSPORT)?.instance as SmsTransport | undefined;
    if (signer && !MADE.has(signer)) {
      parts.signer ??= signer;
    }
    if (transport && (!MADE.has(transport) || findTestHooks(transport))) {
      parts.transport ??= transport;
    }
  }
  return { signer: parts.signer, transport: parts.transport };
}
