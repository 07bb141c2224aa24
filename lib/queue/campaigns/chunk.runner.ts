/* oxlint-disable no-await-in-loop -- one request after the other: concurrency counts requests */
import { randomUUID } from 'node:crypto';
import { CAMPAIGN_CHUNK_ROWS } from '../../guard/campaign.store.js';
import type {
  SmsCampaignBegin,
  SmsCampaignChunkRecord,
  SmsCampaignRowEnd,
  SmsCampaignStore,
} from '../../guard/campaign.store.js';
import type { SmsSettlement } from '../../delivery/settlement.js';
import { again } from '../../guard/again.js';
import { rejectionKindOf } from '../../guard/rejection.js';
import { SmsError } from '../../errors/sms.error.js';
import type { SmsOutcome } from '../../sending/outcome.js';
import { toSendable } from '../job-data.js';
import type { QueueContext } from '../queue-context.js';
import { chunkOwner, openRows, parseRequestRef, toRequestRef } from './campaign-data.js';
import type { CampaignDefinition, ChunkJobData, ChunkRows } from './campaign-data.js';
import { OpenRows } from './open-rows.js';
import { toEnd } from './row-ends.js';

/** What is to become of the job of a chunk. */
export type ChunkStep =
  | { readonly do: 'complete' }
  | { readonly do: 'delay'; readonly milliseconds: number; readonly why: string };

const COMPLETE: ChunkStep = { do: 'complete' };
/** Until a chunk is looked at again that another worker has. */
const LOOK_AGAIN_MS = 200;
/** Until a chunk is looked at again that only other instances can read. */
const UNREADABLE_MS = 30_000;
/** Of a paused campaign: longer the more chunks it has, since each of them looks. */
const PAUSED_MS = 500;
const PAUSED_MS_EACH = 10;
const MOST_PAUSED_MS = 30_000;
/** Clocks of processes differ, and answers are read late; a limit that is shorter is one of tests. */
const MARGIN_MS = 5_000;

/** Rows of a chunk that share a request, as places in it. */
interface Group {
  readonly text: number;
  readonly places: readonly number[];
}

/** Sends the rows of chunks. */
export class ChunkRunner {
  private readonly openRows: OpenRows;

  constructor(
    private readonly store: SmsCampaignStore,
    private readonly context: QueueContext,
  ) {
    this.openRows = new OpenRows(context);
  }

  /** Does as much of a chunk as can be done now. @throws what a store throws. */
  async run({ campaign, chunk }: ChunkJobData): Promise<ChunkStep> {
    const kept = await this.store.find(campaign);
    if (kept === undefined) {
      return COMPLETE;
    }
    const definition = JSON.parse(kept.definition) as CampaignDefinition;
    const waitMs = (definition.at ?? 0) - this.context.now();
    if (definition.at !== undefined && !kept.isCancelled && (waitMs > 0 || !kept.isLoaded)) {
      return { do: 'delay', milliseconds: Math.max(waitMs, 1_000), why: 'early' };
    }
    for (;;) {
      const record = await this.store.read(campaign, chunk);
      if (record === undefined) {
        return COMPLETE;
      }
      const rows = openRows(record.sealed, chunkOwner(campaign, chunk), this.context.cipher);
      if (rows === undefined) {
        this.context.logger.onUnreadable('key');
        return { do: 'delay', milliseconds: UNREADABLE_MS, why: 'key' };
      }
      const groups = toGroups(record.letters, rows, this.context.guard.mostTexts);
      if (groups.length === 0) {
        return this.leave({ campaign, chunk }, definition, record, rows);
      }
      for (const group of groups) {
        const step = await this.send({ campaign, chunk }, definition, rows, group);
        if (step !== undefined) {
          return step;
        }
      }
      // Each of its rows has ended, unless another worker has some.
      if (!record.letters.includes('s')) {
        return COMPLETE;
      }
    }
  }

  /**
   * Writes what delivery found of a row.
   *
   * @throws what the store throws; Error where the secret of the row is not known here, so that delivery
   * tells it again: another process may know it.
   */
  async settle({ callRef, to, verdict, code, serialNo }: SmsSettlement): Promise<void> {
    const request = parseRequestRef(callRef);
    if (request === undefined || verdict === 'open' || verdict === 'absent') {
      return;
    }
    const { campaign, chunk } = request;
    const record = await this.store.read(campaign, chunk);
    const kept = await this.store.find(campaign);
    if (record === undefined || kept === undefined) {
      return;
    }
    const opened = openRows(record.sealed, chunkOwner(campaign, chunk), this.context.cipher);
    if (opened === undefined) {
      throw new Error('The row is encrypted with a secret that is not known here.');
    }
    const place = opened.rows.findIndex((row) => row.to === to);
    if (place < 0) {
      return;
    }
    const { serialNos } = JSON.parse(kept.definition) as CampaignDefinition;
    const letter = verdict === 'accepted' ? 'a' : 'r';
    // What passes kept the row back for another request, unless it was given up.
    const isFinal = rejectionKindOf(code ?? '', false) === 'final';
    if (letter === 'r' && !isFinal && record.letters[place] !== 'u') {
      return;
    }
    const row = chunk * CAMPAIGN_CHUNK_ROWS + place;
    await this.store.end(campaign, [
      { row, letter, code, serialNo: serialNos ? serialNo : undefined },
    ]);
  }

  private async send(
    { campaign, chunk }: Pick<ChunkJobData, 'campaign' | 'chunk'>,
    definition: CampaignDefinition,
    chunkRows: ChunkRows,
    { text: index, places }: Group,
  ): Promise<ChunkStep | undefined> {
    const { guard, sms } = this.context;
    const { texts, rows } = chunkRows;
    const { market, values } = texts[index] as ChunkRows['texts'][number];
    const { lane } = definition;
    const part = definition.texts[market];
    const isHourly = part.kind === 'marketing' && market === 'mainland';
    const leave = await guard.askLeave(lane, isHourly, places.length);
    if (leave.delay !== undefined) {
      return leave.delay;
    }
    const withinMs = guard.limitMs(isHourly);
    if (withinMs <= 0) {
      return { do: 'delay', milliseconds: 1_000, why: 'window' };
    }
    const token = randomUUID();
    const begunAt = this.context.now();
    // Begins before the leave is asked for: a process that slept meanwhile must not use it.
    const deadline = sms.startDeadline(withinMs);
    const from = chunk * CAMPAIGN_CHUNK_ROWS;
    const numbers = places.map((place) => from + place);
    const request = { token, chunk, rows: numbers, begunAt, notAfter: begunAt + withinMs };
    let begun: SmsCampaignBegin;
    try {
      begun = await this.store.begin(campaign, request);
    } catch (error) {
      // Whether it has begun is not known, but that it did not leave is.
      await this.giveBack(campaign, numbers, token);
      throw error;
    }
    if (begun.state === 'paused') {
      const milliseconds = Math.min(
        PAUSED_MS + (begun.waiting / CAMPAIGN_CHUNK_ROWS) * PAUSED_MS_EACH,
        MOST_PAUSED_MS,
      );
      return { do: 'delay', milliseconds: Math.ceil(milliseconds), why: 'paused' };
    }
    if (begun.state === 'taken') {
      return { do: 'delay', milliseconds: LOOK_AGAIN_MS, why: 'sending' };
    }
    const { template, params } = toSendable({ ...part, values });
    const { signName, extendCode, senderId, sdkAppId } = part;
    const settings = { signName, extendCode, senderId, sdkAppId };
    const phones = places.map((place) => {
      const { to = '', ref } = rows[place] as ChunkRows['rows'][number];
      return { index: from + place, to, ref };
    });
    let outcomes: readonly SmsOutcome[] | string;
    try {
      outcomes = await sms.trySendRowsWithLeave(
        template,
        { ...settings, params, rows: phones },
        // The campaign keeps its rows until they have ended.
        { callRef: toRequestRef(campaign, chunk, begun.epoch), deadline, isKept: true },
      );
    } catch (error) {
      // The text is at fault: nothing was sent.
      outcomes = error instanceof SmsError ? error.code : 'SMS_UNFORESEEN';
    }
    const ends = numbers.map((row, i) =>
      typeof outcomes === 'string'
        ? ({ row, letter: 'r', code: outcomes } as const)
        : toEnd(row, outcomes[i], {
            hasOwnApplication: part.sdkAppId !== undefined,
            keepsSerialNos: definition.serialNos,
          }),
    );
    const known = ends.filter(({ letter }) => letter !== 'u');
    const open = ends.filter(({ letter }) => letter === 'u').map(({ row }) => row);
    let found: SmsCampaignRowEnd[];
    try {
      const asked = { ...request, rows: open, epoch: begun.epoch };
      found = await again(async () =>
        this.openRows.findEnds(asked, campaign, definition, chunkRows),
      );
    } catch {
      // The request stays open, and is found by the job that looks at the chunk again.
      await again(async () => this.store.end(campaign, known));
      return { do: 'delay', milliseconds: LOOK_AGAIN_MS, why: 'sending' };
    }
    const ended = [...known, ...found];
    await again(async () => this.store.end(campaign, ended, token));
    // Delivery may know by now that a row is to be given back.
    return this.heed(definition, ended, leave.probes);
  }

  /** What can't be given back now is looked for once its process could not send it any more. */
  private async giveBack(campaign: string, rows: readonly number[], token: string): Promise<void> {
    const ends = rows.map((row): SmsCampaignRowEnd => ({ row, letter: '.' }));
    await again(async () => this.store.end(campaign, ends, token)).catch(() => undefined);
  }

  /** What the answer says of all requests to come. */
  private async heed(
    { lane }: CampaignDefinition,
    ends: readonly SmsCampaignRowEnd[],
    probes: string | undefined,
  ): Promise<ChunkStep | undefined> {
    const { guard } = this.context;
    if (ends.some(({ letter }) => letter === 'a')) {
      await guard.heed(lane, undefined, probes);
    }
    const givenBack = ends.find(({ letter }) => letter === '.');
    if (givenBack === undefined) {
      return undefined;
    }
    const delay = await guard.heed(lane, givenBack.code ?? 'SMS_UNFORESEEN', probes);
    return delay ?? { do: 'delay', milliseconds: 1_000, why: 'cause' };
  }

  /** No row waits: a request may be under way elsewhere, or its process died. */
  private async leave(
    { campaign, chunk }: Pick<ChunkJobData, 'campaign' | 'chunk'>,
    definition: CampaignDefinition,
    { requests, letters }: SmsCampaignChunkRecord,
    rows: ChunkRows,
  ): Promise<ChunkStep> {
    if (!letters.includes('s')) {
      return COMPLETE;
    }
    const now = this.context.now();
    const { guard, sms } = this.context;
    const marginMs = Math.min(MARGIN_MS, guard.limitMs(false));
    for (const request of requests) {
      const endsIn = request.notAfter + sms.timeoutMs + marginMs - now;
      if (endsIn > 0) {
        return { do: 'delay', milliseconds: Math.max(LOOK_AGAIN_MS, endsIn), why: 'sending' };
      }
    }
    const from = chunk * CAMPAIGN_CHUNK_ROWS;
    for (const request of requests) {
      const open = request.rows.filter((row) => letters[row - from] === 's');
      const asked = { ...request, rows: open };
      const ends = await this.openRows.findEnds(asked, campaign, definition, rows);
      await this.store.end(campaign, ends, request.token);
    }
    return { do: 'delay', milliseconds: LOOK_AGAIN_MS, why: 'sending' };
  }
}

function toGroups(letters: string, { texts, rows }: ChunkRows, most: number): Group[] {
  const open = texts.map((): number[] => []);
  const groups: Group[] = [];
  for (const [place, { text = 0 }] of rows.entries()) {
    if (letters[place] !== '.') {
      continue;
    }
    let places = open[text];
    if (places === undefined || places.length === 0 || places.length >= most) {
      places = [];
      open[text] = places;
      groups.push({ text, places });
    }
    places.push(place);
  }
  return groups;
}
