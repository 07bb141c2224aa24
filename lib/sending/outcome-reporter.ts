import { SmsApiError } from '../errors/api.errors.js';
import { describeApiCode } from '../errors/error-catalogue.js';
import type { Batch } from './batch.js';
import { describeBatch } from './describe-batch.js';
import type { SmsOutcome, SmsRejected } from './outcome.js';
import type { SendEvents } from './send-events.js';
import type { SendObserver } from './send-observer.js';

/** Reports those outcomes that need attention: unknown ones, and refusals with a new code. */
export class OutcomeReporter implements SendObserver {
  constructor(private readonly events: SendEvents) {}

  afterSend(batch: Batch, outcomes: readonly SmsOutcome[]): void {
    const unknown = outcomes.filter((outcome) => outcome.status === 'unknown');
    const [first] = unknown;
    if (first !== undefined) {
      this.events.onUnknown({
        ...describeBatch(batch),
        unknown: unknown.length,
        codes: [...new Set(unknown.map(({ code }) => code))],
        requestId: first.requestId,
      });
    }
    for (const { code, requestId } of newRefusals(outcomes)) {
      this.events.onNewCode({ code, action: batch.action, requestId });
    }
  }
}

/** One rejected row for each code that is in no catalogue yet. */
function newRefusals(outcomes: readonly SmsOutcome[]): SmsRejected[] {
  const byCode = new Map<string, SmsRejected>();
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected' && outcome.error instanceof SmsApiError) {
      byCode.set(outcome.code, outcome);
    }
  }
  return [...byCode.values()].filter(({ code }) => !describeApiCode(code).known);
}
