import { randomUUID } from 'node:crypto';
import type { Deadline } from '../client/deadline.js';
import type { CallTiming } from '../client/call-timing.js';
import type { InFlight } from '../client/in-flight.js';
import type { CallTerms } from '../client/call-options.js';
import type { SmsClient } from '../client/sms.client.js';
import { toSafeCause } from '../errors/safe-cause.js';
import { SmsProtocolError } from '../errors/protocol.error.js';
import { SmsError } from '../errors/sms.error.js';
import { rejectAll } from './batch.js';
import type { Batch, BatchRow } from './batch.js';
import { classifyFailure } from './classify-failure.js';
import { inRequest } from './outcome.js';
import type { SmsOutcome, SmsOutcomeRow } from './outcome.js';
import { readStatuses } from './read-statuses.js';
import type { WireStatus } from './read-statuses.js';
import { createSendTrace, sendChannel, traceSend } from './send-channel.js';
import type { BatchLimits, SmsSendLimits } from './send-limits.js';
import type { SendAttempt, SendObserver } from './send-observer.js';
import { contextOf, toSendMulti, toSendSms } from './to-send-request.js';

/** Of what a batch is part, and what sees its outcomes. */
export interface BatchSenderContext {
  /** Name of the account. */
  readonly account: string | undefined;
  readonly inFlight: InFlight;
  /** Read anew for each batch: more may come while the app starts. */
  readonly observers: readonly SendObserver[];
}

/** Makes one request for a batch and finds the outcome of each row. Never throws for its fate. */
export class BatchSender {
  constructor(
    private readonly client: SmsClient,
    private readonly context: BatchSenderContext,
  ) {}

  /**
   * The caller's limits for each call of a send, whose `notAfter` begins to count now.
   *
   * @throws SmsValidationError when `notAfter` is neither a valid `Date` nor a finite number.
   */
  toLimits(
    { signal, timeoutMs, notAfter }: SmsSendLimits,
    outlastsRateRefusals: boolean,
  ): BatchLimits {
    const deadline = this.client.toDeadline(notAfter);
    return { signal: signal ?? undefined, timeoutMs, deadline, outlastsRateRefusals };
  }

  /** A limit that begins to count now. */
  startDeadline(milliseconds: number): Deadline {
    return this.client.startDeadline(milliseconds);
  }

  /** Sends, and gives one outcome for each row, in their order. */
  async send(batch: Batch, limits: BatchLimits): Promise<SmsOutcome[]> {
    if (this.context.inFlight.closed) {
      return rejectAll(batch.rows, this.context.inFlight.toShutDownError());
    }
    const outcomes = sendChannel.hasSubscribers
      ? await traceSend(createSendTrace(batch, this.context.account), async () =>
          this.settle(batch, limits),
        )
      : await this.settle(batch, limits);
    for (const observer of this.context.observers) {
      try {
        const observed = observer.afterSend?.(batch, outcomes);
        if (observed !== undefined) {
          await observed;
        }
      } catch {
        // The outcomes are final: an observer that throws must not lose them.
      }
    }
    return outcomes;
  }

  private async announce(
    batch: Batch,
    callRef: string,
    timing: CallTiming,
    how: Pick<SendAttempt, 'timeoutMs' | 'isRequired' | 'isKept'>,
  ): Promise<void> {
    if (
      how.isRequired &&
      !this.context.observers.some(({ keepsAttempts }) => keepsAttempts === true)
    ) {
      throw new SmsError('No module keeps deliveries of this account now: nothing was sent.', {
        code: 'SMS_DELIVERY_STORE_UNAVAILABLE',
        retryable: true,
      });
    }
    for (const observer of this.context.observers) {
      if (observer.beforeSend !== undefined) {
        const { decidedAt, notAfter } = timing.read();
        try {
          const observed = observer.beforeSend({
            action: batch.action,
            rows: batch.rows,
            callRef,
            decidedAt,
            notAfter,
            ...how,
          });
          if (observed !== undefined) {
            await observed;
          }
        } catch (error) {
          // Nothing was sent yet, whatever the observer threw.
          throw error instanceof SmsError ? error : toObserverError(error);
        }
      }
    }
  }

  private async settle(
    { action, rows }: Batch,
    { deadline, callRef: given, isKept = false, ...limits }: BatchLimits,
  ): Promise<SmsOutcome[]> {
    // Here, where the batch's turn has come.
    const timing = this.client.startTiming(deadline);
    const callRef = given ?? randomUUID();
    try {
      await this.announce({ action, rows }, callRef, timing, {
        timeoutMs: limits.timeoutMs ?? this.client.timeoutMs,
        isRequired: given !== undefined,
        isKept,
      });
      const [statuses, requestId] = await this.request({ action, rows }, callRef, {
        ...limits,
        timing,
      });
      const contexts = rows.map((row) => contextOf(row, callRef));
      return readStatuses(action, toRows(rows, callRef, requestId, timing), statuses, contexts);
    } catch (thrown) {
      const error = thrown instanceof SmsError ? thrown : toUnreadable(thrown);
      return toRows(rows, callRef, error.requestId, timing).map((row) =>
        classifyFailure(row, error),
      );
    }
  }

  private async request(
    { action, rows: [first, ...others] }: Batch,
    callRef: string,
    terms: CallTerms,
  ): Promise<[statuses: readonly WireStatus[], requestId: string | undefined]> {
    if (first === undefined) {
      return [[], undefined];
    }
    if (action === 'SendSms') {
      const request = toSendSms([first, ...others], callRef);
      const { SendStatusSet, RequestId } = await this.client.call(action, request, terms);
      return [SendStatusSet, RequestId];
    }
    const request = toSendMulti([first, ...others], callRef);
    const { SendMultiStatusSet, RequestId } = await this.client.call(action, request, terms);
    return [SendMultiStatusSet, RequestId];
  }
}

function toRows(
  rows: readonly BatchRow[],
  callRef: string,
  requestId: string | undefined,
  timing: CallTiming,
): SmsOutcomeRow[] {
  const times = timing.read();
  return rows.map((row) => inRequest(row, row.text, { callRef, requestId, ...times }));
}

function toObserverError(cause: unknown): SmsError {
  return new SmsError('An observer of the send failed, so nothing was sent.', {
    code: 'SMS_UNFORESEEN',
    cause: toSafeCause(cause),
  });
}

/** The client throws errors of ours only, so this came from an answer: texts may have been sent. */
function toUnreadable(thrown: unknown): SmsError {
  return new SmsProtocolError("The statuses of the answer can't be read.", 200, {
    cause: toSafeCause(thrown),
  });
}
