import type { SmsDeliverySource, SmsFailureKind } from './store/delivery.store.js';

/** What became of a text, as a handler hears of it: once for each change. */
export interface SmsReport {
  /** The same for every call about this change. */
  readonly id: string;
  /** E.164. */
  readonly to: string;
  readonly serialNo: string;
  readonly state: 'delivered' | 'failed';
  /** The carrier's receipt code. */
  readonly code: string;
  /** Why it failed; `undefined` for a text that arrived. */
  readonly kind?: SmsFailureKind | undefined;
  /** When, by the report: milliseconds since 1970. */
  readonly at: number;
  readonly source: SmsDeliverySource;
  /** Whether this module sent the text; `undefined` with `store: false`, which can't tell. */
  readonly known: boolean | undefined;
  /** Whether it came after the text had ended otherwise. */
  readonly corrected?: boolean | undefined;
  readonly ref?: string | undefined;
  readonly template?: string | undefined;
  readonly account?: string | undefined;
}

/** What a phone replied. */
export interface SmsReply {
  /** Of all its members: Tencent gives none. */
  readonly id: string;
  /** E.164. */
  readonly from: string;
  readonly text: string;
  /** The signature of the text that it replies to. */
  readonly sign: string;
  readonly extend: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Whether Tencent takes it for an opt-out, and will refuse further texts to this phone. */
  readonly optOut: boolean;
  /** The accounts of this module: Tencent does not say which. */
  readonly accounts: readonly string[];
}
