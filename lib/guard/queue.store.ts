/** What became of a text that was queued; plain JSON, and no phone number in it. */
export interface SmsJobResult {
  /** `absent` and `stale` never left; `unknown` may have, and no record was found of it. */
  readonly status: 'accepted' | 'rejected' | 'unknown' | 'stale' | 'cancelled';
  /** Tencent's code, or ours (`SMS_…`), of a text that was not accepted. */
  readonly code?: string | undefined;
  readonly serialNo?: string | undefined;
  readonly requestId?: string | undefined;
  /** Id of the template. */
  readonly template?: string | undefined;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/**
 * What a store keeps of a key. `ready`: an attempt was given back. `sending`: one is under way, or its
 * process died. `settling`: its outcome is unknown, and is looked for. The others are ends.
 */
export type SmsMarkerState = 'ready' | 'sending' | 'settling' | 'done' | 'stale' | 'cancelled';

/** A key and its text, as they are kept. */
export interface SmsMarker {
  /** The key, as a digest. */
  readonly id: string;
  readonly state: SmsMarkerState;
  /** Counts attempts: what an older one tells late changes nothing. */
  readonly epoch: number;
  /** Digest of template, phone and values: another text under the same key is refused. */
  readonly fingerprint: string;
  readonly lane: string;
  /** When the attempt began, and after which it does not leave any more: milliseconds since 1970. */
  readonly begunAt: number;
  readonly notAfter: number;
  readonly result?: SmsJobResult | undefined;
  /** Whether an older attempt was accepted beside this one: two texts went out. */
  readonly doubled: boolean;
}

/** An attempt that asks for leave. */
export interface SmsBeginRequest {
  /** Digests of one key under each secret that is listed; what is new is kept under the first. */
  readonly ids: readonly [string, ...string[]];
  readonly fingerprint: string;
  readonly lane: string;
  readonly begunAt: number;
  readonly notAfter: number;
}

/** Leave, or why there is none. */
export type SmsBeginResult =
  | {
      readonly state: 'go';
      readonly id: string;
      readonly epoch: number;
      /** Whether it is the one that tries whether a paused lane may go on. */
      readonly isProbe: boolean;
    }
  /** The lane is paused: nothing was kept. */
  | { readonly state: 'paused'; readonly reason: string }
  /** The key stands for another text. */
  | { readonly state: 'reused' }
  /** The key is at that state. */
  | {
      readonly state: 'sending' | 'settling' | 'done' | 'stale' | 'cancelled';
      readonly marker: SmsMarker;
    };

/** How an attempt ends. */
export interface SmsEnd {
  readonly state: 'settling' | 'done' | 'stale';
  readonly result: SmsJobResult;
}

/** A lane that is paused. */
export interface SmsLanePause {
  readonly lane: string;
  /** `manual`, or Tencent's code. */
  readonly reason: string;
  readonly since: number;
}

/**
 * Where keys of queued texts are kept, so that each goes out once. Each method is one atomic step, may be
 * repeated, and does nothing when the epoch is not the one that is kept; `describeQueueStore` of the
 * `testing` entry point checks an implementation.
 *
 * @throws anything when the store is out of reach.
 */
export interface SmsQueueStore {
  /**
   * Begins an attempt: from here on the text may leave, and no other attempt begins, until this one ends
   * or is given back. Whether its lane is paused or its key is cancelled is read in the same step; a lane
   * that paused by itself lets one attempt through every `probeEveryMs`.
   */
  begin(request: SmsBeginRequest): Promise<SmsBeginResult>;
  /**
   * Ends an attempt. Ended keys are kept for seven days. Late news of an older epoch change nothing, but
   * for an accepted text: that is kept in any case, and `doubled` where a later attempt was accepted too.
   *
   * @returns the marker, and whether this call ended it: what is told of an end is told by that one
   */
  end(
    id: string,
    epoch: number,
    end: SmsEnd,
  ): Promise<{ readonly isFirst: boolean; readonly marker: SmsMarker | undefined }>;
  /** Gives an attempt back that surely did not leave: another one may begin, with a higher epoch. */
  release(id: string, epoch: number): Promise<boolean>;
  /** Ends a key that no attempt has begun, or that was given back; a key that is not known, too. */
  cancel(ids: readonly [string, ...string[]], at: number): Promise<'cancelled' | 'too-late'>;
  find(ids: readonly string[]): Promise<SmsMarker | undefined>;
  /** Pauses a lane; `probeEveryMs` has it try by itself whether it may go on. */
  pause(lane: string, reason: string, probeEveryMs?: number): Promise<void>;
  resume(lane: string): Promise<void>;
  paused(): Promise<SmsLanePause[]>;
  /**
   * Takes the next place in a row in which one follows every so many milliseconds, over all processes.
   *
   * @returns milliseconds until then
   */
  reserve(name: string, everyMs: number): Promise<number>;
  /** How many keys are being sent, and how many are looked for. */
  stats(): Promise<{ readonly sending: number; readonly settling: number }>;
  /** Called when the module ends. */
  close?(): Promise<void>;
}
