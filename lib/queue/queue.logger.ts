import { Logger } from '@nestjs/common';
import { redactUntrusted } from '../privacy/redact.js';
import type { SmsQueueLane } from './lanes.js';

const MINUTE_MS = 60_000;

/** Says what needs attention, each at most once a minute. */
export class QueueLogger {
  private readonly logger = new Logger('SmsQueue');
  private readonly saidAt = new Map<string, number>();

  onHurried(options: readonly string[]): void {
    this.say('warn', `${options.join(' and ')}: shorter than the defaults. For tests alone.`);
  }

  onUnencrypted(): void {
    this.say(
      'warn',
      'Phones and values stand in jobs as they are, and verification texts are refused: give encrypt a secret.',
    );
  }

  onMemoryDelivery(): void {
    this.say(
      'warn',
      'What became of texts is kept in memory, so that no other instance can settle what this one leaves: give SmsDeliveryModule a store that all share.',
    );
  }

  onEviction(policy: string): void {
    this.say(
      'warn',
      `Redis drops keys when its memory is full (maxmemory-policy ${redactUntrusted(policy)}), and with them jobs and the proof of what was sent. Set noeviction, or use a Redis of its own.`,
    );
  }

  onNoAof(): void {
    this.say(
      'warn',
      'Redis keeps no append-only file: what it acknowledged and loses in a crash is lost, or sent twice. Set appendonly yes.',
    );
  }

  onUnreadable(foreign: 'form' | 'key'): void {
    const what =
      foreign === 'key'
        ? 'are encrypted with a key that is not listed here: add it to encrypt'
        : 'are of a newer version: end the deploy';
    this.atMost(foreign, `Jobs ${what}. They wait for an instance that can read them.`);
  }

  onPaused(lane: SmsQueueLane, code: string): void {
    this.atMost(
      `paused ${lane}`,
      `The lane ${lane} is paused (${redactUntrusted(code)}); one text is tried every five minutes.`,
    );
  }

  onFailed(error: unknown): void {
    const what = error instanceof Error ? redactUntrusted(error.message) : 'no Error';
    this.atMost('failed', `A worker could not go on: ${what}. Tried again.`);
  }

  onSourceFailed(error: unknown): void {
    const what = error instanceof Error ? redactUntrusted(error.message) : 'no Error';
    this.say('warn', `The rows of a campaign could not be read on: ${what}. Call create again.`);
  }

  onLeft(jobs: number): void {
    this.say(
      'warn',
      `${jobs} texts were in flight when the shutdown no longer waited; other instances settle them.`,
    );
  }

  private atMost(what: string, sentence: string): void {
    const now = performance.now();
    if (now - (this.saidAt.get(what) ?? -Infinity) >= MINUTE_MS) {
      this.saidAt.set(what, now);
      this.say('warn', sentence);
    }
  }

  private say(level: 'log' | 'warn', sentence: string): void {
    try {
      this.logger[level](sentence);
    } catch {
      // A logger that throws must not lose a text.
    }
  }
}
