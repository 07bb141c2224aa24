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
  readonly decidedAt: number;
  readonly notAfter: number;
  readonly signedAt?: number | undefined;
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
  | { readonly to: string; readonly callRef: string }
  | { readonly to: string; readonly ref: string };

/** What a store knows of a text. */
export interface SmsStoredText extends SmsDeliveryText {
  /** Whether a state that had ended changed once more. */
  readonly corrected: boolean;
}

/** A change of the state of a text, or a reply, for the handlers that were registered when it came. */
export interface SmsDeliveryChange {
  readonly id: string;
  readonly kind: 'report' | 'reply' | 'settled';
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
  /** Reports that wait for their text. */
  readonly parked: number;
  /** Texts that were dropped because the store is bounded. */
  readonly dropped: number;
}

/**
 * Where texts and what became of them are kept. Each method is one atomic step, and may be repeated;
 * `describeDeliveryStore` of the `testing` entry point checks an implementation. The methods that
 * change states give the changes to `delivered` or `failed` that they made, and each one is given once:
 * by the call that made it, of whatever instance.
 *
 * @throws anything when the store is out of reach.
 */
export interface SmsDeliveryStore {
  /**
   * Keeps texts, or what is newly known of them: before a request with the state `unknown`, after it
   * with its outcome. Reports that came before their text are merged now.
   */
  put(texts: readonly SmsDeliveryText[]): Promise<readonly SmsReportedChange[]>;
  /**
   * Merges reports into their texts, by serial number and number together; those of no text are
   * parked. Any order of the same facts ends in the same state. Each change of a state to `delivered`
   * or `failed` goes into the outbox in the same step.
   */
  merge(reports: readonly SmsDeliveryReport[]): Promise<readonly SmsReportedChange[]>;
  /** Merges facts into texts that are known by their key, such as those of a settlement. */
  settle(
    facts: readonly { readonly key: SmsDeliveryKey; readonly fact: SmsDeliveryFact }[],
  ): Promise<readonly SmsReportedChange[]>;
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
