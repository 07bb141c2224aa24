import type { SmsSettlementVerdict } from '../settlement.js';
import type { SmsDeliveryStatus } from './delivery.store.js';

/** What a state says of an outcome that was open: whether Tencent took the text on. */
export function verdictOf(state: SmsDeliveryStatus): SmsSettlementVerdict {
  switch (state) {
    case 'unknown':
      return 'open';
    case 'absent':
      return 'absent';
    case 'rejected':
      return 'rejected';
    case 'accepted':
    case 'unreported':
    case 'failed':
    case 'delivered':
      return 'accepted';
  }
}
