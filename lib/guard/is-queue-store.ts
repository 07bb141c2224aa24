import type { SmsQueueStore } from './queue.store.js';

const METHODS = [
  'begin',
  'end',
  'release',
  'conclude',
  'find',
  'pause',
  'resume',
  'paused',
  'reserve',
  'stats',
] as const satisfies readonly (keyof SmsQueueStore)[];

/** Whether it has all methods of a store: JavaScript callers are not type-checked. */
export function isQueueStore(given: unknown): boolean {
  const store = Object(given) as Record<string, unknown>;
  return METHODS.every((method) => typeof store[method] === 'function');
}
