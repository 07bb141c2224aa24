import type { SmsJobOutcome, SmsJobResult } from '../delivery/job-outcome.js';
import type { SmsSettlement } from '../delivery/settlement.js';
import type { SmsDeliveryStore } from '../delivery/store/delivery.store.js';
import { again } from './again.js';
import type { GuardContext } from './guard-context.js';
import type { SmsGuardStep } from './guard-step.js';
import { parseCallRef } from './key-digests.js';
import type { SmsMarker } from './queue.store.js';

/** Writes how jobs end, and tells handlers. */
export class JobEnds {
  constructor(private readonly context: GuardContext) {}

  /** Ends an attempt. @throws what the store throws. */
  async finish(id: string, epoch: number, result: SmsJobResult): Promise<SmsGuardStep> {
    const { store } = this.context.options;
    const marker = await again(async () => store.end(id, epoch, { state: 'done', result }));
    return marker === undefined
      ? { do: 'complete', result }
      : this.complete(marker, marker.result ?? result);
  }

  /** A job that has ended. */
  async complete(marker: SmsMarker, result: SmsJobResult): Promise<SmsGuardStep> {
    // Before the job ends: a process that dies here does the job again, and tells it then.
    await this.announce(marker);
    return { do: 'complete', result };
  }

  /** What became of a text whose outcome was open. */
  async onSettled(settlement: SmsSettlement): Promise<void> {
    const attempt = parseCallRef(settlement.callRef);
    const result = toJobResult(settlement, this.context.now());
    if (attempt === undefined || result === undefined) {
      return;
    }
    const end = { state: 'done', result } as const;
    const marker = await this.context.options.store.end(attempt.id, attempt.epoch, end);
    if (marker === undefined) {
      return;
    }
    if (marker.doubled) {
      this.context.warn(
        'doubled',
        'An attempt that had counted as rejected was accepted: two texts went out for one key.',
      );
    }
    await this.announce(marker);
  }

  /** Tells handlers of an end; each is told once, by its id. */
  async announce(marker: SmsMarker): Promise<void> {
    const { id: job, epoch, result, corrected } = marker;
    if (result === undefined || !isEnd(marker)) {
      return;
    }
    const { name: account, delivery } = this.context.options;
    const id = `outcome ${job} ${epoch}${corrected ? ` corrected ${result.status}` : ''}`;
    const body: SmsJobOutcome = { id, job, account, corrected: corrected || undefined, ...result };
    const { store, dispatcher } = delivery.parts;
    await again(async () => (store as SmsDeliveryStore).announce([{ id, kind: 'outcome', body }]));
    dispatcher?.wake();
  }
}

/** Whether no attempt follows. */
export function isEnd({ state }: SmsMarker): boolean {
  return state === 'done' || state === 'stale' || state === 'cancelled';
}

/** @returns `undefined` while it is open */
export function toJobResult(
  { verdict, serialNo, code, ref, template }: SmsSettlement,
  at: number,
): SmsJobResult | undefined {
  switch (verdict) {
    case 'accepted':
      return { status: 'accepted', serialNo, ref, template, at };
    case 'rejected':
      return { status: 'rejected', code, ref, template, at };
    case 'absent':
      return { status: 'unknown', code: 'SMS_ABSENT', ref, template, at };
    case 'open':
      return undefined;
  }
}
