import type { SmsJobResult } from './queue.store.js';

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
      readonly why: 'window' | 'paused' | 'budget' | 'sending' | 'cause' | 'fault';
      /** Tencent's code, or ours, where there is one. */
      readonly code?: string | undefined;
    };
