/* oxlint-disable no-await-in-loop -- one chunk after the other, as the source gives them */
import { createHash, randomUUID } from 'node:crypto';
import { CAMPAIGN_CHUNK_ROWS } from '../../guard/campaign.store.js';
import type {
  SmsCampaignLetter,
  SmsCampaignRecord,
  SmsCampaignStore,
} from '../../guard/campaign.store.js';
import { normalizeRecipients } from '../../recipients/normalize-recipients.js';
import type { Recipient, SmsMarket } from '../../recipients/normalize-recipients.js';
import { PageReader } from '../../sending/page-reader.js';
import { readObject } from '../../sending/read-object.js';
import type { ReadMembers } from '../../sending/read-object.js';
import { checkTextLength, checkValueLengths } from '../../templates/check-params.js';
import { isRawTemplate, renderForMarkets, templateFor } from '../../templates/render-params.js';
import type { SmsAnyTemplate } from '../../templates/sms-template.js';
import { SmsError } from '../../errors/sms.error.js';
import type { QueueContext } from '../queue-context.js';
import { CHUNK_JOB, chunkOwner, openText, packRows, sealText } from './campaign-data.js';
import type { CampaignDefinition, ChunkJobData, ChunkRow, ChunkText } from './campaign-data.js';
import { PhoneTable } from './phone-table.js';

/** Chunks that may wait while more are read. */
const MOST_AHEAD = 50;
const LOOK_MS = 100;
/** Numbers are told apart in memory: some 200 MB for so many. */
const MOST_ROWS = 10_000_000;
/** Chunks are full, however slow their source is. */
const LONGEST_MS = 2_147_483_647;
const ROW_MEMBERS: ReadonlySet<string> = new Set(['to', 'params', 'ref']);
const KEEP_FAILED = { age: 7 * 24 * 3600, count: 1000 };

/** What a loader reads, and for what. */
export interface LoaderSource {
  readonly id: string;
  readonly template: SmsAnyTemplate;
  readonly definition: CampaignDefinition;
  readonly rows: Iterable<unknown> | AsyncIterable<unknown>;
}

/** A chunk that was read. */
interface ReadChunk {
  readonly packed: string;
  readonly letters: string;
  readonly codes: Record<string, number>;
}

/** Reads the source of a campaign once, and adds its chunks: as the only one of all processes. */
export class CampaignLoader {
  private readonly token = randomUUID();
  private readonly table = new PhoneTable();
  private reader: PageReader<ReadMembers> | undefined;
  private isStopped = false;
  private from = 0;
  private hash = '';

  constructor(
    private readonly source: LoaderSource,
    private readonly store: SmsCampaignStore,
    private readonly context: QueueContext,
  ) {}

  /** Ends when all is loaded, another process has loaded, or it is stopped. Never throws. */
  async run(): Promise<void> {
    if (!(await this.takeLease())) {
      return;
    }
    const { id } = this.source;
    const { lockMs } = this.context.options;
    const renewal = setInterval(() => {
      // Where it fails the next one may do; a lease that was lost is found by the next chunk.
      void this.store.lease(id, this.token, lockMs).catch(ignore);
    }, lockMs / 3).unref();
    try {
      await this.load();
    } catch (error) {
      if (!this.isStopped) {
        this.context.logger.onSourceFailed(error);
      }
    } finally {
      clearInterval(renewal);
      await this.store.lease(id, this.token, 0).catch(ignore);
    }
  }

  stop(): void {
    this.isStopped = true;
    this.reader?.stop();
  }

  /** Waits while another process loads; `false` when there is nothing left to load. */
  private async takeLease(): Promise<boolean> {
    const { id } = this.source;
    const { lockMs } = this.context.options;
    while (!this.isStopped) {
      try {
        if (await this.store.lease(id, this.token, lockMs)) {
          return true;
        }
        const kept = await this.store.find(id);
        if (kept === undefined || kept.isLoaded || kept.isCancelled) {
          return false;
        }
      } catch (error) {
        this.context.logger.onFailed(error);
      }
      await pause(Math.min(1_000, lockMs / 3));
    }
    return false;
  }

  private async load(): Promise<void> {
    const { id, rows } = this.source;
    const kept = await this.again(async () => this.store.find(id));
    const reader = new PageReader(rows, LONGEST_MS, (row) => readObject(row, ROW_MEMBERS, 'row'));
    this.reader = reader;
    try {
      for (;;) {
        const size = this.sizeOfNext(kept);
        const page = await reader.next(size);
        if (page !== undefined && page.length < size) {
          // It throws where the source has failed: the chunk would not be the last one.
          await reader.next(size);
        }
        if (this.isStopped) {
          return;
        }
        if (page === undefined) {
          break;
        }
        if (!(await this.take(page, kept))) {
          return;
        }
      }
    } finally {
      reader.stop();
    }
    if (this.from < (kept?.loaded ?? 0)) {
      await this.change();
      return;
    }
    await this.again(async () => this.store.endLoading(id, this.token));
  }

  /** Rows that were read before are cut as they were then. */
  private sizeOfNext(kept: SmsCampaignRecord | undefined): number {
    const left = (kept?.loaded ?? 0) - this.from;
    return left > 0 ? Math.min(CAMPAIGN_CHUNK_ROWS, left) : CAMPAIGN_CHUNK_ROWS;
  }

  /** Adds a chunk, or compares it with the one that was read before; `false` when that is the end. */
  private async take(
    page: readonly ReadMembers[],
    kept: SmsCampaignRecord | undefined,
  ): Promise<boolean> {
    const { from } = this;
    const index = Math.floor(from / CAMPAIGN_CHUNK_ROWS);
    // A chunk that is not full was the last one.
    if (from % CAMPAIGN_CHUNK_ROWS !== 0) {
      return this.change();
    }
    if (from + page.length > MOST_ROWS) {
      throw new RangeError(`a campaign has at most ${MOST_ROWS} rows`);
    }
    const chunk = await this.read(page);
    this.hash = createHash('sha256').update(this.hash).update(chunk.packed).digest('base64url');
    this.from += page.length;
    const loaded = kept?.loaded ?? 0;
    if (from >= loaded) {
      return this.append(index, from, chunk);
    }
    if (this.from < loaded) {
      return true;
    }
    if (openText(kept?.hash ?? '', this.source.id, this.context.cipher) !== this.hash) {
      return this.change();
    }
    // Its process may have died before it had a job.
    await this.again(async () => this.addJob(index));
    return true;
  }

  private async change(): Promise<false> {
    const { id } = this.source;
    await this.again(async () => this.store.stopLoading(id, this.token, 'SMS_CAMPAIGN_CHANGED'));
    return false;
  }

  private async append(index: number, from: number, chunk: ReadChunk): Promise<boolean> {
    const { id, definition } = this.source;
    const { cipher } = this.context;
    const { packed, letters, codes } = chunk;
    const sealed = sealText(packed, chunkOwner(id, index), cipher);
    const hash = sealText(this.hash, id, cipher);
    let waiting = await this.again(async () =>
      this.store.append(id, this.token, { index, from, sealed, letters, codes, hash }),
    );
    if (waiting === undefined) {
      return false;
    }
    await this.again(async () => this.addJob(index));
    // With a time all of it is loaded first.
    while (
      definition.at === undefined &&
      waiting > MOST_AHEAD * CAMPAIGN_CHUNK_ROWS &&
      !this.isStopped
    ) {
      await pause(LOOK_MS);
      const kept = await this.again(async () => this.store.find(id));
      waiting = kept?.counts['.'] ?? 0;
    }
    return !this.isStopped;
  }

  private async addJob(chunk: number): Promise<void> {
    const { id, definition } = this.source;
    const now = this.context.now();
    const at = Math.max(definition.at ?? now, now);
    const data: ChunkJobData = { at, campaign: id, chunk };
    await this.context.queueOf(definition.lane).add(CHUNK_JOB, data, {
      jobId: chunkOwner(id, chunk),
      attempts: 1,
      delay: at - now,
      removeOnComplete: true,
      removeOnFail: KEEP_FAILED,
    });
  }

  /** A store that is away for a while does not end a source that can't be read twice. */
  private async again<T>(call: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        if (this.isStopped) {
          throw error;
        }
        this.context.logger.onFailed(error);
        await pause(LOOK_MS);
      }
    }
  }

  private async read(members: readonly ReadMembers[]): Promise<ReadChunk> {
    const recipients = await normalizeRecipients(
      members.map(({ members: { to } }) => (typeof to === 'string' ? to : '')),
    );
    const texts: ChunkText[] = [];
    const places = new Map<string, number>();
    const rows: ChunkRow[] = [];
    const codes: Record<string, number> = {};
    let letters = '';
    for (const [place, one] of members.entries()) {
      const { ref: label, params } = one.members;
      const ref = typeof label === 'string' ? label : undefined;
      const read =
        one.issues.length > 0 || (label !== undefined && ref === undefined)
          ? 'SMS_PARAMETER_INVALID'
          : this.readText(recipients[place] as Recipient, params);
      if (typeof read === 'string') {
        codes[read] = (codes[read] ?? 0) + 1;
        rows.push({ ref });
        letters += 'r' satisfies SmsCampaignLetter;
        continue;
      }
      const first = this.table.add(read.to, this.from + place);
      if (first !== undefined) {
        rows.push({ ref, first });
        letters += 'd' satisfies SmsCampaignLetter;
        continue;
      }
      const look = JSON.stringify([read.market, read.values]);
      let text = places.get(look);
      if (text === undefined) {
        text = texts.length;
        places.set(look, text);
        texts.push({ market: read.market, values: read.values });
      }
      rows.push({ to: read.to, text, ref });
      letters += '.' satisfies SmsCampaignLetter;
    }
    return { packed: packRows({ texts, rows }), letters, codes };
  }

  /** The text of a row, or the code of what is wrong with it. */
  private readText(
    recipient: Recipient,
    params: unknown,
  ): string | { readonly to: string; readonly market: SmsMarket; readonly values: string[] } {
    if (recipient.error !== undefined) {
      return recipient.error.code;
    }
    const { to, market } = recipient;
    const { template, definition } = this.source;
    try {
      const own = isRawTemplate(template)
        ? ({ ...template, params: params ?? template.params } as typeof template)
        : template;
      const { values } = renderForMarkets(own, isRawTemplate(own) ? undefined : params)[market];
      const ofMarket = templateFor(own, market);
      if (isRawTemplate(ofMarket)) {
        checkValueLengths(values, market);
      } else {
        checkTextLength(ofMarket, values, market, definition.texts[market].signName);
      }
      return { to, market, values };
    } catch (error) {
      if (error instanceof SmsError) {
        return error.code;
      }
      throw error;
    }
  }
}

async function pause(milliseconds: number): Promise<void> {
  await new Promise<void>((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
}

function ignore(): void {
  // Another process takes it when its time is over.
}
