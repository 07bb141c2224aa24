import type { SmsAnyTemplate } from '../templates/sms-template.js';
import type { GuardContext } from './guard-context.js';
import type { SmsGuardJob } from './guard-job.js';
import type { SmsGuardStep } from './guard-step.js';
import type { GuardedText } from './guarded-text.js';
import { isEnd, toJobResult } from './job-ends.js';
import type { JobEnds } from './job-ends.js';
import { toCallRef } from './key-digests.js';
import type { SmsMarker } from './queue.store.js';
import { rejectionKindOf } from './rejection.js';

/** Clocks of processes differ, and answers are read late. */
const MARGIN_MS = 5_000;
/** When a text is looked for again that another process may have sent. */
const LOOK_AGAIN_MS = 15_000;

/** Takes jobs whose key has an attempt already: they are done, or may be. */
export class FoundAttempts {
  constructor(
    private readonly context: GuardContext,
    private readonly ends: JobEnds,
  ) {}

  /** @throws what a store throws. */
  async take(
    marker: SmsMarker,
    job: SmsGuardJob<SmsAnyTemplate>,
    text: GuardedText | undefined,
  ): Promise<SmsGuardStep> {
    if (marker.result !== undefined && isEnd(marker)) {
      return this.ends.complete(marker, marker.result);
    }
    const now = this.context.now();
    const { sms, delivery, store, name } = this.context.options;
    const endsIn = marker.notAfter + sms.timeoutMs + MARGIN_MS - now;
    if (marker.state === 'sending' && endsIn > 0) {
      return { do: 'delay', milliseconds: Math.max(1_000, endsIn), why: 'sending' };
    }
    if (text === undefined) {
      return { do: 'delay', milliseconds: LOOK_AGAIN_MS, why: 'sending' };
    }
    // Moments of an attempt are told by the real clock, whatever the account goes by.
    const ahead = now - Date.now();
    const settlement = await delivery.settleFor(name, {
      status: 'unknown',
      to: text.to,
      ref: job.input.ref,
      callRef: toCallRef(marker.id, marker.epoch),
      templateId: text.template,
      signName: undefined,
      decidedAt: marker.begunAt - ahead,
      notAfter: marker.notAfter - ahead,
      signedAt: undefined,
    });
    const result = toJobResult(settlement, now);
    if (result === undefined) {
      await store.end(marker.id, marker.epoch, { state: 'settling' });
      return { do: 'delay', milliseconds: LOOK_AGAIN_MS, why: 'sending' };
    }
    if (
      marker.state === 'sending' &&
      marker.token !== undefined &&
      result.status === 'rejected' &&
      rejectionKindOf(result.code ?? '', job.input.sdkAppId !== undefined) !== 'final'
    ) {
      // Its process died before it gave the attempt back.
      await store.release([marker.id], marker.token);
      return { do: 'delay', milliseconds: 1_000, why: 'cause', code: result.code };
    }
    return this.ends.finish(marker.id, marker.epoch, result);
  }
}
