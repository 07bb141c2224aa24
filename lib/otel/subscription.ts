import type { Channel } from 'node:diagnostics_channel';
import { diag } from '@opentelemetry/api';

const logger = diag.createComponentLogger({ namespace: 'nestjs-tencentcloud-sms' });

/**
 * Listens to a channel until the function that it returns is called. A diagnostics_channel subscriber
 * that throws causes an uncaughtException; instrumentation must never end the process.
 */
export function listen<Trace>(
  channel: Pick<Channel<unknown, Trace>, 'subscribe' | 'unsubscribe'>,
  onTrace: (trace: Trace) => void,
): () => void {
  const hear = (message: unknown): void => {
    try {
      onTrace(message as Trace);
    } catch (error) {
      logger.error('A call could not be traced or measured.', error);
    }
  };
  channel.subscribe(hear);
  return () => {
    channel.unsubscribe(hear);
  };
}

/** What is started once, and how many share it. */
interface Shared {
  users: number;
  readonly stop: () => void;
}

/** What runs, by the provider that it runs for. */
export type SharedByProvider = WeakMap<object, Shared>;

/**
 * Starts something for a provider, once: an app that is instrumented in two places must not count
 * every text twice. Stops when each caller that started it has stopped it.
 */
export function share(
  running: SharedByProvider,
  provider: object,
  start: () => () => void,
): () => void {
  const shared = running.get(provider) ?? { users: 0, stop: start() };
  running.set(provider, shared);
  shared.users += 1;
  let stopped = false;
  return () => {
    if (stopped) {
      return;
    }
    stopped = true;
    shared.users -= 1;
    if (shared.users === 0) {
      running.delete(provider);
      shared.stop();
    }
  };
}
