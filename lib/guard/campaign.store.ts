/** Rows of a chunk: as many as fit into a request. */
export const CAMPAIGN_CHUNK_ROWS = 200;

/**
 * What a row is at. `.`: it waits. `s`: it is in a request, or the process of one died. `a`: accepted.
 * `r`: rejected. `u`: it may have been sent. `c`: cancelled. `d`: its number stands further up.
 */
export type SmsCampaignLetter = '.' | 's' | 'a' | 'r' | 'u' | 'c' | 'd';

/** A campaign as it is kept. */
export interface SmsCampaignRecord {
  /** What it was created with: plain JSON. */
  readonly definition: string;
  /** Rows that were read from its source, and what tells whether it reads the same again. */
  readonly loaded: number;
  readonly hash: string;
  /** Whether its source has ended. */
  readonly isLoaded: boolean;
  /** Whether a process reads its source. */
  readonly isLeased: boolean;
  readonly isPaused: boolean;
  readonly isCancelled: boolean;
  /** Why loading was stopped; empty where it was not. */
  readonly stopped: string;
  /** How many rows are at each letter. */
  readonly counts: Readonly<Record<SmsCampaignLetter, number>>;
  /** Segments billed. */
  readonly fee: number;
  /** Rejected rows by code. */
  readonly byCode: Readonly<Record<string, number>>;
}

/** Rows that are kept together. */
export interface SmsCampaignChunk {
  readonly index: number;
  /** Place of its first row in the campaign. */
  readonly from: number;
  /** Its rows, which only the campaign can read. */
  readonly sealed: string;
  /** One letter a row. */
  readonly letters: string;
  /** Rejected while loading: code and count. */
  readonly codes: Readonly<Record<string, number>>;
  /** What tells whether the source reads the same up to its end. */
  readonly hash: string;
}

/** A request that has begun and has not ended. */
export interface SmsCampaignRequest {
  readonly token: string;
  readonly epoch: number;
  readonly chunk: number;
  /** Places in the campaign. */
  readonly rows: readonly number[];
  /** When it began, and after which it does not leave any more: milliseconds since 1970. */
  readonly begunAt: number;
  readonly notAfter: number;
}

/** A chunk as it is now. */
export interface SmsCampaignChunkRecord {
  readonly sealed: string;
  readonly letters: string;
  /** Those of its rows. */
  readonly requests: readonly SmsCampaignRequest[];
  /** Tencent's numbers, by the place in the campaign, where they are kept. */
  readonly serialNos: Readonly<Record<number, string>>;
}

/** Leave for a request, or why there is none. */
export type SmsCampaignBegin =
  | { readonly state: 'go'; readonly epoch: number }
  /** With the number of rows that wait. */
  | { readonly state: 'paused'; readonly waiting: number }
  /** A row does not wait any more: it was cancelled, or another worker has it. */
  | { readonly state: 'taken' };

/** What became of a row. */
export interface SmsCampaignRowEnd {
  /** Its place in the campaign. */
  readonly row: number;
  /** `.` gives it back: it surely did not leave. */
  readonly letter: Exclude<SmsCampaignLetter, 's' | 'd'>;
  readonly fee?: number | undefined;
  readonly code?: string | undefined;
  readonly serialNo?: string | undefined;
}

/**
 * Where campaigns are kept. Each method is one atomic step, and may be repeated: rows are counted when
 * their letter changes, so that none is counted twice. A campaign is dropped a while after the last change
 * once it has ended. `describeCampaignStore` of the `testing` entry point checks an implementation.
 *
 * @throws anything when the store is out of reach.
 */
export interface SmsCampaignStore {
  /** Keeps a campaign that is not kept yet; the first call counts. */
  create(id: string, definition: string): Promise<SmsCampaignRecord>;
  find(id: string): Promise<SmsCampaignRecord | undefined>;
  /**
   * Takes the right to load, or keeps it; `false` while another one has it, or there is nothing to load.
   * With 0 milliseconds its holder gives it back.
   */
  lease(id: string, token: string, milliseconds: number): Promise<boolean>;
  /**
   * Adds a chunk.
   *
   * @returns how many rows wait; `undefined` when the right to load is lost or the campaign has stopped
   */
  append(id: string, token: string, chunk: SmsCampaignChunk): Promise<number | undefined>;
  /** All rows are there; heard of the one with the right to load alone. */
  endLoading(id: string, token: string): Promise<void>;
  /** Gives the right to load back with a reason, which is kept until loading is taken up again. */
  stopLoading(id: string, token: string, reason: string): Promise<void>;
  /** Has no request begin any more, until it is resumed. */
  pause(id: string): Promise<void>;
  resume(id: string): Promise<void>;
  /** Ends the rows that wait, and loads no more; a campaign that is over stays as it ended. */
  cancel(id: string): Promise<void>;
  /** The chunk; `undefined` when it is not kept. */
  read(id: string, chunk: number): Promise<SmsCampaignChunkRecord | undefined>;
  /** Letters of rows anywhere in the campaign. */
  letters(id: string, rows: readonly number[]): Promise<string>;
  /** Begins a request of rows that all wait; whether it is paused is read in the same step. */
  begin(id: string, request: Omit<SmsCampaignRequest, 'epoch'>): Promise<SmsCampaignBegin>;
  /**
   * Ends rows, or tells more of those that have ended: accepted takes anything back, and a refusal takes
   * `unknown` back. With a token its request is over.
   */
  end(id: string, rows: readonly SmsCampaignRowEnd[], token?: string): Promise<void>;
  /** Called when the module ends. */
  close?(): Promise<void>;
}
