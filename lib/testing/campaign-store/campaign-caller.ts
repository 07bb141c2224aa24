import assert from 'node:assert/strict';
import { CAMPAIGN_CHUNK_ROWS } from '../../guard/campaign.store.js';
import type {
  SmsCampaignBegin,
  SmsCampaignChunk,
  SmsCampaignLetter,
  SmsCampaignRecord,
  SmsCampaignRowEnd,
  SmsCampaignStore,
} from '../../guard/campaign.store.js';
import type { SuiteRule } from '../store-suite.js';
import type { SmsCampaignStoreClock } from './campaign-subject.js';

/** A case of the conformance suite: one rule. */
export type CampaignCase = SuiteRule<CampaignCaller>;

/** A case that runs within a moment. */
export function atOnce(name: string, run: (caller: CampaignCaller) => Promise<void>): CampaignCase {
  return { name, waits: false, run };
}

/** A case in which time passes. */
export function inTime(name: string, run: (caller: CampaignCaller) => Promise<void>): CampaignCase {
  return { name, waits: true, run };
}

/** When requests begin, where nothing else is said. */
export const BEGUN_AT = 1_764_000_000_000;
export const LEASE_MS = 60_000;
/** What a campaign is created with. */
export const DEFINITION = '{"text":"订单 \\"1\\""}';

/** A chunk with a letter for each of its rows. */
export function chunkOf(letters: string, index = 0): SmsCampaignChunk {
  return {
    index,
    from: index * CAMPAIGN_CHUNK_ROWS,
    sealed: `rows ${index}`,
    letters,
    codes: {},
    hash: `hash ${index}`,
  };
}

/** The same end of some rows. */
export function ends(
  rows: readonly number[],
  letter: SmsCampaignRowEnd['letter'],
  more: Partial<SmsCampaignRowEnd> = {},
): SmsCampaignRowEnd[] {
  return rows.map((row) => ({ row, letter, ...more }));
}

/** Calls a store as loaders and workers do. */
export class CampaignCaller {
  private made = 0;

  constructor(
    readonly store: SmsCampaignStore,
    private readonly clock: SmsCampaignStoreClock | undefined,
  ) {}

  async wait(milliseconds: number): Promise<void> {
    await this.clock?.advance(milliseconds);
  }

  /** A name that no other call gave. */
  next(what: string): string {
    this.made += 1;
    return `${what}${this.made}`;
  }

  /** A campaign whose rows are at these letters, read to its end or not. */
  async campaign(letters: string, isLoaded = true): Promise<string> {
    const id = this.next('campaign');
    await this.store.create(id, DEFINITION);
    await this.load(id, 'loader', letters, isLoaded);
    return id;
  }

  async load(id: string, token: string, letters: string, isLoaded = true): Promise<void> {
    assert.equal(await this.store.lease(id, token, LEASE_MS), true);
    for (let from = 0; from < letters.length; from += CAMPAIGN_CHUNK_ROWS) {
      const chunk = letters.slice(from, from + CAMPAIGN_CHUNK_ROWS);
      // oxlint-disable-next-line no-await-in-loop -- one chunk after the other
      await this.store.append(id, token, chunkOf(chunk, from / CAMPAIGN_CHUNK_ROWS));
    }
    if (isLoaded) {
      await this.store.endLoading(id, token);
    }
  }

  async record(id: string): Promise<SmsCampaignRecord> {
    const record = await this.store.find(id);
    assert.ok(record !== undefined, 'the campaign should be kept');
    return record;
  }

  /** Rows at each letter, without those that there are none of. */
  async counts(id: string): Promise<Partial<Record<SmsCampaignLetter, number>>> {
    const { counts, loaded } = await this.record(id);
    const own = Object.entries(counts).filter(([, count]) => count !== 0);
    const sum = own.reduce((all, [, count]) => all + count, 0);
    assert.equal(sum, loaded, 'the counts should sum to the rows');
    return Object.fromEntries(own);
  }

  async begin(
    id: string,
    rows: readonly number[],
    token = this.next('request'),
  ): Promise<SmsCampaignBegin> {
    return this.store.begin(id, {
      token,
      chunk: Math.floor((rows[0] ?? 0) / CAMPAIGN_CHUNK_ROWS),
      rows,
      begunAt: BEGUN_AT,
      notAfter: BEGUN_AT + 30_000,
    });
  }

  /** Has a request that was given leave. */
  async go(id: string, rows: readonly number[]): Promise<{ token: string; epoch: number }> {
    const token = this.next('request');
    const begun = await this.begin(id, rows, token);
    assert.ok(begun.state === 'go', `a request should be given leave, not ${begun.state}`);
    return { token, epoch: begun.epoch };
  }
}
