import { MAX_RECIPIENTS_PER_CALL } from '../api/limits.js';
import type { SmsMarket } from '../recipients/normalize-recipients.js';
import type { Batch, BatchRow } from './batch.js';
import type { PreparedText } from './prepare-text.js';

/** A row that can be sent to, with its own text. */
export interface PlannedRow extends BatchRow {
  readonly market: SmsMarket;
  /** All that is read of the text, as text: the same for texts that look the same. */
  readonly look: string;
}

/**
 * Puts rows into as few batches as there may be: equal texts share one, and outside the mainland
 * different texts without a signature do, too. How a text is sent never depends on other rows: those
 * that differ in anything beside their values travel apart.
 */
export function planBatches(rows: readonly PlannedRow[]): Batch[] {
  const batches: Batch[] = [];
  const alone: PlannedRow[] = [];
  for (const same of groupBy(rows, sameCallOf)) {
    const [only] = same;
    if (only !== undefined && same.length === 1 && mayBePersonal(only)) {
      alone.push(only);
    } else {
      batches.push(...chunks(same).map(toSendSms));
    }
  }
  for (const personal of groupBy(alone, personalCallOf)) {
    for (const chunk of chunks(personal)) {
      const action = chunk.length === 1 ? 'SendSms' : 'SendMultiGlobalSms';
      batches.push({ action, rows: chunk });
    }
  }
  return batches;
}

/** All that a recipient sees of a text, and what it is sent by. */
export function lookOf(text: PreparedText): string {
  const { templateId, values, signName, senderId, extendCode, sdkAppId } = text;
  return JSON.stringify([templateId, values, signName, senderId, extendCode, sdkAppId]);
}

function sameCallOf({ market, look, text: { sessionContext } }: PlannedRow): string {
  const context = sessionContext === undefined ? '' : JSON.stringify(sessionContext);
  return `${market}${look}${context}`;
}

function personalCallOf({ text }: PlannedRow): string {
  const { templateId, sessionContext, senderId, sdkAppId } = text;
  return JSON.stringify([templateId, sessionContext, senderId, sdkAppId]);
}

// SendMultiGlobalSms knows neither a signature nor an extended number.
function mayBePersonal({ market, text }: PlannedRow): boolean {
  return market === 'international' && text.signName === undefined && text.extendCode === undefined;
}

function toSendSms(rows: readonly PlannedRow[]): Batch {
  return { action: 'SendSms', rows };
}

// Answers are matched by number, so rows with the same number must be in two calls.
function chunks(rows: readonly PlannedRow[]): PlannedRow[][] {
  const result: { numbers: Set<string>; rows: PlannedRow[] }[] = [];
  for (const row of rows) {
    let chunk = result.find(
      ({ numbers }) => numbers.size < MAX_RECIPIENTS_PER_CALL && !numbers.has(row.to),
    );
    if (chunk === undefined) {
      chunk = { numbers: new Set(), rows: [] };
      result.push(chunk);
    }
    chunk.numbers.add(row.to);
    chunk.rows.push(row);
  }
  return result.map((chunk) => chunk.rows);
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Iterable<readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [item]);
    } else {
      group.push(item);
    }
  }
  return groups.values();
}
