import { randomInt, randomUUID } from 'node:crypto';
import type { CallbackFaults } from '../faults/faults.js';
import type { DeliveryReport, ReportedRecord } from '../records/message-log.js';
import { escapeJson, toStatusItem } from './callback-bodies.js';
import type { ExtForm, PushedItem } from './callback-bodies.js';

/** A report on its way, with what is to go wrong on it. */
export interface ReportToPush {
  readonly record: ReportedRecord;
  readonly faults: CallbackFaults | undefined;
}

/** What goes out in one request. */
export interface PlannedPush {
  readonly sdkAppId: string;
  readonly body: string;
  /** `''` for none. */
  readonly contentType: string;
  readonly records: readonly ReportedRecord[];
}

const MAX_BATCH = 100;
/** What Tencent's callbacks are taken to come as. */
export const JSON_TYPE = 'application/json';

/**
 * Plans the pushes of the reports of one moment: lists of pushes, of which each waits for the one before
 * it.
 */
export function planPushes(
  reports: readonly ReportToPush[],
  echoesContext: boolean,
): PlannedPush[][] {
  return [...groupByForm(reports).values()].flatMap((group) => {
    const isShuffled = hasFault(group[0], 'shuffled');
    const batches = isShuffled ? [group] : chunk(group);
    return batches.map((batch) => {
      const rounds = toRounds(batch, echoesContext);
      const pushes = isShuffled
        ? rounds
            .flat()
            .map((one) => [one])
            .toReversed()
        : rounds.flatMap(chunk);
      return pushes.flatMap((items) => toPush(items, batch[0]?.faults));
    });
  });
}

interface Item {
  readonly record: ReportedRecord;
  readonly item: PushedItem;
}

/** What can stand in one body: reports of one application, one content type, one way of escaping, shuffled or not. */
function groupByForm(reports: readonly ReportToPush[]): Map<string, ReportToPush[]> {
  const groups = new Map<string, ReportToPush[]>();
  for (const report of reports) {
    const { record, faults } = report;
    const form = [
      record.sdkAppId,
      faults?.contentType ?? JSON_TYPE,
      hasFault(report, 'escaped'),
      hasFault(report, 'shuffled'),
    ].join();
    const group = groups.get(form);
    if (group === undefined) {
      groups.set(form, [report]);
    } else {
      group.push(report);
    }
  }
  return groups;
}

/** First every report, then what contradicts some of them, then some of them again. */
function toRounds(reports: readonly ReportToPush[], echoesContext: boolean): Item[][] {
  const first: Item[] = [];
  const opposites: Item[] = [];
  const again: Item[] = [];
  for (const report of reports) {
    const { record } = report;
    const form = extFormOf(report, echoesContext);
    const own = { record, item: toStatusItem(record, record.report, form) };
    if (hasFault(report, 'foreign')) {
      const item = { ...toStatusItem(record, record.report, form), sid: foreignSerialNo(record) };
      first.push({ record, item: form === 'none' ? item : { ...item, ext: '' } });
    }
    first.push(own);
    if (hasFault(report, 'contradicting')) {
      opposites.push({ record, item: toStatusItem(record, oppositeOf(record.report), form) });
    }
    if (hasFault(report, 'duplicated')) {
      again.push(own);
    }
  }
  return [first, opposites, again].filter((round) => round.length > 0);
}

function toPush(items: readonly Item[], faults: CallbackFaults | undefined): PlannedPush[] {
  const [first] = items;
  if (first === undefined) {
    return [];
  }
  const body = JSON.stringify(items.map(({ item }) => item));
  return [
    {
      sdkAppId: first.record.sdkAppId,
      body: faults?.effects.has('escaped') === true ? escapeJson(body) : body,
      contentType: faults?.contentType ?? JSON_TYPE,
      records: [...new Set(items.map(({ record }) => record))],
    },
  ];
}

function extFormOf(report: ReportToPush, echoesContext: boolean): ExtForm {
  if (!echoesContext) {
    return 'none';
  }
  return hasFault(report, 'object-ext') ? 'object' : 'text';
}

function oppositeOf({ at, status }: DeliveryReport): DeliveryReport {
  return status === 'SUCCESS'
    ? { at, status: 'FAIL', code: 'MK:0001' }
    : { at, status: 'SUCCESS', code: 'DELIVRD' };
}

/** What another system would have got for a text to this phone at this time. */
function foreignSerialNo({ serialNo }: ReportedRecord): string {
  return serialNo.includes(':')
    ? serialNo.replace(/^\d+:\d{4}/, `3369:${randomInt(1000, 10_000)}`)
    : randomUUID();
}

function hasFault(
  report: ReportToPush | undefined,
  fault: Parameters<CallbackFaults['effects']['has']>[0],
): boolean {
  return report?.faults?.effects.has(fault) === true;
}

function chunk<T>(all: readonly T[]): T[][] {
  const chunks: T[][] = [];
  for (let first = 0; first < all.length; first += MAX_BATCH) {
    chunks.push(all.slice(first, first + MAX_BATCH));
  }
  return chunks;
}
