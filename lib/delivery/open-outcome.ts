import type { SmsUnknown } from '../sending/outcome.js';
import type { SmsDeliveryText } from './store/delivery.store.js';

/** What `settle` needs of an unknown outcome: it may come back from JSON. */
export type SmsOpenOutcome = Pick<
  SmsUnknown,
  | 'status'
  | 'to'
  | 'ref'
  | 'callRef'
  | 'templateId'
  | 'signName'
  | 'decidedAt'
  | 'notAfter'
  | 'signedAt'
>;

/** One that is to be kept, with what is known of its text. */
export type SmsReopenedOutcome = SmsOpenOutcome & { readonly callRef: string } & Pick<
    SmsDeliveryText,
    'kind' | 'sdkAppId' | 'print'
  >;
