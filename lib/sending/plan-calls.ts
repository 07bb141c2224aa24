import { MAX_RECIPIENTS_PER_CALL } from '../api/limits.js';
import type { SmsMarket } from '../recipients/normalize-recipients.js';
import type { PersonalRow } from './batch.sender.js';
import type { PreparedText } from './prepare-text.js';

/** A row that can be sent to, with its own text. */
export interface PlannedRow extends PersonalRow {
  readonly market: SmsMarket;
}

/** One call: one text for all its rows, or a text for each. */
export type PlannedCall =
  | { readonly kind: 'same'; readonly text: PreparedText; readonly rows: readonly PlannedRow[] }
  | { readonly kind: 'personal'; readonly rows: readonly PlannedRow[] };

/** What a page of rows becomes. */
export interface CallPlan {
  readonly calls: readonly PlannedCall[];
  /** Row → the row before it with the same number and text, which is sent for both. */
  readonly duplicates: ReadonlyMap<number, number>;
}

/**
 * Puts rows into as few calls as there may be: equal texts share one, and outside the mainland
 * different texts do, too.
 */
export function planCalls(rows: readonly PlannedRow[]): CallPlan {
  const duplicates = new Map<number, number>();
  const groups = new Map<string, Map<string, PlannedRow>>();
  for (const row of rows) {
    const key = `${row.market}${JSON.stringify(row.text.values)}`;
    const group = groups.get(key) ?? new Map<string, PlannedRow>();
    groups.set(key, group);
    const first = group.get(row.to);
    if (first === undefined) {
      group.set(row.to, row);
    } else {
      duplicates.set(row.index, first.index);
    }
  }
  const calls: PlannedCall[] = [];
  const personal: PlannedRow[] = [];
  for (const group of groups.values()) {
    const same = [...group.values()];
    const [only] = same;
    if (only !== undefined && same.length === 1 && mayBePersonal(only)) {
      personal.push(only);
    } else {
      calls.push(...chunks(same).map(toSameCall));
    }
  }
  for (const chunk of personalChunks(personal)) {
    calls.push(chunk.length === 1 ? toSameCall(chunk) : { kind: 'personal', rows: chunk });
  }
  return { calls, duplicates };
}

// SendMultiGlobalSms knows neither a signature nor an extended number: who asks for them by name
// gets a call of their own.
function mayBePersonal({ market, text }: PlannedRow): boolean {
  return market === 'international' && !text.signNameGiven && text.extendCode === undefined;
}

function toSameCall(rows: readonly PlannedRow[]): PlannedCall {
  const [first] = rows;
  if (first === undefined) {
    throw new RangeError('a call needs a row');
  }
  return { kind: 'same', text: first.text, rows };
}

function chunks(rows: readonly PlannedRow[]): PlannedRow[][] {
  const result: PlannedRow[][] = [];
  for (let start = 0; start < rows.length; start += MAX_RECIPIENTS_PER_CALL) {
    result.push(rows.slice(start, start + MAX_RECIPIENTS_PER_CALL));
  }
  return result;
}

// Answers are matched by number, so a number with two texts must be in two calls.
function personalChunks(rows: readonly PlannedRow[]): PlannedRow[][] {
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
