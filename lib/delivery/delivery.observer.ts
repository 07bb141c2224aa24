import { randomUUID } from 'node:crypto';
import type { SmsResponse } from '../api/actions.js';
import { ITEM_OK } from '../api/envelope.js';
import { toSafeCause } from '../errors/safe-cause.js';
import { SmsError } from '../errors/sms.error.js';
import type { Batch, BatchRow } from '../sending/batch.js';
import type { SmsOutcome } from '../sending/outcome.js';
import type { SendAttempt, SendObserver } from '../sending/send-observer.js';
import type { SendAction } from '../sending/read-statuses.js';
import type { PreparedText } from '../sending/prepare-text.js';
import type { Clock } from '../time/clock.js';
import { withDeadline } from '../time/with-deadline.js';
import { printOf } from './settling/text-print.js';
import { nextCatchUpIn, nextSettleIn } from './settling/timetable.js';
import type { LookTimes } from './settling/timetable.js';
import type { SmsReopenedOutcome } from './open-outcome.js';
import type { SmsDeliveryFact, SmsDeliveryStore, SmsDeliveryText } from './store/delivery.store.js';
import type { WriteBehind } from './write-behind.js';

/** How long a send waits for the store before it goes all the same. */
const PATIENCE_MS = 50;
/** How long a send waits for the store when it may not go without it. */
const REQUIRED_PATIENCE_MS = 1000;
/** Rows of a run whose state is kept unless a send says so. */
const MAX_TRACKED_ROWS = 1000;

/** How the texts of an account are kept. */
export interface DeliveryObserverOptions {
  readonly account: string | undefined;
  readonly track: ReadonlySet<string>;
  readonly isRequired: boolean;
  readonly times: LookTimes;
  /** Whether other processes look for texts of one that died before it told of them. */
  readonly isShared: boolean;
  /** The account's time: milliseconds since 1970. */
  readonly now: Clock;
  /** By how much the machine's clock was corrected, in milliseconds. */
  readonly clockOffsetMs: () => number;
}

/** Keeps the texts of an account in the store of deliveries. */
export class DeliveryObserver implements SendObserver {
  readonly keepsAttempts = true;

  constructor(
    private readonly store: SmsDeliveryStore,
    private readonly writes: Pick<WriteBehind<SmsDeliveryText>, 'put'>,
    private readonly options: DeliveryObserverOptions,
  ) {}

  /** @throws SmsError with the code `SMS_DELIVERY_STORE_UNAVAILABLE` where the store is required. */
  beforeSend({
    callRef,
    decidedAt,
    notAfter,
    timeoutMs,
    rows,
    isRequired,
    isKept,
  }: SendAttempt): Promise<void> | undefined {
    if (isKept) {
      return undefined;
    }
    const ahead = this.ahead();
    const endsBy = notAfter + timeoutMs;
    const offsetMs = this.offset();
    const { isShared, times } = this.options;
    // With this process goes a store in it, and so nothing is to be looked for.
    const lookIn = isShared
      ? nextSettleIn({ decidedAt, notAfter, endsBy, offsetMs }, this.nowOfTencent() - ahead, times)
      : undefined;
    const fact: SmsDeliveryFact = { state: 'unknown', source: 'response', exact: true };
    const printed = new Map<PreparedText, string | undefined>();
    // Written out, since each send makes some: a spread would cost more than all the rest.
    const texts = rows.map(({ to, ref, text }): SmsDeliveryText => ({
      callRef,
      to,
      ref,
      template: text.templateId,
      signName: text.signName,
      kind: text.kind,
      sdkAppId: text.sdkAppId,
      print: isShared ? once(printed, text, printOfText) : undefined,
      account: this.options.account,
      decidedAt: decidedAt + ahead,
      notAfter: notAfter + ahead,
      endsBy: endsBy + ahead,
      signedAt: undefined,
      offsetMs,
      serialNo: undefined,
      fact,
      lookIn,
      // An attempt whose outcome is open is always kept.
      tracked: true,
    }));
    return isRequired || this.options.isRequired
      ? this.putOrThrow(texts)
      : this.writes.put(texts, PATIENCE_MS);
  }

  afterSend({ rows }: Batch, outcomes: readonly SmsOutcome[]): Promise<void> | undefined {
    const ahead = this.ahead();
    const offsetMs = this.offset();
    const texts = outcomes.flatMap((outcome, i): SmsDeliveryText[] => {
      const row = rows[i];
      const { callRef, decidedAt = 0, notAfter = 0, signedAt } = outcome;
      // A row that was in no request has no text that anything can become of.
      if (row === undefined || callRef === undefined) {
        return [];
      }
      const { to, ref, text } = row;
      const attempt = {
        decidedAt: decidedAt + ahead,
        notAfter: notAfter + ahead,
        signedAt: signedAt === undefined ? undefined : signedAt + ahead,
        offsetMs,
      };
      const tracked = outcome.status !== 'accepted' || this.isTracked(row);
      return [
        {
          callRef,
          to,
          ref,
          template: text.templateId,
          signName: text.signName,
          kind: text.kind,
          sdkAppId: text.sdkAppId,
          print: outcome.status === 'accepted' ? undefined : printOfText(text),
          account: this.options.account,
          decidedAt: attempt.decidedAt,
          notAfter: attempt.notAfter,
          endsBy: undefined,
          signedAt: attempt.signedAt,
          offsetMs,
          serialNo: outcome.status === 'accepted' ? outcome.serialNo : undefined,
          fact: toFact(outcome, attempt.signedAt),
          tracked,
          lookIn: tracked ? this.nextLookIn(outcome, attempt) : undefined,
        },
      ];
    });
    return this.writes.put(texts, PATIENCE_MS);
  }

  /** The text of an outcome that is open, as it was told elsewhere. */
  toOpenText({
    to,
    ref,
    callRef,
    templateId: template,
    signName,
    decidedAt = 0,
    notAfter = decidedAt,
    signedAt,
    kind,
    sdkAppId,
    print,
  }: SmsReopenedOutcome): SmsDeliveryText {
    const ahead = this.ahead();
    const attempt = {
      decidedAt: decidedAt + ahead,
      notAfter: notAfter + ahead,
      // Of a process that died before it told, only the limits are known.
      signedAt: signedAt === undefined ? undefined : signedAt + ahead,
      offsetMs: this.offset(),
    };
    return {
      ...attempt,
      kind,
      sdkAppId,
      print,
      to,
      ref,
      callRef,
      template,
      signName,
      account: this.options.account,
      tracked: true,
      fact: { state: 'unknown', source: 'response', exact: true },
      lookIn: this.nextLookIn({ status: 'unknown' }, attempt) ?? this.overdueLookIn(),
    };
  }

  /** Raw calls have no outcome that is followed, but no record of theirs is that of another text. */
  async afterRawSend<A extends SendAction>(_action: A, response: SmsResponse<A>): Promise<void> {
    const { SendStatusSet, SendMultiStatusSet, RequestId } = response as Partial<
      SmsResponse<'SendSms'> & SmsResponse<'SendMultiGlobalSms'>
    >;
    const now = this.options.now();
    const texts = (SendStatusSet ?? SendMultiStatusSet ?? []).flatMap(
      ({ Code: code, PhoneNumber: to, SerialNo: serialNo }): SmsDeliveryText[] => {
        const base = { source: 'response', exact: true, at: now } as const;
        const isAccepted = code === ITEM_OK;
        return to === '' || (isAccepted && serialNo === '')
          ? []
          : [
              {
                callRef: RequestId ?? randomUUID(),
                to,
                // That of a refused row names nothing.
                serialNo: isAccepted ? serialNo : undefined,
                account: this.options.account,
                tracked: false,
                decidedAt: now,
                notAfter: now,
                fact: isAccepted
                  ? { ...base, state: 'accepted' }
                  : { ...base, state: 'rejected', code },
              },
            ];
      },
    );
    await this.writes.put(texts, PATIENCE_MS);
  }

  private async putOrThrow(texts: readonly SmsDeliveryText[]): Promise<void> {
    try {
      await withDeadline(async () => this.store.put(texts), {
        timeoutMs: REQUIRED_PATIENCE_MS,
        onTimeout: () => {
          throw new Error('The store of deliveries did not answer in time.');
        },
      });
    } catch (cause) {
      throw new SmsError(
        'The store of deliveries is out of reach, and sends require it: nothing was sent.',
        {
          code: 'SMS_DELIVERY_STORE_UNAVAILABLE',
          retryable: true,
          cause: toSafeCause(cause),
        },
      );
    }
  }

  private nextLookIn(
    { status }: Pick<SmsOutcome, 'status'>,
    attempt: Parameters<typeof nextSettleIn>[0],
  ): number | undefined {
    const { times } = this.options;
    switch (status) {
      case 'unknown':
        return nextSettleIn(attempt, this.nowOfTencent(), times);
      case 'accepted':
        return nextCatchUpIn(attempt, this.nowOfTencent(), times);
      case 'rejected':
        return undefined;
    }
  }

  /** A text that is told of after the last look of its timetable has had none. */
  private overdueLookIn(): number | undefined {
    return this.options.times.settle === undefined ? undefined : 0;
  }

  private nowOfTencent(): number {
    return this.options.now() + this.options.clockOffsetMs();
  }

  /** What the account's clock is ahead: that of a test stands where it was set, and requests are signed by the real one. */
  private ahead(): number {
    return this.options.now() - Date.now();
  }

  private offset(): number | undefined {
    return Math.abs(this.options.clockOffsetMs()) || undefined;
  }

  private isTracked({ index, text: { track, kind } }: BatchRow): boolean {
    return (
      track ?? (index < MAX_TRACKED_ROWS && (kind === undefined || this.options.track.has(kind)))
    );
  }
}

/** The rows of a batch have the same text often. */
function once<K, T>(made: Map<K, T>, key: K, make: (key: K) => T): T {
  if (!made.has(key)) {
    made.set(key, make(key));
  }
  return made.get(key) as T;
}

function printOfText({ content, values }: PreparedText): string | undefined {
  return content === undefined ? undefined : printOf(content, values);
}

function toFact(outcome: SmsOutcome, signedAt: number | undefined): SmsDeliveryFact {
  const { status: state } = outcome;
  const code = state === 'accepted' ? undefined : outcome.code;
  const at = state === 'unknown' ? undefined : signedAt;
  return { state, code, at, source: 'response', exact: true };
}
