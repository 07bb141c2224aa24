import { SmsAbortError } from '../errors/transport.errors.js';
import type { Recipient } from '../recipients/normalize-recipients.js';
import { splitRecipients } from '../recipients/split-recipients.js';
import type { Deadline } from '../client/deadline.js';
import type { BatchRow, BatchSender } from './batch.sender.js';
import { followSignal } from './follow-signal.js';
import { Gate } from './gate.js';
import { SmsRejected, repeatOutcome } from './outcome.js';
import type { SmsOutcome } from './outcome.js';
import type { PreparedText } from './prepare-text.js';
import { SendTally } from './send-summary.js';
import type { SmsSendSummary } from './send-summary.js';

/**
 * What became of one text to many phones.
 *
 * @publicApi
 */
export class SmsSendManyResult {
  constructor(
    /** One outcome for each row of the input, in its order. */
    readonly outcomes: readonly SmsOutcome[],
  ) {}

  /** The outcomes in numbers. */
  summary(): SmsSendSummary {
    const tally = new SendTally();
    for (const outcome of this.outcomes) {
      tally.add(outcome);
    }
    return tally.summary();
  }

  /**
   * The rows that were surely not sent, and for a passing cause: those may be sent again. Repeated
   * rows stand for their first one, and what is unknown is never among them.
   */
  retryable(): SmsRejected[] {
    return this.outcomes.filter(
      (outcome): outcome is SmsRejected =>
        outcome.status === 'rejected' &&
        outcome.duplicateOf === undefined &&
        outcome.error.retryable,
    );
  }
}

/** How many calls may be under way at once. */
export const DEFAULT_CONCURRENCY = 20;

/** What bounds the send as a whole. */
export interface ManyLimits {
  readonly concurrency?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
  readonly deadline?: Deadline | undefined;
}

/** Sends one text to all rows that can be sent to, in as few calls as there may be. */
export async function sendMany(
  sender: Pick<BatchSender, 'sendSame'>,
  text: PreparedText,
  given: readonly string[],
  recipients: readonly Recipient[],
  { concurrency = DEFAULT_CONCURRENCY, signal: callers, timeoutMs, deadline }: ManyLimits,
): Promise<SmsSendManyResult> {
  const outcomes: (SmsOutcome | undefined)[] = recipients.map((row) =>
    row.error === undefined
      ? undefined
      : new SmsRejected(unsent(row.index, textOf(given[row.index])), row.error),
  );
  const gate = new Gate(concurrency);
  const { signal, release } = followSignal(callers);
  const limits = { signal, timeoutMs, deadline, outlastsRateRefusals: true };
  try {
    await Promise.all(
      splitRecipients(recipients).map(async ({ recipients: rows }) =>
        gate.run(async () => {
          const settled = signal?.aborted
            ? abandon(rows, signal.reason)
            : await sender.sendSame(text, rows, limits);
          for (const outcome of settled) {
            outcomes[outcome.index] = outcome;
          }
        }),
      ),
    );
  } finally {
    release();
  }
  for (const row of recipients) {
    const first = row.duplicateOf === undefined ? undefined : outcomes[row.duplicateOf];
    if (first !== undefined) {
      outcomes[row.index] = repeatOutcome(first, row.index);
    }
  }
  return new SmsSendManyResult(outcomes.filter((outcome) => outcome !== undefined));
}

/** The outcomes of rows whose turn never came. */
export function abandon(rows: readonly BatchRow[], reason: unknown): SmsOutcome[] {
  const error = new SmsAbortError('Aborted before the request was sent.', 'connect', reason);
  return rows.map(({ index, to }) => new SmsRejected(unsent(index, to), error));
}

/** A phone as it was given: not everybody has a compiler at hand. */
export function textOf(to: unknown): string {
  return typeof to === 'string' ? to : '';
}

/** A row that was in no request, and so has no id of one. */
export function unsent(index: number, to: string) {
  return {
    index,
    to,
    ref: '',
    requestId: undefined,
    duplicateOf: undefined,
    decidedAt: undefined,
    notAfter: undefined,
    signedAt: undefined,
  };
}
