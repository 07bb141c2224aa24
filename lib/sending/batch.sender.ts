import { randomUUID } from 'node:crypto';
import type { MultiSmsInfo } from '../api/sending.js';
import type { Deadline } from '../client/deadline.js';
import type { CallTerms, SmsClient } from '../client/sms.client.js';
import { toSafeCause } from '../errors/safe-cause.js';
import { SmsProtocolError } from '../errors/protocol.error.js';
import { SmsError } from '../errors/sms.error.js';
import { classifyFailure } from './classify-failure.js';
import { unsent } from './outcome.js';
import type { SmsOutcome } from './outcome.js';
import type { PreparedText } from './prepare-text.js';
import { readStatuses } from './read-statuses.js';
import type { SendAction, WireStatus } from './read-statuses.js';

/** What ends a call, or all calls, early. */
export interface SmsSendLimits {
  /**
   * Ends the send: what was not written by then is rejected, what was is unknown.
   * @default none
   */
  signal?: AbortSignal | undefined;
  /**
   * Milliseconds for each attempt.
   * @default the module's `timeoutMs`
   */
  timeoutMs?: number | undefined;
  /**
   * A `Date` or milliseconds since 1970, by Tencent's clock as far as it is known: what was not handed
   * over by then is rejected with `SMS_TOO_LATE`. Holds for all calls of the send together.
   * @default 60 seconds for each call, once its turn has come
   */
  notAfter?: Date | number | undefined;
}

/** {@link SmsSendLimits} of one call. */
export interface BatchLimits {
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number | undefined;
  /** `notAfter` of the whole send. */
  readonly deadline: Deadline | undefined;
  /** Whether refusals of the rate are repeated as long as there is time. */
  readonly outlastsRateRefusals: boolean;
}

/** A row ready to be sent to. */
export interface BatchRow {
  readonly index: number;
  /** E.164. */
  readonly to: string;
  /** The caller's label; never sent. */
  readonly ref?: string | undefined;
}

/** A row of a call in which each number has a text of its own. */
export interface PersonalRow extends BatchRow {
  readonly text: PreparedText;
}

/**
 * Makes one call for up to 200 recipients of one market and finds the outcome of each. Never
 * throws for the call's own fate.
 */
export class BatchSender {
  constructor(private readonly client: SmsClient) {}

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
    return { signal, timeoutMs, deadline, outlastsRateRefusals };
  }

  /** One text for all. */
  async sendSame(
    text: PreparedText,
    rows: readonly BatchRow[],
    limits: BatchLimits,
  ): Promise<SmsOutcome[]> {
    const callRef = randomUUID();
    const sessionContext = text.sessionContext ?? callRef;
    const contextOf = () => sessionContext;
    return this.settle({ callRef, rows, textOf: () => text, contextOf }, limits, async (terms) => {
      const { SendStatusSet, RequestId } = await this.client.call(
        'SendSms',
        {
          PhoneNumberSet: rows.map(({ to }) => to),
          TemplateId: text.templateId,
          TemplateParamSet: text.values,
          ...(text.signName === undefined ? {} : { SignName: text.signName }),
          ...(text.extendCode === undefined ? {} : { ExtendCode: text.extendCode }),
          ...(text.senderId === undefined ? {} : { SenderId: text.senderId }),
          ...(text.sdkAppId === undefined ? {} : { SmsSdkAppId: text.sdkAppId }),
          SessionContext: sessionContext,
        },
        terms,
      );
      return ['SendSms', SendStatusSet, RequestId];
    });
  }

  /** A text each, all of the same application; outside the mainland only, and without signature. */
  async sendPersonal(rows: readonly PersonalRow[], limits: BatchLimits): Promise<SmsOutcome[]> {
    const callRef = randomUUID();
    const sdkAppId = rows[0]?.text.sdkAppId;
    const textOf = ({ text }: PersonalRow) => text;
    const contextOf = ({ text }: PersonalRow) => text.sessionContext ?? callRef;
    return this.settle({ callRef, rows, textOf, contextOf }, limits, async (terms) => {
      const { SendMultiStatusSet, RequestId } = await this.client.call(
        'SendMultiGlobalSms',
        {
          ...(sdkAppId === undefined ? {} : { SmsSdkAppId: sdkAppId }),
          MultiSmsInfoSet: rows.map((row) => toMultiInfo(row, contextOf(row))),
        },
        terms,
      );
      return ['SendMultiGlobalSms', SendMultiStatusSet, RequestId];
    });
  }

  private async settle<Row extends BatchRow>(
    { callRef, rows, textOf, contextOf }: Batch<Row>,
    { deadline, ...limits }: BatchLimits,
    call: (
      terms: CallTerms,
    ) => Promise<
      [action: SendAction, statuses: readonly WireStatus[], requestId: string | undefined]
    >,
  ): Promise<SmsOutcome[]> {
    // Here, where the batch's turn has come.
    const timing = this.client.startTiming(deadline);
    const toRow = (requestId: string | undefined) => {
      const times = timing.read();
      return (row: Row) => ({ ...unsent(row, textOf(row)), callRef, requestId, ...times });
    };
    try {
      const [action, statuses, requestId] = await call({ ...limits, timing });
      return readStatuses(action, rows.map(toRow(requestId)), statuses, rows.map(contextOf));
    } catch (thrown) {
      const error = thrown instanceof SmsError ? thrown : toUnreadable(thrown);
      return rows.map(toRow(error.requestId)).map((row) => classifyFailure(row, error));
    }
  }
}

/** Rows of one request, and what each of them went with. */
interface Batch<Row extends BatchRow> {
  readonly callRef: string;
  readonly rows: readonly Row[];
  readonly textOf: (row: Row) => PreparedText;
  /** The SessionContext that a row went with. */
  readonly contextOf: (row: Row) => string;
}

/** The client throws errors of ours only, so this came from an answer: texts may have been sent. */
function toUnreadable(thrown: unknown): SmsError {
  return new SmsProtocolError("The statuses of the answer can't be read.", 200, {
    cause: toSafeCause(thrown),
  });
}

function toMultiInfo({ to, text }: PersonalRow, sessionContext: string): MultiSmsInfo {
  return {
    PhoneNumber: to,
    TemplateId: text.templateId,
    TemplateParamSet: text.values,
    ...(text.senderId === undefined ? {} : { SenderId: text.senderId }),
    SessionContext: sessionContext,
  };
}
