/** Whether Tencent took a text on whose outcome was open; `open` as long as that is not known. */
export type SmsSettlementVerdict = 'accepted' | 'rejected' | 'absent' | 'open';

/**
 * How sure a verdict is. `exact`: Tencent gave our own context or the receipt back. `matched`: a record of
 * the same number, time and text. `presumed`: there is no record, after the last look.
 */
export type SmsSettlementCertainty = 'exact' | 'matched' | 'presumed';

/** What was found of a text whose outcome was open. Data: plain in JSON, masked where it is printed. */
export interface SmsSettlement {
  /** The same for every call about this verdict. */
  readonly id: string;
  readonly verdict: SmsSettlementVerdict;
  readonly certainty: SmsSettlementCertainty;
  /** E.164. */
  readonly to: string;
  /** The one of the outcome: with the number it names the text. */
  readonly callRef: string;
  readonly ref?: string | undefined;
  /** Tencent's number of the text. */
  readonly serialNo?: string | undefined;
  /** Tencent's code of a refusal. */
  readonly code?: string | undefined;
  /** Whether it takes another verdict back. */
  readonly corrected?: boolean | undefined;
  readonly template?: string | undefined;
  /** Name of the account; left out for the one without a name. */
  readonly account?: string | undefined;
}
