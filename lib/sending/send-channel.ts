import { tracingChannel } from 'node:diagnostics_channel';
import type { TracingChannel } from 'node:diagnostics_channel';
import { note } from '../client/request-channel.js';
import type { SmsMarket } from '../recipients/normalize-recipients.js';
import type { Batch } from './batch.js';
import { describeBatch } from './describe-batch.js';
import type { SmsOutcome } from './outcome.js';
import { SendTally } from './send-summary.js';

/**
 * What the tracing channel `tencentcloud-sms:send` publishes of a batch: up to 200 recipients that
 * share a call. One object a batch, the same in all its events; `start` has what is known before,
 * `asyncEnd` all of it. A batch that was refused is no `error` here: its outcomes hold the codes.
 *
 * No text, no value and no whole number is in it. The call itself is published on
 * `tencentcloud-sms:request`, between the two events.
 */
export interface SmsSendTrace {
  /** `SendSms`, or `SendMultiGlobalSms` when each recipient has a text of its own. */
  readonly action: 'SendSms' | 'SendMultiGlobalSms';
  /** Name of the account; `undefined` for the one without a name. */
  readonly account: string | undefined;
  /** Id of the template; `undefined` when the texts are of several ones. */
  readonly template: string | undefined;
  /** Whether all of them are numbers of the mainland, or none is. */
  readonly market: SmsMarket;
  /** Distinct numbers in the batch. */
  readonly recipients: number;
  /** The number, masked (`+86137****2222`), when there is but one. */
  readonly to: string | undefined;
  /** Recipients that Tencent took on; `undefined` while the batch is in flight, as are all below. */
  accepted: number | undefined;
  /** Recipients whose text was surely not sent. */
  rejected: number | undefined;
  /** Recipients whose outcome is unknown. */
  unknown: number | undefined;
  /** Segments billed. */
  fee: number | undefined;
  /** Code → recipients that have it; of all that were not accepted. */
  codes: Readonly<Record<string, number>> | undefined;
  /**
   * Code → recipients that have it, of the unknown ones alone: for others the same code may be a
   * refusal. `undefined` when there is none.
   */
  unknownCodes: Readonly<Record<string, number>> | undefined;
  /** Tencent's id of the call, when it got that far. */
  requestId: string | undefined;
}

/** Check `hasSubscribers` before making a trace: without subscribers, a batch costs only that check. */
export const sendChannel: TracingChannel<object, SmsSendTrace> =
  tracingChannel('tencentcloud-sms:send');

/** The trace of a batch that is about to be sent. */
export function createSendTrace(batch: Batch, account: string | undefined): SmsSendTrace {
  return {
    action: batch.action,
    account,
    ...describeBatch(batch),
    accepted: undefined,
    rejected: undefined,
    unknown: undefined,
    fee: undefined,
    codes: undefined,
    unknownCodes: undefined,
    requestId: undefined,
  };
}

/** Runs a batch and publishes it on the channel. */
export async function traceSend(
  trace: SmsSendTrace,
  run: () => Promise<SmsOutcome[]>,
): Promise<SmsOutcome[]> {
  let batch!: Promise<SmsOutcome[]>;
  // The channel gets no result: an outcome holds the whole phone number.
  const traced = sendChannel.tracePromise(async () => {
    batch = run();
    const outcomes = await batch;
    const tally = new SendTally();
    outcomes.forEach((outcome) => {
      tally.add(outcome);
    });
    const { byCode, accepted, rejected, unknown, fee } = tally.summary();
    const { requestId } = outcomes[0] ?? {};
    const unknownCodes = unknown === 0 ? undefined : countUnknown(outcomes);
    note(trace, { accepted, rejected, unknown, fee, codes: byCode, unknownCodes, requestId });
  }, trace);
  // The batch has an end of its own: nothing that listeners do to the trace may change it.
  await traced.catch(() => undefined);
  return batch;
}

function countUnknown(outcomes: readonly SmsOutcome[]): Record<string, number> {
  const tally = new SendTally();
  outcomes
    .filter(({ status }) => status === 'unknown')
    .forEach((outcome) => {
      tally.add(outcome);
    });
  return tally.summary().byCode;
}
