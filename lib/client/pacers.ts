import type { SmsAction } from '../api/actions.js';
import { Pacer } from './pacer.js';

/**
 * The rates are a key's: all accounts and apps in this process that use the same one share its pacers,
 * which is why they are here and not with a client. Reachable from nowhere else, since the ids of keys
 * are in it.
 */
const PACERS = new Map<string, Pacer>();

const FEW = 256;
let sweepAt = FEW;

/** The pacer of a key for an action. Ask anew for each request: those that are idle are forgotten. */
export function pacerOf(secretId: string, action: SmsAction): Pacer {
  const name = `${action} ${secretId}`;
  let pacer = PACERS.get(name);
  if (pacer === undefined) {
    sweep();
    pacer = new Pacer();
    PACERS.set(name, pacer);
  }
  return pacer;
}

// Keys that rotate have a new id each time.
function sweep(): void {
  if (PACERS.size >= sweepAt) {
    for (const [name, pacer] of PACERS) {
      if (pacer.idle) {
        PACERS.delete(name);
      }
    }
    sweepAt = Math.max(FEW, PACERS.size * 2);
  }
}
