/* oxlint-disable no-await-in-loop -- calls that follow each other */
import assert from 'node:assert/strict';
import type { SmsReport } from '../../delivery/report.js';
import type {
  SmsClaimedChange,
  SmsDeliveryFact,
  SmsDeliveryKey,
  SmsDeliveryReport,
  SmsDeliveryStatus,
  SmsDeliveryStore,
  SmsDeliveryText,
  SmsReportedChange,
} from '../../delivery/store/delivery.store.js';
import type { SmsDeliveryStoreClock } from './delivery-subject.js';

/** A case of the conformance suite: one rule. */
export interface DeliveryCase {
  /** The rule, as a sentence. */
  readonly name: string;
  /** Whether it waits, and so needs a clock. */
  readonly waits: boolean;
  run(caller: DeliveryCaller): Promise<void>;
}

/** A case that runs within a moment. */
export function atOnce(name: string, run: (caller: DeliveryCaller) => Promise<void>): DeliveryCase {
  return { name, waits: false, run };
}

/** A case in which time passes. */
export function inTime(name: string, run: (caller: DeliveryCaller) => Promise<void>): DeliveryCase {
  return { name, waits: true, run };
}

/** When texts were sent, where nothing else is said. */
export const SENT_AT = 1_764_000_000_000;
/** The handler that the caller names. */
export const HANDLER = 'Orders.onReport';
export const LEASE_MS = 30_000;

/** What a response says. */
export function response(state: SmsDeliveryStatus, code?: string): SmsDeliveryFact {
  const at = state === 'unknown' ? undefined : SENT_AT;
  return { state, source: 'response', exact: true, code, at };
}

/** A fact that was matched by number and time. */
export function matched(state: SmsDeliveryStatus): SmsDeliveryFact {
  return { state, code: 'MATCHED', at: SENT_AT, source: 'record', exact: false };
}

/** Calls a store as the module does. */
export class DeliveryCaller {
  private texts = 0;

  constructor(
    readonly store: SmsDeliveryStore,
    private readonly clock: SmsDeliveryStoreClock | undefined,
  ) {}

  /** Lets time pass; the store does then what is due. */
  async wait(milliseconds: number): Promise<void> {
    await this.clock?.advance(milliseconds);
    await this.store.advance();
  }

  /** A text of its own, whose outcome is open. */
  text(given: Partial<SmsDeliveryText> = {}): SmsDeliveryText {
    this.texts += 1;
    const number = String(this.texts).padStart(4, '0');
    return {
      callRef: `call${number}`,
      to: `+861380000${number}`,
      template: '1110',
      tracked: true,
      decidedAt: SENT_AT,
      notAfter: SENT_AT + 60_000,
      fact: response('unknown'),
      ...given,
    };
  }

  /** The same text once it was accepted. */
  accepted(text: SmsDeliveryText, given: Partial<SmsDeliveryText> = {}): SmsDeliveryText {
    const serialNo = `serial${text.callRef}`;
    return { ...text, serialNo, signedAt: SENT_AT, fact: response('accepted'), ...given };
  }

  /** A text that was sent and accepted. */
  async send(given: Partial<SmsDeliveryText> = {}): Promise<SmsDeliveryText> {
    const text = this.text(given);
    await this.store.put([text]);
    const accepted = this.accepted(text);
    await this.store.put([accepted]);
    return accepted;
  }

  /** A report of a text. */
  report(
    { to, serialNo = '' }: Pick<SmsDeliveryText, 'to' | 'serialNo'>,
    state: 'delivered' | 'failed',
    given: Partial<SmsDeliveryReport> = {},
  ): SmsDeliveryReport {
    const code = state === 'delivered' ? 'DELIVRD' : 'MK:0001';
    return { to, serialNo, state, code, at: SENT_AT, source: 'callback', exact: true, ...given };
  }

  /** Tells what looks found of texts, one after the other. */
  async settle(
    facts: readonly { readonly key: SmsDeliveryKey; readonly fact: SmsDeliveryFact }[],
  ): Promise<SmsReportedChange[]> {
    const changes: SmsReportedChange[] = [];
    for (const { key, fact } of facts) {
      const [look] = await this.store.claimLooks(1, LEASE_MS, key.to);
      assert.ok(look, 'a number is let go of when its look ends');
      const callRef = 'callRef' in key ? key.callRef : (await this.store.find(key))?.callRef;
      const findings = callRef === undefined ? [] : [{ callRef, fact }];
      const made = await this.store.endLook(look, findings);
      changes.push(...made.filter((change) => 'state' in change));
    }
    return changes;
  }

  async register(...names: string[]): Promise<void> {
    const handlers = names.length === 0 ? [HANDLER] : names;
    await this.store.register(handlers.map((name) => ({ name, kind: 'report' as const })));
  }

  async claim(
    handlers: readonly string[] = [HANDLER],
    limit = 1000,
    leaseMs = LEASE_MS,
  ): Promise<SmsClaimedChange[]> {
    return this.store.claim(handlers, limit, leaseMs);
  }

  /** What the handler is told, and has then: each report by its state. */
  async hear(): Promise<SmsReport[]> {
    const changes = await this.claim();
    await Promise.all(changes.map(async ({ id }) => this.store.acknowledge(id, HANDLER, true)));
    return changes.map(({ id, body }) => {
      assert.equal((body as SmsReport).id, id, 'a report has the id of its change');
      return body as SmsReport;
    });
  }

  /** The state of a text in short: `delivered DELIVRD`; `undefined` when it is not known. */
  async stateOf(key: SmsDeliveryKey): Promise<string | undefined> {
    const found = await this.store.find(key);
    return found && [found.fact.state, found.fact.code].filter(Boolean).join(' ');
  }
}
