import type { SmsResponse } from '../api/actions.js';
import { ITEM_OK } from '../api/envelope.js';
import { toSafeCause } from '../errors/safe-cause.js';
import { SmsError } from '../errors/sms.error.js';
import type { Batch, BatchRow } from '../sending/batch.js';
import type { SmsOutcome } from '../sending/outcome.js';
import type { SendAttempt, SendObserver } from '../sending/send-observer.js';
import type { SendAction } from '../sending/read-statuses.js';
import { withDeadline } from '../time/with-deadline.js';
import type { SmsDeliveryFact, SmsDeliveryStore, SmsDeliveryText } from './store/delivery.store.js';
import type { WriteBehind } from './write-behind.js';

/** How long a send waits for the store before it goes all the same. */
const PATIENCE_MS = 50;
/** How long a send waits for the store when it may not go without it. */
const REQUIRED_PATIENCE_MS = 1000;
/** Rows of a run whose state is kept unless a send says so. */
const MAX_TRACKED_ROWS = 1000;

/** Keeps the texts of an account in the store of deliveries. */
export class DeliveryObserver implements SendObserver {
  constructor(
    private readonly store: SmsDeliveryStore,
    private readonly writes: Pick<WriteBehind<SmsDeliveryText>, 'put'>,
    private readonly account: string | undefined,
    private readonly track: ReadonlySet<string>,
    private readonly isRequired: boolean,
  ) {}

  /** @throws SmsError with the code `SMS_DELIVERY_STORE_UNAVAILABLE` where the store is required. */
  async beforeSend({ callRef, decidedAt, notAfter, rows }: SendAttempt): Promise<void> {
    const fact: SmsDeliveryFact = { state: 'unknown', source: 'response', exact: true };
    const texts = rows.map((row): SmsDeliveryText => ({
      ...this.describe(row),
      callRef,
      decidedAt,
      notAfter,
      fact,
      // An attempt whose outcome is open is always kept.
      tracked: true,
    }));
    if (this.isRequired) {
      await this.putOrThrow(texts);
    } else {
      await this.writes.put(texts, PATIENCE_MS);
    }
  }

  async afterSend({ rows }: Batch, outcomes: readonly SmsOutcome[]): Promise<void> {
    const texts = outcomes.flatMap((outcome, i): SmsDeliveryText[] => {
      const row = rows[i];
      const { callRef, decidedAt, notAfter } = outcome;
      // A row that was in no request has no text that anything can become of.
      if (row === undefined || callRef === undefined) {
        return [];
      }
      return [
        {
          ...this.describe(row),
          callRef,
          decidedAt: decidedAt ?? 0,
          notAfter: notAfter ?? 0,
          signedAt: outcome.signedAt,
          serialNo: outcome.status === 'accepted' ? outcome.serialNo : undefined,
          fact: toFact(outcome),
          tracked: outcome.status !== 'accepted' || this.isTracked(row),
        },
      ];
    });
    await this.writes.put(texts, PATIENCE_MS);
  }

  /** Raw calls have no outcome that is followed, but their serial numbers are known. */
  async afterRawSend<A extends SendAction>(_action: A, response: SmsResponse<A>): Promise<void> {
    const { SendStatusSet, SendMultiStatusSet, RequestId } = response as Partial<
      SmsResponse<'SendSms'> & SmsResponse<'SendMultiGlobalSms'>
    >;
    const now = Date.now();
    const texts = (SendStatusSet ?? SendMultiStatusSet ?? []).flatMap(
      ({ Code, PhoneNumber: to, SerialNo: serialNo }): SmsDeliveryText[] =>
        Code === ITEM_OK && serialNo !== ''
          ? [
              {
                callRef: RequestId ?? serialNo,
                to,
                serialNo,
                account: this.account,
                tracked: false,
                decidedAt: now,
                notAfter: now,
                fact: { state: 'accepted', source: 'response', exact: true, at: now },
              },
            ]
          : [],
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

  private describe({ to, ref, text }: BatchRow) {
    const { templateId: template, signName } = text;
    return { to, ref, template, signName, account: this.account };
  }

  private isTracked({ index, text: { track, kind } }: BatchRow): boolean {
    return track ?? (index < MAX_TRACKED_ROWS && (kind === undefined || this.track.has(kind)));
  }
}

function toFact(outcome: SmsOutcome): SmsDeliveryFact {
  const base = { source: 'response', exact: true } as const;
  switch (outcome.status) {
    case 'accepted':
      return { ...base, state: 'accepted', at: outcome.signedAt };
    case 'rejected':
      return { ...base, state: 'rejected', code: outcome.code, at: outcome.signedAt };
    case 'unknown':
      return { ...base, state: 'unknown', code: outcome.code };
  }
}
