import type { SmsMarket } from '../../recipients/normalize-recipients.js';
import type { JobCipher } from '../job-cipher.js';
import type { PublicPart } from '../job-data.js';
import type { SmsQueueLane } from '../lanes.js';

/** Name of the jobs of a campaign. */
export const CHUNK_JOB = 'chunk';

/** What the job of a chunk holds: its rows are kept with the campaign. */
export interface ChunkJobData {
  /** When it was due: milliseconds since 1970. */
  readonly at: number;
  readonly campaign: string;
  readonly chunk: number;
}

/** What a campaign was created with; nothing of a person is in it. */
export interface CampaignDefinition {
  readonly form: 1;
  readonly lane: SmsQueueLane;
  /** Its text as it goes to each market. */
  readonly texts: Readonly<Record<SmsMarket, PublicPart>>;
  /** Milliseconds since 1970. */
  readonly at?: number | undefined;
  readonly serialNos: boolean;
}

/** A row as it is kept. */
export interface ChunkRow {
  readonly ref?: string | undefined;
  /** E.164, and the place of its text in the chunk; of a row that can be sent to. */
  readonly to?: string | undefined;
  readonly text?: number | undefined;
  /** The row that had its number first. */
  readonly first?: number | undefined;
}

/** Values of a text, of rows in one market. */
export interface ChunkText {
  readonly market: SmsMarket;
  readonly values: readonly string[];
}

/** Rows that are kept together. */
export interface ChunkRows {
  readonly texts: readonly ChunkText[];
  readonly rows: readonly ChunkRow[];
}

/** Most rows have a phone and the first text: they are a text alone. */
type PackedRow = string | ChunkRow;

/** The rows as one text, the same for the same rows. */
export function packRows({ texts, rows }: ChunkRows): string {
  const packed = rows.map((row): PackedRow =>
    row.to !== undefined && row.text === 0 && row.ref === undefined ? row.to : row,
  );
  return JSON.stringify([texts, packed]);
}

function unpackRows(json: string): ChunkRows {
  const [texts, packed] = JSON.parse(json) as [ChunkText[], PackedRow[]];
  const rows = packed.map((row) => (typeof row === 'string' ? { to: row, text: 0 } : row));
  return { texts, rows };
}

/** Encrypts what may name a person, where there is a secret. @param owner what it belongs to */
export function sealText(text: string, owner: string, cipher: JobCipher | undefined): string {
  return cipher === undefined ? `o${text}` : `s${cipher.seal(text, owner)}`;
}

/** @returns `undefined` where its key is not known here */
export function openText(
  sealed: string,
  owner: string,
  cipher: JobCipher | undefined,
): string | undefined {
  const body = sealed.slice(1);
  return sealed.startsWith('o') ? body : cipher?.open(body, owner);
}

/** What a chunk is bound to. */
export function chunkOwner(campaign: string, chunk: number): string {
  return `${campaign}-${chunk}`;
}

/** @returns `undefined` where their key is not known here */
export function openRows(
  sealed: string,
  owner: string,
  cipher: JobCipher | undefined,
): ChunkRows | undefined {
  const text = openText(sealed, owner, cipher);
  return text === undefined ? undefined : unpackRows(text);
}

/** Our id of a request: delivery gives it back with what became of its texts. */
export function toRequestRef(campaign: string, chunk: number, epoch: number): string {
  return `${campaign}.${chunk}.${epoch}`;
}

/** Which request that was; `undefined` for one of another kind. */
export function parseRequestRef(
  callRef: string,
): { readonly campaign: string; readonly chunk: number } | undefined {
  const [, campaign, chunk] = /^([\w-]{43})\.(\d{1,9})\.\d{1,15}$/.exec(callRef) ?? [];
  return campaign === undefined ? undefined : { campaign, chunk: Number(chunk) };
}
