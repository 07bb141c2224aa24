import { Logger } from '@nestjs/common';
import { redactUntrusted } from '../privacy/redact.js';
import { redactThrown } from './masked-body.js';

const MINUTE_MS = 60_000;

/** Says what needs attention, each at most once a minute. */
export class DeliveryLogger {
  private readonly logger = new Logger('SmsDelivery');
  private readonly saidAt = new Map<string, number>();

  /** The URLs to enter in Tencent's console; the secret is masked. */
  onRoute(path: string): void {
    this.say(
      'log',
      `Callbacks are taken at ${path}/****/status and ${path}/****/reply: enter both, with the secret, in the SMS console.`,
    );
  }

  onNoServer(): void {
    this.say('warn', 'There is no HTTP server in this app, so that no callback is taken.');
  }

  onMemoryStore(): void {
    this.say(
      'warn',
      'Deliveries are kept in memory: a restart forgets them, and each process has its own.',
    );
  }

  onRefused(rows: number): void {
    this.atMost('refused', `${rows} rows of a callback are neither reports nor replies.`);
  }

  onHandlerFailed(handler: string, error: unknown, body: unknown): void {
    this.atMost(handler, `${handler} threw, and is called again: ${redactThrown(error, body)}`);
  }

  onStoreFailed(error: unknown): void {
    const what = error instanceof Error ? redactUntrusted(error.message) : 'no Error';
    this.atMost('store', `The store of deliveries failed: ${what}`);
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
      // A logger that throws must not lose a report.
    }
  }
}
