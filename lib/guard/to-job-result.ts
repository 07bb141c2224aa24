import type { SmsJobResult } from '../delivery/job-outcome.js';
import { SmsUnrecoverableError } from '../errors/unrecoverable.error.js';
import type { SmsOutcome } from '../sending/outcome.js';
import { rejectionKindOf } from './rejection.js';

/**
 * For a worker of your own on BullMQ: the result of a job whose text was accepted; throws otherwise, so
 * that BullMQ repeats what surely was not sent and may go later, and nothing else. A worker that dies
 * after the send still sends twice: `SmsSendGuard` does not.
 *
 * @example
 * `new Worker('texts', async ({ data }) => toSmsJobResult(await sms.trySend(OrderShipped, data)))`
 *
 * @throws SmsUnrecoverableError, which BullMQ takes for its `UnrecoverableError`, when the text must not
 * be sent again; the SmsError of the outcome when it may.
 */
export function toSmsJobResult(outcome: SmsOutcome): SmsJobResult {
  const { ref, templateId: template, requestId } = outcome;
  switch (outcome.status) {
    case 'accepted': {
      const { serialNo, signedAt, decidedAt } = outcome;
      const at = signedAt ?? decidedAt ?? Date.now();
      return { status: 'accepted', serialNo, requestId, template, ref, at };
    }
    case 'unknown':
      throw new SmsUnrecoverableError(outcome.error);
    case 'rejected':
      // Of an application that the text names nothing is known here.
      throw rejectionKindOf(outcome.code, false) === 'final'
        ? new SmsUnrecoverableError(outcome.error)
        : outcome.error;
  }
}
