import type { SmsStoredText } from '../../delivery/store/delivery.store.js';
import { verdictOf } from '../../delivery/store/verdict.js';
import type { SmsCampaignRowEnd } from '../../guard/campaign.store.js';
import { rejectionKindOf } from '../../guard/rejection.js';
import type { SmsOutcome } from '../../sending/outcome.js';

/** How the rows of a request go out, as far as it matters to their ends. */
export interface RowTerms {
  readonly hasOwnApplication: boolean;
  readonly keepsSerialNos: boolean;
}

/** The end of a row by the answer to its request. */
export function toEnd(
  row: number,
  outcome: SmsOutcome | undefined,
  terms: RowTerms,
): SmsCampaignRowEnd {
  switch (outcome?.status) {
    case undefined:
    case 'unknown':
      return { row, letter: 'u' };
    case 'accepted':
      return {
        row,
        letter: 'a',
        fee: outcome.fee,
        serialNo: terms.keepsSerialNos ? outcome.serialNo : undefined,
      };
    case 'rejected':
      return toRejectedEnd(row, outcome.code, terms);
  }
}

/** The end of a row by what delivery knows of it. */
export function toKnownEnd(
  row: number,
  known: SmsStoredText | undefined,
  terms: RowTerms,
): SmsCampaignRowEnd {
  switch (known === undefined ? 'open' : verdictOf(known.fact.state)) {
    case 'accepted':
      return { row, letter: 'a', serialNo: terms.keepsSerialNos ? known?.serialNo : undefined };
    case 'rejected':
      return toRejectedEnd(row, known?.fact.code ?? '', terms);
    case 'absent':
    case 'open':
      return { row, letter: 'u' };
  }
}

/** What surely did not leave, for a cause that passes, is given back. */
function toRejectedEnd(row: number, code: string, terms: RowTerms): SmsCampaignRowEnd {
  const isFinal = rejectionKindOf(code, terms.hasOwnApplication) === 'final';
  return { row, letter: isFinal ? 'r' : '.', code };
}
