import type { Recipient } from '../recipients/normalize-recipients.js';
import { splitRecipients } from '../recipients/split-recipients.js';
import { rejectAborted } from './batch.js';
import type { BatchSender } from './batch.sender.js';
import { followSignal } from './follow-signal.js';
import { Limiter } from './limiter.js';
import { SmsRejected, repeatOutcome, unsent } from './outcome.js';
import type { SmsOutcome } from './outcome.js';
import { textAnywhere } from './prepare-text.js';
import type { MarketTexts } from './prepare-text.js';
import type { BatchLimits } from './send-limits.js';
import { SendTally } from './send-summary.js';
import type { SmsSendSummary } from './send-summary.js';

/**
 * What became of one text to many phones.
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

/** A list of phones, and what they are to get. */
export interface ManyTexts {
  readonly texts: MarketTexts;
  /** The label of all. */
  readonly ref: string | undefined;
  /** As they were given. */
  readonly phones: readonly string[];
  readonly recipients: readonly Recipient[];
}

/** Sends one text to all rows that can be sent to, in as few calls as there may be. */
export async function sendMany(
  sender: BatchSender,
  { texts, ref, phones, recipients }: ManyTexts,
  callers: BatchLimits,
  concurrency = DEFAULT_CONCURRENCY,
): Promise<SmsSendManyResult> {
  const outcomes: (SmsOutcome | undefined)[] = recipients.map((row) =>
    row.error === undefined
      ? undefined
      : new SmsRejected(
          unsent({ index: row.index, to: phones[row.index] ?? '', ref }, textAnywhere(texts)),
          row.error,
        ),
  );
  const limiter = new Limiter(concurrency);
  const { signal, release } = followSignal(callers.signal);
  const limits = { ...callers, signal };
  try {
    await Promise.all(
      splitRecipients(recipients).map(async (batch) =>
        limiter.run(async () => {
          const text = texts[batch.market];
          const rows = batch.recipients.map(({ index, to }) => ({ index, to, ref, text }));
          const settled = signal?.aborted
            ? rejectAborted(rows, signal.reason)
            : await sender.send({ action: 'SendSms', rows }, limits);
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
      outcomes[row.index] = repeatOutcome(first, { index: row.index, ref });
    }
  }
  return new SmsSendManyResult(outcomes.filter((outcome) => outcome !== undefined));
}
