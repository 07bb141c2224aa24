import type { SmsUnknown } from '../sending/outcome.js';

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
