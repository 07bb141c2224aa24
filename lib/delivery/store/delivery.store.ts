import type { SmsSettlementCertainty, SmsSettlementVerdict } from '../settlement.js';

/**
 * What is known of a text, from nothing to the end. `absent`: its record was looked for and is not
 * there. `unreported`: no report came within 72 hours.
 */
export type SmsDeliveryStatus =
  'unknown' | 'absent' | 'accepted' | 'unreported' | 'rejected' | 'failed' | 'delivered';

/** Why a text failed, as far as a program can use it. */
export type SmsFailureKind = 'absent-phone' | 'invalid' | 'blocked' | 'frequency' | 'other';

/** Where a fact comes from. */
export type SmsDeliverySource = 'response' | 'callback' | 'queue' | 'number' | 'record' | 'clock';

/** Something that is said of a text. All moments are milliseconds since 1970. */
export interface SmsDeliveryFact {
  readonly state: SmsDeliveryStatus;
  /** The carrier's receipt code, or Tencent's code of a refusal. */
  readonly code?: string | undefined;
  /** When it happened, as far as that is said. */
  readonly at?: number | undefined;
  readonly source: SmsDeliverySource;
  /** Whether it is surely of this text: by serial number or context, not by number and time. */
  readonly exact: boolean;
}

/** A text that is sent or was sent. */
export interface SmsDeliveryText {
  /** Our id of the request; with the number it names the text before it has a serial number. */
  readonly callRef: string;
  /** E.164. */
  readonly to: string;
  /** Tencent's number of the text. */
  readonly serialNo?: string | undefined;
  /** Name of the account; left out for the one without a name. */
  readonly account?: string | undefined;
  readonly ref?: string | undefined;
  readonly template?: string | undefined;
  readonly signName?: string | undefined;
  /** Whether its state is kept; one that is not is known by its serial number for half an hour. */
  readonly tracked: boolean;
  /** What its template was approved for: codes are looked for before others. */
  readonly kind?: string | undefined;
  /** Its application where that is not the account's. */
  readonly sdkAppId?: string | undefined;
  /** What its record is told by, made by `printOf`: nothing can be read from it but words of the template. */
  readonly print?: string | undefined;
  readonly decidedAt: number;
  readonly notAfter: number;
  readonly signedAt?: number | undefined;
  /** When a request without an outcome has ended all the same, with its process. */
  readonly endsBy?: number | undefined;
  /** By how much the clock was corrected, and may be wrong. @default 0 */
  readonly offsetMs?: number | undefined;
  /** Milliseconds until its record is looked for. @default never */
  readonly lookIn?: number | undefined;
  /** What is known of it by now. */
  readonly fact: SmsDeliveryFact;
}

/** A report, as it came: of a text of ours or of any other. */
export interface SmsDeliveryReport extends SmsDeliveryFact {
  readonly to: string;
  readonly serialNo: string;
  /** What the request carried as `SessionContext`, where Tencent gives it back. */
  readonly context?: string | undefined;
}

/** How a text is asked for. */
export type SmsDeliveryKey =
  | { readonly to: string; readonly serialNo: string }
  | {
      readonly to: string;
      readonly callRef: string;
      /**
       * Whether one that is not tracked is given as well, for as long as it is known: half an hour.
       * @default false
       */
      readonly untracked?: boolean | undefined;
    }
  | { readonly to: string; readonly ref: string };

/** What a store knows of a text. */
export interface SmsStoredText extends Omit<SmsDeliveryText, 'lookIn'> {
  /** Whether a state that had ended changed once more. */
  readonly corrected: boolean;
  /** Whether it was matched with its serial number, by its number and time; a receipt takes it back. */
  readonly matched: boolean;
}

/** A number that is to be looked for in Tencent's records, taken for a while by one process. */
export interface SmsDeliveryLook {
  /** E.164. */
  readonly to: string;
  /** Proves who took it. */
  readonly token: string;
  /**
   * The texts to the number that a look concerns: those whose outcome is open or that were not found,
   * those that wait for a look, and those that Tencent refused lately, whose records are no others'.
   */
  readonly texts: readonly SmsLookedText[];
}

/** A text that a look concerns. */
export interface SmsLookedText extends SmsStoredText {
  /** Whether it is due itself, and not one that another of its number is looked for with. */
  readonly isDue: boolean;
}

/** What a look found of one text. */
export interface SmsLookFinding {
  readonly callRef: string;
  /** What is known of it now; left out where nothing was found. */
  readonly fact?: SmsDeliveryFact | undefined;
  /**
   * The record that it was matched with, as a serial number or what stands for one: each goes to one
   * text only. The fact is not applied when it went to another meanwhile.
   */
  readonly claim?: string | undefined;
  /** Tencent's number of the text, where the record has one. */
  readonly serialNo?: string | undefined;
  /** Milliseconds until the next look. @default none */
  readonly lookIn?: number | undefined;
}

/** A change of the state of a text, or a reply, for the handlers that were registered when it came. */
export interface SmsDeliveryChange {
  readonly id: string;
  readonly kind: 'report' | 'reply' | 'settled' | 'outcome';
  /** Plain JSON. */
  readonly body: unknown;
}

/**
 * A change of a text's state to what a report says, for those who count: neither number nor serial
 * number is in it.
 */
export interface SmsReportedChange {
  readonly state: 'delivered' | 'failed';
  readonly code?: string | undefined;
  /** When it happened, by the report: milliseconds since 1970. */
  readonly at?: number | undefined;
  readonly source: SmsDeliverySource;
  readonly account?: string | undefined;
  /** When the text was signed, or decided on: milliseconds since 1970. */
  readonly sentAt: number;
  /** Whether the text had ended otherwise before. */
  readonly corrected: boolean;
}

/** A verdict on a text whose outcome was open, for those who count: no number is in it. */
export interface SmsSettledChange {
  readonly verdict: SmsSettlementVerdict;
  readonly certainty: SmsSettlementCertainty;
  readonly source: SmsDeliverySource;
  readonly account?: string | undefined;
  /** When the text was signed, or decided on: milliseconds since 1970. */
  readonly sentAt: number;
  /** Whether it takes another verdict back. */
  readonly corrected: boolean;
}

/** What a step of a store changed. */
export type SmsTextChange = SmsReportedChange | SmsSettledChange;

/** A change that this process is to tell. */
export interface SmsClaimedChange extends SmsDeliveryChange {
  /** Names of the handlers that have it to come. */
  readonly handlers: readonly string[];
}

/** What a store has. */
export interface SmsDeliveryStats {
  /** When the newest report came. */
  readonly newestReportAt?: number | undefined;
  /** Tracked texts that were accepted, with and without a report. */
  readonly reported: number;
  readonly unreported: number;
  /** Changes that wait for a handler. */
  readonly waiting: number;
  /** Changes that a handler threw on to the end. */
  readonly dead: number;
  /** Texts whose outcome is open. */
  readonly open: number;
  /** Numbers that are due for a look. */
  readonly looks: number;
  /** Reports that wait for their text. */
  readonly parked: number;
  /** Texts that were dropped because the store is bounded. */
  readonly dropped: number;
}

/**
 * Where texts and what became of them are kept. Each method is one atomic step, and may be repeated;
 * `describeDeliveryStore` of the `testing` entry point checks an implementation. The methods that
 * change states give the changes to `delivered` or `failed`, and the verdicts, that they made, each once:
 * by the call that made it, of whatever instance.
 *
 * @throws anything when the store is out of reach.
 */
export interface SmsDeliveryStore {
  /**
   * Keeps texts, or what is newly known of them: before a request with the state `unknown`, after it
   * with its outcome. Reports that came before their text are merged now. A text takes its serial number
   * back from one that was only matched with it, and what was reported; that one is open again.
   */
  put(texts: readonly SmsDeliveryText[]): Promise<readonly SmsTextChange[]>;
  /**
   * Merges reports into their texts, by serial number and number together, or by the context that they
   * give back; those of no text are parked. Any order of the same facts ends in the same state. Each
   * change of a state to `delivered` or `failed` goes into the outbox in the same step, and so does each
   * change of the verdict on a text whose outcome was open. Of a text that was only matched with its
   * serial number no report is exact.
   */
  merge(reports: readonly SmsDeliveryReport[]): Promise<readonly SmsTextChange[]>;
  /** Puts something else that handlers hear of into the outbox, once for each id. */
  announce(changes: readonly SmsDeliveryChange[]): Promise<void>;
  /** The text; the latest one where several have the same `ref`. `undefined` when none is tracked. */
  find(key: SmsDeliveryKey): Promise<SmsStoredText | undefined>;
  /** Names the handlers of this process, again and again: what comes is kept for them. */
  register(
    handlers: readonly { readonly name: string; readonly kind: SmsDeliveryChange['kind'] }[],
  ): Promise<void>;
  /** Takes changes that are due for any of the handlers, for as long as the lease. */
  claim(handlers: readonly string[], limit: number, leaseMs: number): Promise<SmsClaimedChange[]>;
  /**
   * Ends a change for a handler, or has it told again: after 1 s, 10 s, 1, 10 and 60 min. When the sixth
   * call fails, too, it is dead.
   */
  acknowledge(change: string, handler: string, done: boolean): Promise<void>;
  /** Does what is due by the clock: parked reports become foreign, texts without a report end. */
  advance(): Promise<void>;
  /**
   * Takes numbers that are due for a look, for as long as the lease: those that are waited for, then
   * those with a code, then the newest. With `only`, that number, due or not.
   */
  claimLooks(limit: number, leaseMs: number, only?: string): Promise<SmsDeliveryLook[]>;
  /**
   * Writes what a look found, gives claims to their texts, and lets go of the number. Nothing happens
   * when the lease has ended and another process has it. Where an attempt to the number is open that the
   * look has not seen, nothing is claimed: the record may be that one's, and is looked for again.
   */
  endLook(
    look: SmsDeliveryLook,
    findings: readonly SmsLookFinding[],
  ): Promise<readonly SmsTextChange[]>;
  /** Which of these serial numbers, or what stands for them, belong to a text to this number. */
  claimed(to: string, claims: readonly string[]): Promise<string[]>;
  /** Has a number looked for before others. */
  prefer(to: string): Promise<void>;
  /**
   * Takes the next place in a row in which one follows every so many milliseconds, over all processes.
   *
   * @returns milliseconds until then
   */
  reserve(name: string, everyMs: number): Promise<number>;
  stats(): Promise<SmsDeliveryStats>;
  /**
   * Calls back when a text may have changed, with its number; without one when any may have, such as
   * after a time in which nothing was heard. Gives what ends that.
   */
  subscribe(listener: (to: string | undefined) => void): () => void;
  /** Whether this owner is the only one of that name for so long. */
  lease(name: string, owner: string, milliseconds: number): Promise<boolean>;
  /** Called when the module ends. */
  close?(): Promise<void>;
}
