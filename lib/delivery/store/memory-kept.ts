import type { SmsSettlementVerdict } from '../settlement.js';
import type { SmsDeliveryFact, SmsDeliveryText, SmsStoredText } from './delivery.store.js';
import { isFinal } from './merge-facts.js';
import { verdictOf } from './verdict.js';

/** A text as it is kept in memory. */
export interface KeptText {
  /** Its own copy. */
  text: SmsDeliveryText;
  fact: SmsDeliveryFact;
  corrected: boolean;
  readonly keptAt: number;
  lookAt: number | undefined;
  /** What it was matched with: a serial number, or what stands for one. */
  claim: string | undefined;
  /** The last verdict that its sender or handlers know. */
  verdict: SmsSettlementVerdict;
  /** How many verdicts handlers were told. */
  settled: number;
}

/** A text that is new. */
export function createKept(text: SmsDeliveryText, now: number): KeptText {
  return {
    text: { ...text },
    fact: text.fact,
    corrected: false,
    keptAt: now,
    lookAt: undefined,
    claim: undefined,
    // Its sender knows the outcome that it comes with.
    verdict: verdictOf(text.fact.state),
    settled: 0,
  };
}

/** Its own copy. */
export function toStored({ text, fact, corrected, claim }: KeptText): SmsStoredText {
  const stored = { ...text, fact, corrected, matched: claim !== undefined };
  delete stored.lookIn;
  return stored;
}

/** Whether an answer was told, though it leaves the outcome open. */
export function isOutcome({ signedAt }: KeptText['text']): boolean {
  return signedAt !== undefined;
}

/** Whether no answer is to come any more. */
export function isConcluded({ text }: KeptText, now: number): boolean {
  return isOutcome(text) || now >= (text.endsBy ?? 0);
}

/** Whether it is known for sure. */
export function isExact({ fact }: KeptText): boolean {
  return fact.exact && fact.state !== 'unknown';
}

/** Whether no report is to come. */
export function isEnded({ fact }: KeptText): boolean {
  return isFinal(fact.state);
}

/** Whether a report is to come. */
export function isAccepted({ fact }: KeptText): boolean {
  return fact.state === 'accepted';
}

/** Adds what is known of a text to what was; in place, since each send does so. */
export function addMembers(text: KeptText['text'], more: SmsDeliveryText, isNewer: boolean): void {
  const members = text as unknown as Record<string, unknown>;
  for (const name in more) {
    const value = more[name as keyof SmsDeliveryText];
    if (value !== undefined && (isNewer || members[name] === undefined)) {
      members[name] = value;
    }
  }
}
