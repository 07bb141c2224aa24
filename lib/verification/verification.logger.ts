import { Logger } from '@nestjs/common';
import { maskNumber } from '../privacy/mask-number.js';
import type { SmsVerificationLoad } from './store/verification.store.js';

/** From how full a limit is on it is said. */
export const NEARLY_FULL = 0.8;
const HOUR_MS = 3_600_000;

/** Says what needs attention, each once, or once an hour. */
export class VerificationLogger {
  private readonly logger = new Logger('SmsVerificationService');
  private readonly said = new Map<string, number>();

  onStart(isDefaultStore: boolean, isMemoryStore: boolean): void {
    if (isMemoryStore && !isDefaultStore && process.env['NODE_ENV'] === 'production') {
      this.logger.warn(
        'Verifications are kept in memory: a restart forgets codes and limits, and each process has its own.',
      );
    }
    this.logger.log(
      "Set the limits of Tencent's console to at least those of this module: they start at 10 texts a day and number on the mainland site, at 2 on the international one.",
    );
  }

  onPrivateCaller(): void {
    this.once(
      'private caller',
      'warn',
      'A caller has a private or loopback address and is not counted. Behind a proxy set "trust proxy", so that callers have addresses of their own.',
    );
  }

  onNoCaller(): void {
    this.once(
      'no caller',
      'warn',
      'A start or check names no caller, so that no limit of a caller holds. Give it the address: caller: ip.',
    );
  }

  onTestNumber(to: string): void {
    this.say('warn', `The test number ${maskNumber(to)} was used: nothing was sent.`);
  }

  onConsoleLimit(code: string): void {
    this.once(
      'console limit',
      'warn',
      `Tencent refused a number with ${code}: its console allows fewer texts than limits.phone.`,
    );
  }

  onLoad({ all, country }: SmsVerificationLoad, iso: string | undefined): void {
    if (all >= NEARLY_FULL) {
      this.once(
        'all',
        'error',
        `The limit of all texts is used up to ${Math.floor(all * 100)} %. If that is no attack, raise limits.all.`,
        HOUR_MS,
      );
    }
    if (country >= NEARLY_FULL) {
      this.once(
        `country ${iso}`,
        'error',
        `The limit of texts to ${iso} is used up to ${Math.floor(country * 100)} %. If that is no attack, raise limits.country.`,
        HOUR_MS,
      );
    }
  }

  private once(what: string, level: 'warn' | 'error', sentence: string, everyMs = Infinity): void {
    const now = performance.now();
    const saidAt = this.said.get(what);
    if (saidAt === undefined || now - saidAt >= everyMs) {
      this.said.set(what, now);
      this.say(level, sentence);
    }
  }

  private say(level: 'warn' | 'error', sentence: string): void {
    try {
      this.logger[level](sentence);
    } catch {
      // A logger that throws must not turn a text that was sent into an error.
    }
  }
}
