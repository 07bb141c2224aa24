import type { SmsReport } from '../report.js';
import type { SmsSettlement } from '../settlement.js';
import { failureKindOf } from '../failure-kind.js';
import type {
  SmsDeliveryChange,
  SmsDeliveryFact,
  SmsDeliveryReport,
  SmsReportedChange,
  SmsSettledChange,
  SmsStoredText,
} from './delivery.store.js';
import { verdictOf } from './verdict.js';

/** What a change tells of a text. */
export type ReportedText = Pick<
  SmsStoredText,
  'to' | 'callRef' | 'serialNo' | 'ref' | 'template' | 'account' | 'fact' | 'corrected'
>;

/** The change that handlers hear of; `undefined` where none does: of what no report said. */
export function toReportChange(
  { to, callRef, serialNo = '', ref, template, account, fact, corrected }: ReportedText,
  now: number,
): SmsDeliveryChange | undefined {
  const { state, code = '', at = now, source } = fact;
  if (state !== 'delivered' && state !== 'failed') {
    return undefined;
  }
  // A text that was settled may have no serial number; what is sure may bring a state a second time.
  const id = `${serialNo || callRef} ${to} ${state}${fact.exact ? '' : ' matched'}`;
  const body: SmsReport = {
    id,
    to,
    serialNo,
    state,
    code,
    kind: failureKindOf(state, code),
    at,
    source,
    known: true,
    corrected,
    ref,
    template,
    account,
  };
  return { id, kind: 'report', body };
}

/** The change as it is counted; `undefined` where no report said it. */
export function toReportedChange({
  fact: { state, code, at, source },
  account,
  signedAt,
  decidedAt,
  corrected,
}: Pick<SmsStoredText, 'fact' | 'account' | 'signedAt' | 'decidedAt' | 'corrected'>):
  SmsReportedChange | undefined {
  return state === 'delivered' || state === 'failed'
    ? { state, code, at, source, account, sentAt: signedAt ?? decidedAt, corrected }
    : undefined;
}

/** The verdict on a text whose outcome was open, as it stands now. */
export function toSettlement(
  { to, callRef, serialNo, ref, template, account, fact }: Omit<ReportedText, 'corrected'>,
  id: string,
  corrected: boolean,
): SmsSettlement {
  const { verdict, certainty } = judge(fact);
  return {
    id,
    verdict,
    certainty,
    to,
    callRef,
    ref,
    serialNo,
    code: verdict === 'rejected' ? fact.code : undefined,
    corrected,
    template,
    account,
  };
}

/** The verdict as it is counted. @param count how many were told of this text before */
export function toCountedVerdict(
  {
    fact,
    account,
    signedAt,
    decidedAt,
  }: Pick<SmsStoredText, 'fact' | 'account' | 'signedAt' | 'decidedAt'>,
  count: number,
): SmsSettledChange {
  return {
    ...judge(fact),
    source: fact.source,
    account,
    sentAt: signedAt ?? decidedAt,
    corrected: count > 0,
  };
}

function judge({ state, exact }: SmsDeliveryFact): Pick<SmsSettlement, 'verdict' | 'certainty'> {
  const verdict = verdictOf(state);
  const isSure = exact && verdict !== 'open';
  return { verdict, certainty: verdict === 'absent' ? 'presumed' : isSure ? 'exact' : 'matched' };
}

/** The change that tells of a verdict. @param count how many were told of this text before */
export function toSettledChange(text: ReportedText, count: number): SmsDeliveryChange {
  const id = `settled ${text.callRef} ${text.to} ${count}`;
  return { id, kind: 'settled', body: toSettlement(text, id, count > 0) };
}

/** The change that tells of a report of no text of ours. */
export function toForeignChange({
  to,
  serialNo,
  state,
  code = '',
  at = 0,
  source,
}: Pick<SmsDeliveryReport, 'to' | 'serialNo' | keyof SmsDeliveryFact>): SmsDeliveryChange {
  const id = `foreign ${serialNo} ${to} ${state}`;
  const kind = failureKindOf(state, code);
  const body: SmsReport = {
    id,
    to,
    serialNo,
    state: state === 'delivered' ? 'delivered' : 'failed',
    code,
    kind,
    at,
    source,
    known: false,
  };
  return { id, kind: 'report', body };
}
