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

  onHurried(options: readonly string[]): void {
    const names = options.join(' and ');
    this.say(
      'warn',
      `${names}: shorter than Tencent may take, so that a text that was sent may count as absent. For tests alone.`,
    );
  }

  onRecordsDenied(account: string | undefined, code: string): void {
    this.say(
      'warn',
      `Account ${account ?? 'default'} may not list send records (${code}): texts whose outcome is open are looked for among reports alone, and none is found to be rejected.`,
    );
  }

  onPullDenied(queue: string, code: string): void {
    this.say(
      'warn',
      `The queue of ${queue} is not asked any more (${code}): Tencent's support enables it.`,
    );
  }

  onLookFailed(code: string): void {
    this.atMost('look', `Tencent's records could not be asked for: ${code}. Tried again.`);
  }

  onPullFailed(code: string): void {
    this.atMost('pull', `Tencent's queues could not be asked: ${code}. Tried again.`);
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
