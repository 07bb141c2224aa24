import { kindOfReceipt } from '../api/receipt-codes.js';
import type { SmsDeliveryStatus, SmsFailureKind } from './store/delivery.store.js';

/** Why a text failed, by the carrier's code; `undefined` for one that did not. */
export function failureKindOf(
  state: SmsDeliveryStatus,
  code: string | undefined,
): SmsFailureKind | undefined {
  if (state !== 'failed') {
    return undefined;
  }
  const kind = kindOfReceipt(code ?? '');
  if (kind === 'absent') {
    return 'absent-phone';
  }
  return kind === 'delivered' ? 'other' : kind;
}
