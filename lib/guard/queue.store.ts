import type { SmsJobResult } from '../delivery/job-outcome.js';

/**
 * What a store keeps of a key. `ready`: an attempt was given back. `sending`: one is under way, or its
 * process died. `settling`: its outcome is unknown, and is looked for. The others are ends.
 */
export type SmsMarkerState = 'ready' | 'sending' | 'settling' | 'done' | 'stale' | 'cancelled';

/** A key as it is kept: nothing can be read from either digest. */
export interface SmsKeyDigest {
  readonly id: string;
  /** Of template, phone and values: another text under the same key is refused. Empty fits any. */
  readonly fingerprint: string;
}

/** A key and its text, as they are kept. */
export interface SmsMarker extends SmsKeyDigest {
  readonly state: SmsMarkerState;
  /** Counts attempts, from 1: what an older one tells late changes nothing. */
  readonly epoch: number;
  /** Of the last attempt. */
  readonly token?: string | undefined;
  readonly lane: string;
  /** When the attempt began, and after which it does not leave any more: milliseconds since 1970. */
  readonly begunAt: number;
  readonly notAfter: number;
  readonly result?: SmsJobResult | undefined;
  /** Whether the result took another one back. */
  readonly corrected: boolean;
  /** Whether two attempts were accepted: two texts went out. */
  readonly doubled: boolean;
}

/** An attempt that asks for leave. */
export interface SmsBeginRequest {
  /** One key under each secret that is listed; what is new is kept under the first. */
  readonly keys: readonly [SmsKeyDigest, ...SmsKeyDigest[]];
  /** Names the attempt: the same one gets the same leave again, and no other does meanwhile. */
  readonly token: string;
  readonly lane: string;
  readonly begunAt: number;
  readonly notAfter: number;
}

/** Leave, or why there is none. */
export type SmsBeginResult =
  | {
      readonly state: 'go';
      /** The one that the key is kept under. */
      readonly id: string;
      readonly epoch: number;
      /** Whether it is the one that tries whether a paused lane may go on. */
      readonly isProbe: boolean;
    }
  /** The lane is paused: nothing was kept. */
  | {
      readonly state: 'paused';
      readonly reason: string;
      /** Milliseconds until an attempt is let through to try; `undefined` where none is. */
      readonly probeInMs?: number | undefined;
    }
  /** The key stands for another text. */
  | { readonly state: 'reused' }
  /** The key is at that state. */
  | {
      readonly state: 'sending' | 'settling' | 'done' | 'stale' | 'cancelled';
      readonly marker: SmsMarker;
    };

/** How an attempt ends. */
export type SmsEnd =
  { readonly state: 'settling' } | { readonly state: 'done'; readonly result: SmsJobResult };

/** How a key ends without an attempt; `done`: the text can't be sent. */
export interface SmsConclusion {
  readonly state: 'done' | 'stale' | 'cancelled';
  readonly result: SmsJobResult;
}

/** A lane that is paused. */
export interface SmsLanePause {
  readonly lane: string;
  /** `manual`, or Tencent's code. */
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/**
 * Where keys of queued texts are kept, so that each goes out once. Each method is one atomic step, and
 * may be repeated; `describeQueueStore` of the `testing` entry point checks an implementation. What is
 * kept of a key is dropped so long after its last change, at the earliest seven days.
 *
 * @throws anything when the store is out of reach.
 */
export interface SmsQueueStore {
  /**
   * Begins an attempt: from here on the text may leave, and no other attempt begins, until this one ends
   * or is given back. Whether its lane is paused or its key has ended is read in the same step; a lane
   * that was paused with `probeEveryMs` lets one attempt through each time.
   */
  begin(request: SmsBeginRequest): Promise<SmsBeginResult>;
  /**
   * Ends an attempt, or tells more of one that has ended: accepted takes any other result back, and a
   * refusal takes `unknown` back. Of an older attempt, or of one that was given back, only that it was
   * accepted is kept, as `doubled` where another one was, too.
   *
   * @returns the marker as it is then; `undefined` for a key that is not kept
   */
  end(id: string, epoch: number, end: SmsEnd): Promise<SmsMarker | undefined>;
  /**
   * Gives an attempt back that surely did not leave: another one may begin, with a higher epoch. The one
   * that was given back begins no more, even where it had not begun yet. Where another attempt is under
   * way, or the key has ended, nothing happens.
   */
  release(ids: readonly string[], token: string): Promise<void>;
  /**
   * Ends a key that no attempt has begun, or whose attempt was given back; a key that is not kept, too.
   *
   * @returns the marker as it is then: one with another state came before
   */
  conclude(
    keys: readonly [SmsKeyDigest, ...SmsKeyDigest[]],
    end: SmsConclusion,
  ): Promise<SmsMarker>;
  /** The key under any of these. */
  find(ids: readonly string[]): Promise<SmsMarker | undefined>;
  /**
   * Pauses a lane. With `probeEveryMs` it tries by itself whether it may go on; beside a pause without,
   * that one holds.
   */
  pause(lane: string, reason: string, probeEveryMs?: number): Promise<void>;
  /** Ends the pauses of a lane; with a reason, that one alone. */
  resume(lane: string, reason?: string): Promise<void>;
  /** Lanes that are paused; both pauses of one that has two. */
  paused(): Promise<SmsLanePause[]>;
  /**
   * Takes the next place in a row in which one follows every so many milliseconds, over all processes;
   * none when it is further away than `withinMs`.
   *
   * @returns milliseconds until then
   */
  reserve(name: string, everyMs: number, withinMs: number): Promise<number>;
  /** How many keys are being sent, and how many are looked for. */
  stats(): Promise<{ readonly sending: number; readonly settling: number }>;
  /** Called when the guard ends. */
  close?(): Promise<void>;
}
