/* oxlint-disable no-await-in-loop -- one chunk after the other, as the source gives them */
import { createHash, randomUUID } from 'node:crypto';
import { CAMPAIGN_CHUNK_ROWS } from '../../guard/campaign.store.js';
import type { SmsCampaignLetter, SmsCampaignStore } from '../../guard/campaign.store.js';
import { normalizeRecipients } from '../../recipients/normalize-recipients.js';
import type { Recipient, SmsMarket } from '../../recipients/normalize-recipients.js';
import { readObject } from '../../sending/read-object.js';
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
    const { id } = this.source;
    const leaseMs = this.context.options.lockMs;
    let isLeased = false;
    while (!this.isStopped && !isLeased) {
      try {
        isLeased = await this.store.lease(id, this.token, leaseMs);
        if (!isLeased && !(await this.isWanted())) {
          return;
        }
      } catch (error) {
        this.context.logger.onFailed(error);
      }
      if (!isLeased) {
        await pause(Math.min(1_000, leaseMs / 3));
      }
    }
    const renewal = setInterval(() => {
      // Where it fails the next one may do; a lease that was lost is found by the next chunk.
      void this.store.lease(id, this.token, leaseMs).catch(ignore);
    }, leaseMs / 3).unref();
    try {
      await this.load();
    } catch (error) {
      this.context.logger.onSourceFailed(error);
    } finally {
      clearInterval(renewal);
      await this.store.lease(id, this.token, 0).catch(ignore);
    }
  }

  stop(): void {
    this.isStopped = true;
  }

  private async isWanted(): Promise<boolean> {
    const kept = await this.store.find(this.source.id);
    return kept !== undefined && !kept.isLoaded && !kept.isCancelled;
  }

  private async load(): Promise<void> {
    const { id, rows } = this.source;
    const kept = await this.store.find(id);
    const loaded = kept?.loaded ?? 0;
    const chunkOf = (): number => Math.floor(this.from / CAMPAIGN_CHUNK_ROWS);
    const sizeOf = (): number =>
      loaded > this.from ? Math.min(CAMPAIGN_CHUNK_ROWS, loaded - this.from) : CAMPAIGN_CHUNK_ROWS;
    let pulled: unknown[] = [];
    const take = async (): Promise<boolean> => {
      const index = chunkOf();
      // A chunk that is not full was the last one.
      if (this.from % CAMPAIGN_CHUNK_ROWS !== 0) {
        return this.change();
      }
      const chunk = await this.read(pulled);
      const isKnown = this.from < loaded;
      this.hash = createHash('sha256').update(this.hash).update(chunk.packed).digest('base64url');
      const from = this.from;
      this.from += pulled.length;
      pulled = [];
      if (!isKnown) {
        return this.append(index, from, chunk);
      }
      if (this.from < loaded) {
        return true;
      }
      if (openText(kept?.hash ?? '', id, this.context.cipher) !== this.hash) {
        return this.change();
      }
      // Its process may have died before it had a job.
      await this.addJob(index);
      return true;
    };
    for await (const row of rows) {
      if (this.isStopped) {
        return;
      }
      pulled.push(row);
      if (pulled.length === sizeOf() && !(await take())) {
        return;
      }
    }
    if (pulled.length > 0 && !(await take())) {
      return;
    }
    if (this.isStopped) {
      return;
    }
    if (this.from < loaded) {
      await this.change();
      return;
    }
    await this.store.endLoading(id, this.token);
  }

  private async change(): Promise<false> {
    await this.store.stopLoading(this.source.id, this.token, 'SMS_CAMPAIGN_CHANGED');
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

  private async read(given: readonly unknown[]): Promise<ReadChunk> {
    const members = given.map((row) => readObject(row, ROW_MEMBERS, 'row'));
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
    setTimeout(resolve, milliseconds);
  });
}

function ignore(): void {
  // Another process takes it when its time is over.
}
