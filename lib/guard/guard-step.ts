import type { SmsJobResult } from '../delivery/job-outcome.js';
import type { SmsMarkerState } from './queue.store.js';

/** What an engine is to do with a job after the guard has seen it. */
export type SmsGuardStep =
  /** It has ended: complete the job. A text that was rejected has ended, too. */
  | { readonly do: 'complete'; readonly result: SmsJobResult }
  /** Its outcome is looked for: complete the job; `@OnSmsOutcome` hears of the end. */
  | { readonly do: 'settle' }
  /** Nothing was sent, or another process sends it: run the job again then. */
  | {
      readonly do: 'delay';
      readonly milliseconds: number;
      /**
       * `early`: its time has not come. `window`: no marketing at this hour. `paused`: its lane is.
       * `budget`: too many before it. `sending`: another process sends it, or died. `cause`: refused for
       * a cause that passes. `fault`: this process can't send; another one may.
       */
      readonly why: 'early' | 'window' | 'paused' | 'budget' | 'sending' | 'cause' | 'fault';
      /** Tencent's code, or ours, where there is one. */
      readonly code?: string | undefined;
    };

/** A job that is run again. */
export type GuardDelay = Extract<SmsGuardStep, { readonly do: 'delay' }>;

/** What a guard knows of a key. `queued`: an attempt was given back, and another one follows. */
export interface SmsGuardOutcome {
  readonly state: 'queued' | Exclude<SmsMarkerState, 'ready'> | 'unknown-key';
  /** What became of the text, once it has ended. */
  readonly outcome?: SmsJobResult | undefined;
}

/** A job is looked at when it is stale at the latest. @param leftMs until then */
export function within<Step extends SmsGuardStep>(step: Step, leftMs: number): Step {
  return step.do === 'delay' && step.milliseconds > leftMs
    ? { ...step, milliseconds: Math.max(1, leftMs) }
    : step;
}
