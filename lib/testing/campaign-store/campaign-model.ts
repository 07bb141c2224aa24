import { CAMPAIGN_CHUNK_ROWS } from '../../guard/campaign.store.js';
import type {
  SmsCampaignBegin,
  SmsCampaignChunk,
  SmsCampaignChunkRecord,
  SmsCampaignLetter,
  SmsCampaignRecord,
  SmsCampaignRequest,
  SmsCampaignRowEnd,
} from '../../guard/campaign.store.js';

/** What is kept of a campaign, as plain data. */
interface Kept {
  definition: string;
  hash: string;
  isLoaded: boolean;
  holder: string;
  leasedUntil: number;
  isPaused: boolean;
  isCancelled: boolean;
  stopped: string;
  letters: SmsCampaignLetter[];
  sealed: Record<number, string>;
  requests: SmsCampaignRequest[];
  serialNos: Record<number, string>;
  byCode: Record<string, number>;
  fee: number;
  epoch: number;
  /** Milliseconds since 1970; of one that is over. */
  keptUntil: number | undefined;
}

const RETAIN_MS = 7 * 86_400_000;
const LETTERS = ['.', 's', 'a', 'r', 'u', 'c', 'd'] as const satisfies readonly SmsCampaignLetter[];

/** What the rules say of one campaign: every call as a plain step. */
export class CampaignModel {
  private kept: Kept | undefined;

  clone(): CampaignModel {
    const copy = new CampaignModel();
    copy.kept = structuredClone(this.kept);
    return copy;
  }

  create(definition: string, now: number): SmsCampaignRecord {
    const found = this.find(now);
    this.kept = found && this.kept;
    this.kept ??= {
      definition,
      hash: '',
      isLoaded: false,
      holder: '',
      leasedUntil: 0,
      isPaused: false,
      isCancelled: false,
      stopped: '',
      letters: [],
      sealed: {},
      requests: [],
      serialNos: {},
      byCode: {},
      fee: 0,
      epoch: 0,
      keptUntil: undefined,
    };
    return this.find(now) as SmsCampaignRecord;
  }

  find(now: number): SmsCampaignRecord | undefined {
    const kept = this.at(now);
    if (kept === undefined) {
      return undefined;
    }
    const { definition, hash, isLoaded, isPaused, isCancelled, stopped, fee, byCode } = kept;
    const counts = LETTERS.map((one) => [one, kept.letters.filter((own) => own === one).length]);
    return {
      definition,
      loaded: kept.letters.length,
      hash,
      isLoaded,
      isLeased: kept.leasedUntil > now,
      isPaused,
      isCancelled,
      stopped,
      counts: Object.fromEntries(counts) as SmsCampaignRecord['counts'],
      fee,
      byCode: { ...byCode },
    };
  }

  lease(token: string, milliseconds: number, now: number): boolean {
    const kept = this.at(now);
    if (kept === undefined || kept.isLoaded || kept.isCancelled) {
      return false;
    }
    const isHolder = kept.holder === token;
    if (milliseconds === 0) {
      if (isHolder) {
        kept.holder = '';
        kept.leasedUntil = 0;
      }
      return isHolder;
    }
    if (!isHolder && kept.leasedUntil > now) {
      return false;
    }
    kept.holder = token;
    kept.leasedUntil = now + milliseconds;
    kept.stopped = '';
    return true;
  }

  append(token: string, chunk: SmsCampaignChunk, now: number): number | undefined {
    const kept = this.at(now);
    if (kept === undefined || kept.holder !== token || kept.isLoaded || kept.isCancelled) {
      return undefined;
    }
    if (kept.letters.length === chunk.from) {
      kept.sealed[chunk.index] = chunk.sealed;
      kept.letters.push(...(chunk.letters.split('') as SmsCampaignLetter[]));
      kept.hash = chunk.hash;
      for (const [code, times] of Object.entries(chunk.codes)) {
        kept.byCode[code] = (kept.byCode[code] ?? 0) + times;
      }
    }
    return countOf(kept, '.');
  }

  endLoading(token: string, now: number): void {
    const kept = this.at(now);
    if (kept?.holder === token && !kept.isCancelled) {
      kept.isLoaded = true;
      letGo(kept);
      keepUntilOver(kept, now);
    }
  }

  stopLoading(token: string, reason: string, now: number): void {
    const kept = this.at(now);
    if (kept?.holder === token && !kept.isLoaded) {
      kept.stopped = reason;
      letGo(kept);
    }
  }

  pause(isPaused: boolean, now: number): void {
    const kept = this.at(now);
    if (kept !== undefined) {
      kept.isPaused = isPaused;
    }
  }

  cancel(now: number): void {
    const kept = this.at(now);
    if (kept !== undefined && !isOver(kept)) {
      kept.isCancelled = true;
      letGo(kept);
      kept.letters = kept.letters.map((letter) => (letter === '.' ? 'c' : letter));
      keepUntilOver(kept, now);
    }
  }

  read(chunk: number, now: number): SmsCampaignChunkRecord | undefined {
    const kept = this.at(now);
    const sealed = kept?.sealed[chunk];
    if (kept === undefined || sealed === undefined) {
      return undefined;
    }
    const from = chunk * CAMPAIGN_CHUNK_ROWS;
    const to = from + CAMPAIGN_CHUNK_ROWS;
    return {
      sealed,
      letters: kept.letters.slice(from, to).join(''),
      requests: kept.requests.filter((request) => request.chunk === chunk),
      serialNos: Object.fromEntries(
        Object.entries(kept.serialNos).filter(([row]) => Number(row) >= from && Number(row) < to),
      ),
    };
  }

  lettersOf(rows: readonly number[], now: number): string {
    const kept = this.at(now);
    return rows.map((row) => kept?.letters[row] ?? '').join('');
  }

  begin(request: Omit<SmsCampaignRequest, 'epoch'>, now: number): SmsCampaignBegin {
    const kept = this.at(now);
    const open = kept?.requests.find(({ token }) => token === request.token);
    if (open !== undefined) {
      return { state: 'go', epoch: open.epoch };
    }
    if (kept?.isPaused === true && !kept.isCancelled) {
      return { state: 'paused', waiting: countOf(kept, '.') };
    }
    if (kept === undefined || request.rows.some((row) => kept.letters[row] !== '.')) {
      return { state: 'taken' };
    }
    kept.epoch += 1;
    kept.requests.push({ ...request, epoch: kept.epoch });
    for (const row of request.rows) {
      kept.letters[row] = 's';
    }
    return { state: 'go', epoch: kept.epoch };
  }

  end(rows: readonly SmsCampaignRowEnd[], token: string | undefined, now: number): void {
    const kept = this.at(now);
    if (kept === undefined) {
      return;
    }
    const isOpen = token === undefined || kept.requests.some((request) => request.token === token);
    kept.requests = kept.requests.filter((request) => request.token !== token);
    for (const end of rows) {
      const isEvidence = end.letter === 'a' || end.letter === 'r';
      const to = end.letter === '.' && kept.isCancelled ? 'c' : end.letter;
      if ((isOpen || isEvidence) && mayMove(kept.letters[end.row], to)) {
        kept.letters[end.row] = to;
        note(kept, end);
      }
    }
    keepUntilOver(kept, now);
  }

  private at(now: number): Kept | undefined {
    return this.kept?.keptUntil !== undefined && this.kept.keptUntil <= now ? undefined : this.kept;
  }
}

function countOf({ letters }: Kept, letter: SmsCampaignLetter): number {
  return letters.filter((own) => own === letter).length;
}

function letGo(kept: Kept): void {
  kept.holder = '';
  kept.leasedUntil = 0;
}

function isOver(kept: Kept): boolean {
  const isEnded = kept.isLoaded || kept.isCancelled;
  return isEnded && countOf(kept, '.') === 0 && countOf(kept, 's') === 0;
}

function keepUntilOver(kept: Kept, now: number): void {
  if (isOver(kept)) {
    kept.keptUntil = now + RETAIN_MS;
  }
}

function mayMove(from: SmsCampaignLetter | undefined, to: SmsCampaignLetter): boolean {
  if (from === undefined || from === 'd' || from === to) {
    return false;
  }
  return to === 'a' || from === 's' || from === '.' || (from === 'u' && to === 'r');
}

function note(kept: Kept, { row, letter, fee = 0, code, serialNo }: SmsCampaignRowEnd): void {
  kept.fee += fee;
  if (letter === 'r' && code !== undefined) {
    kept.byCode[code] = (kept.byCode[code] ?? 0) + 1;
  }
  if (serialNo !== undefined) {
    kept.serialNos[row] = serialNo;
  }
}
