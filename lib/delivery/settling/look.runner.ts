/* oxlint-disable no-await-in-loop -- pages and rounds follow each other */
import { SmsError } from '../../errors/sms.error.js';
import { Repetition } from '../../time/repetition.js';
import type {
  SmsDeliveryLook,
  SmsDeliveryReport,
  SmsDeliveryStore,
  SmsLookedText,
  SmsLookFinding,
  SmsTextChange,
  SmsStoredText,
} from '../store/delivery.store.js';
import { UNREPORTED_MS } from '../store/memory-delivery.store.js';
import { REFUSED_WITHIN_MS, matchRecords } from './match-records.js';
import type { RecordLookup } from './record-lookup.js';
import { isInFlight, lastLookAt, nextCatchUpIn, nextSettleIn, windowOf } from './timetable.js';
import type { LookTimes } from './timetable.js';

/** How long a number is ours to look for before another instance may. */
const LEASE_MS = 30_000;
const POLL_MS = 1_000;
/** Numbers that are taken at once: those of fifty instances have their turn within the lease. */
const BATCH = 5;
/** When a look is made again that could not be made. */
const AGAIN_MS = 10_000;
/** When a look is made again that another attempt to the number is in the way of. */
const PUT_OFF_MS = 1_000;

/** What is said of looks. */
export interface LookEvents {
  /** A look may have changed something: the changes that reports made. */
  onLooked(changes: readonly SmsTextChange[]): void;
  onLookFailed(code: string): void;
  onStoreFailed(error: unknown): void;
}

/** Looks for texts that are due: for outcomes that are open, and for reports that did not come. */
export class LookRunner {
  private readonly repetition = new Repetition(
    async () => this.run(),
    () => POLL_MS,
  );

  constructor(
    private readonly store: SmsDeliveryStore,
    private readonly lookups: ReadonlyMap<string | undefined, RecordLookup>,
    private readonly times: LookTimes,
    private readonly events: LookEvents,
  ) {}

  start(): void {
    this.repetition.start();
  }

  /** Looks no more, and waits for the looks that are made. */
  async stop(): Promise<void> {
    await this.repetition.stop();
  }

  /**
   * Looks for the texts to a number now.
   *
   * @returns whether it could be taken: another instance may just look for it
   * @throws what the store throws.
   */
  async lookNow(to: string): Promise<boolean> {
    const [look] = await this.store.claimLooks(1, LEASE_MS, to);
    if (look === undefined) {
      return false;
    }
    await this.look({
      ...look,
      texts: look.texts.map((text) => Object.assign({}, text, { isDue: true })),
    });
    return true;
  }

  private async run(): Promise<void> {
    try {
      let looks: readonly SmsDeliveryLook[];
      do {
        looks = await this.store.claimLooks(BATCH, LEASE_MS);
        await Promise.all(looks.map(async (look) => this.look(look)));
      } while (looks.length === BATCH && !this.repetition.isStopped);
    } catch (error) {
      this.events.onStoreFailed(error);
    }
  }

  private async look(look: SmsDeliveryLook): Promise<void> {
    const found = await Promise.all(
      byApplication(look.texts).map(async (texts) => this.lookForApp(look.to, texts)),
    );
    this.events.onLooked(await this.store.endLook(look, found.flat()));
  }

  /** Looks for the texts of one application. */
  private async lookForApp(to: string, texts: readonly SmsLookedText[]): Promise<SmsLookFinding[]> {
    const lookup = this.lookups.get(texts[0]?.account);
    const due = texts.filter(({ isDue }) => isDue);
    if (lookup === undefined) {
      // Another instance has the account.
      return again(due, AGAIN_MS);
    }
    const open = due.filter(isOpen);
    const waiting = due.filter(({ fact }) => fact.state === 'accepted');
    return [
      ...(await this.try(open, async () => this.settle(lookup, to, texts))),
      ...(await this.try(waiting, async () => this.catchUp(lookup, to, waiting))),
    ];
  }

  private async try(
    due: readonly SmsLookedText[],
    look: () => Promise<SmsLookFinding[]>,
  ): Promise<SmsLookFinding[]> {
    if (due.length === 0) {
      return [];
    }
    try {
      return await look();
    } catch (error) {
      if (!(error instanceof SmsError)) {
        throw error;
      }
      this.events.onLookFailed(error.code);
      return again(due, AGAIN_MS);
    }
  }

  private async settle(
    lookup: RecordLookup,
    to: string,
    texts: readonly SmsLookedText[],
  ): Promise<SmsLookFinding[]> {
    const now = lookup.now();
    const open = texts.filter((text) => isOpen(text) && !isInFlight(text, now));
    if (texts.some((text) => isOpen(text) && isInFlight(text, now))) {
      // Its record could be taken for that of another.
      return again(
        open.filter(({ isDue }) => isDue),
        PUT_OFF_MS,
      );
    }
    const { times } = this;
    const { windowMs } = times;
    const from = Math.min(...open.map((text) => windowOf(text, windowMs).from));
    // With those of texts that were refused before it: each takes its own record out of the way.
    const result = await lookup.find(to, open[0]?.sdkAppId, from - REFUSED_WITHIN_MS);
    const exact = await this.mergeReports(to, open, result.reports);
    const claimed = new Set(
      await this.store.claimed(
        to,
        result.records.map(({ claim }) => claim),
      ),
    );
    const free = result.records.filter(({ claim }) => !claimed.has(claim));
    const refused = texts.filter(({ fact }) => fact.state === 'rejected');
    const left = open.filter(({ callRef }) => !exact.has(callRef));
    const matches = new Map(
      matchRecords(left, free, refused, windowMs).map(({ text, record }) => [text, record]),
    );
    return left.flatMap((text): SmsLookFinding[] => {
      const { callRef } = text;
      const record = matches.get(text);
      if (record !== undefined) {
        const { fact, claim, serialNo } = record;
        const lookIn = fact.state === 'accepted' ? nextCatchUpIn(text, now, times) : undefined;
        return [{ callRef, fact, claim, serialNo, lookIn }];
      }
      return text.isDue ? [notFound(text, now, result.isComplete ? times : byReports(times))] : [];
    });
  }

  /** Reports of texts of ours, which they name; gives those whose context they gave back. */
  private async mergeReports(
    to: string,
    open: readonly SmsStoredText[],
    reports: readonly SmsDeliveryReport[],
  ): Promise<Set<string>> {
    const own = new Set(open.map(({ callRef }) => callRef));
    const byContext = reports.filter(({ context = '' }) => own.has(context));
    // Those of no text of ours would be told to handlers, again and again.
    const known = new Set(
      await this.store.claimed(
        to,
        reports.map(({ serialNo }) => serialNo),
      ),
    );
    const merged = reports.filter(
      (report) => known.has(report.serialNo) || byContext.includes(report),
    );
    if (merged.length > 0) {
      this.events.onLooked(await this.store.merge(merged));
    }
    return new Set(byContext.map(({ context = '' }) => context));
  }

  private async catchUp(
    lookup: RecordLookup,
    to: string,
    texts: readonly SmsStoredText[],
  ): Promise<SmsLookFinding[]> {
    const now = lookup.now();
    const from = Math.min(...texts.map((text) => windowOf(text, 0).from));
    const reports = await lookup.findReports(to, texts[0]?.sdkAppId, from);
    await this.mergeReports(to, [], reports);
    return texts.map((text) => ({
      callRef: text.callRef,
      lookIn: nextCatchUpIn(text, now, this.times),
    }));
  }
}

/** Whether the record of a text is looked for: its outcome is open, or it was not found. */
export function isOpen({ fact: { state } }: SmsStoredText): boolean {
  return state === 'unknown' || state === 'absent';
}

/** Nothing was found: only the last look says so. */
function notFound(text: SmsStoredText, now: number, times: LookTimes): SmsLookFinding {
  const { callRef } = text;
  const lookIn = nextSettleIn(text, now, times);
  const isLast = now >= lastLookAt(text, times) && text.fact.state === 'unknown';
  return isLast
    ? { callRef, fact: { state: 'absent', source: 'record', exact: false, at: now }, lookIn }
    : { callRef, lookIn };
}

/** Reports alone prove nothing before the last may have come: the phone may be off. */
function byReports(times: LookTimes): LookTimes {
  return { ...times, recordLagMs: Math.max(times.recordLagMs, UNREPORTED_MS) };
}

/** The records of an application are asked for together. */
function byApplication(texts: readonly SmsLookedText[]): SmsLookedText[][] {
  const groups = new Map<string, SmsLookedText[]>();
  for (const text of texts) {
    const name = JSON.stringify([text.account, text.sdkAppId]);
    const group = groups.get(name);
    if (group === undefined) {
      groups.set(name, [text]);
    } else {
      group.push(text);
    }
  }
  return [...groups.values()];
}

function again(texts: readonly SmsStoredText[], lookIn: number): SmsLookFinding[] {
  return texts.map(({ callRef }) => ({ callRef, lookIn }));
}
