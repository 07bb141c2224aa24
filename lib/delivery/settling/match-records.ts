import type { SmsDeliveryFact, SmsStoredText } from '../store/delivery.store.js';
import { misfitOf } from './text-print.js';
import { SKEW_MS, windowOf } from './timetable.js';

/** What Tencent has on a text that may be of an attempt whose outcome is open. */
export interface TextRecord {
  /** Names it: its serial number, or what stands for one. */
  readonly claim: string;
  readonly serialNo: string | undefined;
  /** When it was sent, or, where only that is known, when it was received. */
  readonly at: number;
  /** With a signature and masked values; empty where it is not known. */
  readonly content: string;
  /** Whether `at` is when the phone had it, which may be long after it was sent. */
  readonly isReceipt: boolean;
  /** What it says of the text. */
  readonly fact: SmsDeliveryFact;
}

/** A text and the record that is its own. */
export interface RecordMatch {
  readonly text: SmsStoredText;
  readonly record: TextRecord;
}

interface Pair extends RecordMatch {
  readonly misfit: number;
  readonly distance: number;
}

/** Tencent counts whole seconds, and its serial numbers milliseconds. */
const TOLERANCE_MS = 10_000;
/** How far the record of a text that was refused is from its signature. */
export const REFUSED_WITHIN_MS = SKEW_MS + TOLERANCE_MS;
/** How long after its window a text is believed to have run all the same. */
const MAX_LATE_MS = 25 * 60_000;
/** A serial number of the mainland: channel, random number, milliseconds, four digits of the number. */
const MAINLAND_SERIAL = /^\d{4}:\d{8,10}(1\d{12})(\d{4})$/;
/** In place of digits of a number. */
const NO_DIGITS = '0000';

/**
 * Gives each record to at most one text: first by how well its text fits, then by how near it is to the
 * signature.
 *
 * @param texts to one number, whose outcome is open or was not found
 * @param records of that number, which belong to no text yet
 * @param refused texts to that number that Tencent refused in its answer: their records have no serial
 * number to tell them by
 */
export function matchRecords(
  texts: readonly SmsStoredText[],
  records: readonly TextRecord[],
  refused: readonly SmsStoredText[],
  windowMs: number,
): RecordMatch[] {
  const left = withoutRefused(records, refused);
  const pairs = texts.flatMap((text) =>
    left.flatMap((record): Pair[] => {
      const pair = pairOf(text, record, windowMs);
      return pair === undefined ? [] : [pair];
    }),
  );
  pairs.sort(
    (a, b) =>
      a.misfit - b.misfit ||
      a.distance - b.distance ||
      signedAt(a.text) - signedAt(b.text) ||
      a.record.at - b.record.at,
  );
  const matches = new Map<TextRecord, Pair>();
  const matched = new Set<SmsStoredText>();
  for (const pair of pairs) {
    if (!matched.has(pair.text) && !matches.has(pair.record)) {
      matched.add(pair.text);
      matches.set(pair.record, pair);
    }
  }
  for (const text of texts) {
    if (!matched.has(text)) {
      reassign(text, pairs, matches, new Set());
    }
  }
  return [...matches.values()].map(({ text, record }) => ({ text, record }));
}

/**
 * Gives a text that is left the record of another that can have one more, no worse: a text without a
 * record counts as absent.
 */
function reassign(
  text: SmsStoredText,
  pairs: readonly Pair[],
  matches: Map<TextRecord, Pair>,
  tried: Set<TextRecord>,
  misfit = Infinity,
): boolean {
  for (const pair of pairs) {
    if (pair.text === text && pair.misfit <= misfit && !tried.has(pair.record)) {
      tried.add(pair.record);
      const held = matches.get(pair.record);
      if (held === undefined || reassign(held.text, pairs, matches, tried, held.misfit)) {
        matches.set(pair.record, pair);
        return true;
      }
    }
  }
  return false;
}

function pairOf(text: SmsStoredText, record: TextRecord, windowMs: number): Pair | undefined {
  const misfit = misfitOf(text.print, record.content);
  if (
    misfit === undefined ||
    !isInTime(text, record, misfit, windowMs) ||
    !fitsSerial(text, record, windowMs)
  ) {
    return undefined;
  }
  return { text, record, misfit, distance: Math.abs(record.at - signedAt(text)) };
}

function isInTime(
  text: SmsStoredText,
  { at, isReceipt }: TextRecord,
  misfit: number,
  windowMs: number,
): boolean {
  const { from, until } = windowOf(text, windowMs);
  // Receipts come when the phone is on again. A text that counts as absent may have run later than it
  // should have: its own words are proof enough, for a while.
  const isLate =
    text.fact.state === 'absent' && misfit === 0 && at <= signedAt(text) + MAX_LATE_MS + windowMs;
  return at >= from && (at <= until || isReceipt || isLate);
}

/** A serial number can rule a record out, and nothing else is read from it. */
function fitsSerial(text: SmsStoredText, record: TextRecord, windowMs: number): boolean {
  const [, time, digits] = MAINLAND_SERIAL.exec(record.serialNo ?? '') ?? [];
  if (time === undefined) {
    return true;
  }
  const at = Number(time);
  const { from, until } = windowOf(text, windowMs);
  const fitsTime = record.isReceipt
    ? at >= from - TOLERANCE_MS && at <= until + TOLERANCE_MS
    : Math.abs(at - record.at) <= TOLERANCE_MS;
  const isOfNumber =
    digits === NO_DIGITS || !text.to.startsWith('+86') || digits === text.to.slice(9, 13);
  return fitsTime && isOfNumber;
}

function withoutRefused(
  records: readonly TextRecord[],
  refused: readonly SmsStoredText[],
): TextRecord[] {
  const left = [...records];
  for (const { fact, ...text } of refused) {
    const own = left.flatMap((record) => {
      const misfit = misfitOf(text.print, record.content);
      const distance = Math.abs(record.at - signedAt(text));
      return record.fact.state === 'rejected' &&
        record.fact.code?.toLowerCase() === fact.code?.toLowerCase() &&
        misfit !== undefined &&
        distance <= REFUSED_WITHIN_MS
        ? [{ record, misfit, distance }]
        : [];
    });
    const [best] = own.toSorted((a, b) => a.misfit - b.misfit || a.distance - b.distance);
    if (best !== undefined) {
      left.splice(left.indexOf(best.record), 1);
    }
  }
  return left;
}

function signedAt({ signedAt: at, decidedAt }: Pick<SmsStoredText, 'signedAt' | 'decidedAt'>) {
  return at ?? decidedAt;
}
