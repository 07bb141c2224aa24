import { describeSmsError } from '../../errors/error-catalogue.js';
import { GATEWAY_CODES } from '../../errors/gateway-codes.js';
import { SEND_CODES } from '../../errors/send-codes.js';
import { DEFAULT_SECRET_KEY } from '../engine/emulator.options.js';
import { englishReceipts } from '../../api/receipt-codes.js';
import type { InboxCatalogue } from './inbox.catalogue.js';

/** Collects what the page is given. */
export function createInboxCatalogue(): InboxCatalogue {
  return { meanings: meanings(), receipts: englishReceipts(), secretKey: DEFAULT_SECRET_KEY };
}

/** The codes that a send or its request can be refused with. */
function meanings(): InboxCatalogue['meanings'] {
  const refusedCalls = Object.keys(GATEWAY_CODES).filter((code) => /^(?:Auth|Missing)/.test(code));
  // For an internal error of Tencent the code explains as much as a sentence would.
  const sends = Object.keys(SEND_CODES).filter((code) => !code.startsWith('InternalError'));
  return Object.fromEntries(
    [...refusedCalls, ...sends].map((code) => {
      const { en, zh } = describeSmsError(code);
      return [code, [en, zh]];
    }),
  );
}
