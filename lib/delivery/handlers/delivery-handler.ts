import type { SmsJobOutcome } from '../job-outcome.js';
import type { SmsReply, SmsReport } from '../report.js';
import type { SmsDeliveryChange } from '../store/delivery.store.js';
import type {
  HandlerMark,
  SmsOutcomeFilter,
  SmsReplyFilter,
  SmsReportFilter,
} from './handler.decorators.js';

/** A method that hears of changes. */
export interface DeliveryHandler {
  /** Class and method: the same on every instance of the app. */
  readonly name: string;
  readonly mark: HandlerMark;
  readonly call: (body: unknown) => unknown;
}

/** Whether a handler hears of a change. */
export function hears({ mark }: DeliveryHandler, { kind, body }: SmsDeliveryChange): boolean {
  if (mark.kind !== kind) {
    return false;
  }
  switch (mark.kind) {
    case 'report':
      return hearsReport(mark.filter, body as SmsReport);
    case 'reply':
      return hearsReply(mark.filter, body as SmsReply);
    case 'settled':
      return true;
    case 'outcome':
      return hearsOutcome(mark.filter, body as SmsJobOutcome);
  }
}

function hearsReport(filter: SmsReportFilter, report: SmsReport): boolean {
  const { known = true, ...members } = filter;
  // Without a store there is nothing to know texts by: such reports are for all.
  const fits = report.known === undefined || report.known === known;
  return (
    fits &&
    (['state', 'kind', 'template', 'account'] as const).every(
      (name) => members[name] === undefined || members[name] === report[name],
    )
  );
}

function hearsReply({ optOut }: SmsReplyFilter, reply: SmsReply): boolean {
  return optOut === undefined || optOut === reply.optOut;
}

function hearsOutcome(filter: SmsOutcomeFilter, outcome: SmsJobOutcome): boolean {
  return (['status', 'template', 'account'] as const).every(
    (name) => filter[name] === undefined || filter[name] === outcome[name],
  );
}
