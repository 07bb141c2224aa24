import { Logger } from '@nestjs/common';
import type { SmsAnyTemplate } from '../templates/sms-template.js';
import type { SmsGuardJob } from './guard-job.js';
import type { ResolvedGuardOptions } from './guard.options.js';
import type { GuardedText } from './guarded-text.js';
import { KeyDigests } from './key-digests.js';

const WARN_AGAIN_MS = 60_000;

/** What the parts of a guard share. */
export class GuardContext {
  readonly logger = new Logger('SmsSendGuard');
  readonly digests: KeyDigests;
  readonly account: string;
  private readonly warnedAt = new Map<string, number>();

  constructor(readonly options: ResolvedGuardOptions) {
    this.account = options.name ?? 'default';
    this.digests = new KeyDigests(options.secrets, this.account);
  }

  /** The account's time: milliseconds since 1970. */
  now(): number {
    return this.options.sms.now().getTime();
  }

  /** The lane of a job, as the store has it. */
  laneOf(job: SmsGuardJob<SmsAnyTemplate>, { kind }: GuardedText): string {
    return this.laneKey(job.lane ?? kind ?? 'notification');
  }

  /** A lane as the store has it: those of other accounts are others. */
  laneKey(lane: string): string {
    return `${this.account} ${lane}`;
  }

  /** Each kind of sentence at most once a minute. */
  warn(kind: string, sentence: string): void {
    const now = performance.now();
    if (now - (this.warnedAt.get(kind) ?? -Infinity) >= WARN_AGAIN_MS) {
      this.warnedAt.set(kind, now);
      this.logger.warn(sentence);
    }
  }
}
