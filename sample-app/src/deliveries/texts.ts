import { createHash, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import type { SmsOutcome } from 'nestjs-tencentcloud-sms';
import { OnSmsReport, SmsDelivery } from 'nestjs-tencentcloud-sms/delivery';
import type { SmsDeliveryState, SmsReport } from 'nestjs-tencentcloud-sms/delivery';
import { retry } from 'rxjs';
import type { Subscription } from 'rxjs';
import { maskPhone } from '../mask-phone.js';
import { LiveList } from '../live-list.js';

const MOST_LISTED = 200;
/** How long to wait before a store that is out of reach is asked again. */
const RETRY_MS = 2_000;

/** A text as the page lists it, with nothing that a stranger may not see: no serial number either. */
export interface ListedText extends Pick<SmsDeliveryState, 'state' | 'code' | 'kind' | 'at'> {
  readonly id: string;
  /** Masked. */
  readonly to: string;
  /** Whether Tencent's answer was lost, and this was found out without it. */
  readonly foundLater: boolean;
}

/** A text that is listed, and what it is watched by. */
interface WatchedText {
  readonly outcome: SmsOutcome;
  readonly watching: Subscription;
}

/**
 * The texts that this instance sent last, and what becomes of each. Watching goes by the store, so
 * that it does not matter which instance Tencent calls back.
 */
@Injectable()
export class Texts implements OnModuleDestroy {
  private readonly watched = new Map<string, WatchedText>();

  readonly list = new LiveList<ListedText>(MOST_LISTED, (id) => {
    this.watched.get(id)?.watching.unsubscribe();
    this.watched.delete(id);
  });

  constructor(private readonly delivery: SmsDelivery) {}

  /** Lists a text that was just sent, and watches it to its end. */
  follow(outcome: SmsOutcome): void {
    if (outcome.callRef === undefined) {
      // It was in no request: such as what is no phone number.
      return;
    }
    const id = randomUUID();
    const { to, status, signedAt } = outcome;
    const code = status === 'accepted' ? undefined : outcome.code;
    const isLost = status === 'unknown';
    this.show(id, { to, state: status, code, at: signedAt }, false);
    const watching = this.delivery
      .watch(outcome)
      .pipe(retry({ delay: RETRY_MS }))
      .subscribe((state) => {
        this.show(id, state, isLost && state.state !== 'unknown');
      });
    this.watched.set(id, { outcome, watching });
  }

  /** A text that arrived after all, while watching it has ended with its failure. */
  @OnSmsReport({ state: 'delivered' })
  onDelivered(report: SmsReport): void {
    if (report.corrected !== true) {
      return;
    }
    for (const [id, { outcome }] of this.watched) {
      if (
        outcome.status === 'accepted' &&
        outcome.serialNo === report.serialNo &&
        outcome.to === report.to
      ) {
        this.show(id, report, false);
      }
    }
  }

  /** Lists a text that a worker sent, on whatever instance; not one that is watched here. */
  showReport(report: SmsReport): void {
    const isWatched = [...this.watched.values()].some(
      ({ outcome }) => outcome.status === 'accepted' && outcome.serialNo === report.serialNo,
    );
    if (!isWatched) {
      const id = createHash('sha256').update(`${report.to} ${report.serialNo}`).digest('hex');
      this.show(id, report, false);
    }
  }

  onModuleDestroy(): void {
    for (const { watching } of this.watched.values()) {
      watching.unsubscribe();
    }
    this.list.close();
  }

  private show(
    id: string,
    { to, state, code, kind, at }: Pick<SmsDeliveryState, 'to' | 'state' | 'code' | 'kind' | 'at'>,
    foundLater: boolean,
  ): void {
    this.list.put({ id, to: maskPhone(to), state, code, kind, at, foundLater });
  }
}
