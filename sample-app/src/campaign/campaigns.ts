import type { Observable } from 'rxjs';
import type { CampaignFile } from './campaign-files.js';

/** How far a campaign is. The rows are in one of the numbers from `waiting` to `duplicates`. */
export interface CampaignProgress {
  /** `needs-source`: upload its file again. `changed`: the file that was uploaded last is another one. */
  readonly state: 'sending' | 'paused' | 'needs-source' | 'changed' | 'cancelled' | 'done';
  /** Rows of its file; `undefined` where that is not known yet. */
  readonly total: number | undefined;
  readonly waiting: number;
  readonly accepted: number;
  readonly rejected: number;
  /** May have been sent: Tencent's answer was lost. */
  readonly unknown: number;
  readonly cancelled: number;
  readonly duplicates: number;
  /** Segments billed. */
  readonly fee: number;
  /** Rejected rows by code. */
  readonly byCode: Readonly<Record<string, number>>;
  /** Rows that ended a second, lately. */
  readonly perSecond: number;
  /** Seconds until the end at that rate. */
  readonly left: number | undefined;
}

/** What became of a row. */
export interface CampaignResult {
  /** Place below the header, from 1. */
  readonly row: number;
  /** The file's own label; there is no phone number in results. */
  readonly ref: string;
  /** That of the row which had its number first, for a repeated one. */
  readonly status: 'waiting' | 'accepted' | 'rejected' | 'unknown' | 'cancelled';
}

/** A campaign that can be watched and stopped. */
export interface Campaign {
  /** At once, then each second or so, and completion at its end. */
  readonly progress$: Observable<CampaignProgress>;
  /** Texts that are under way still leave. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** For good; texts that are under way still leave. */
  cancel(): Promise<void>;
  /** In the order of the file. */
  results(): AsyncIterable<CampaignResult>;
}

/**
 * Runs campaigns: in this process by `sendEach`, or on the queue, where they outlive it. Controllers see
 * this alone.
 */
export abstract class Campaigns {
  abstract readonly mode: 'process' | 'queue';

  /**
   * Begins a campaign with the rows of a file, which is dropped when it is not needed any more. A name is
   * used once: with the same one, nothing is sent again.
   *
   * @returns whether it was begun before
   */
  abstract create(name: string, file: CampaignFile): Promise<'new' | 'known'>;

  /** A campaign by its name. */
  abstract open(name: string): Promise<Campaign | undefined>;
}

/** What the texts of a campaign are labelled with, so that reports are counted for it. */
export function toRef(name: string, label = ''): string {
  return `${name} ${label}`;
}

/** Names have no blanks; texts of other stories have none in their label. */
export function readRef(
  ref: string,
): { readonly name: string; readonly label: string } | undefined {
  const end = ref.indexOf(' ');
  return end === -1 ? undefined : { name: ref.slice(0, end), label: ref.slice(end + 1) };
}
