/* oxlint-disable no-await-in-loop -- one chunk after the other */
import { Observable } from 'rxjs';
import { CAMPAIGN_CHUNK_ROWS } from '../../guard/campaign.store.js';
import type {
  SmsCampaignLetter,
  SmsCampaignRecord,
  SmsCampaignStore,
} from '../../guard/campaign.store.js';
import { SmsError } from '../../errors/sms.error.js';
import type { QueueContext } from '../queue-context.js';
import { chunkOwner, openRows } from './campaign-data.js';

/** How far a campaign is. Rows are in one of the numbers from `waiting` to `duplicates`. */
export interface SmsCampaignProgress {
  /**
   * `needs-source`: no process reads its rows; call `create` with them again. `changed`: they read
   * differently. `cancelled`, `done`: nothing leaves any more.
   */
  readonly state:
    'loading' | 'needs-source' | 'changed' | 'sending' | 'paused' | 'cancelled' | 'done';
  /** Rows of the source; `undefined` until its end was read. */
  readonly total?: number | undefined;
  /** Rows that were read. */
  readonly loaded: number;
  /** Rows that are to be sent to, or are in a request. */
  readonly waiting: number;
  readonly accepted: number;
  readonly rejected: number;
  /** May have been sent; settling of the delivery module finds what became of them. */
  readonly unknown: number;
  readonly cancelled: number;
  /** Rows whose number stands further up. */
  readonly duplicates: number;
  /** Segments billed, of rows that were accepted at once. */
  readonly fee: number;
  /** Rejected rows by code. */
  readonly byCode: Readonly<Record<string, number>>;
  /** Rows that ended a second, lately. */
  readonly perSecond: number;
  /** Seconds until the end at that rate; `undefined` where that is not known. */
  readonly left?: number | undefined;
}

/** What became of a row. */
export interface SmsCampaignResult {
  /** Place in the source. */
  readonly index: number;
  readonly ref?: string | undefined;
  /** That of the row which had its number first, for a repeated one. */
  readonly status: 'waiting' | 'accepted' | 'rejected' | 'unknown' | 'cancelled';
  /** Tencent's number of the text, where the campaign keeps them. */
  readonly serialNo?: string | undefined;
}

const EVERY_MS = 1_000;
/** Looks that the rate is told from. */
const RATE_LOOKS = 10;
const STATUS: Readonly<Record<SmsCampaignLetter, SmsCampaignResult['status']>> = {
  '.': 'waiting',
  s: 'waiting',
  a: 'accepted',
  r: 'rejected',
  u: 'unknown',
  c: 'cancelled',
  // That of its first row is taken.
  d: 'waiting',
};

/**
 * A campaign, from any instance.
 *
 * @example
 * campaign.progress$.subscribe(({ loaded, accepted }) => console.log(accepted, loaded));
 */
export class SmsCampaign {
  /** Held in closures, so that `util.inspect` prints no secret. */
  private readonly context: () => QueueContext;
  private readonly store: () => SmsCampaignStore;

  /** @internal Made by `SmsCampaigns`. */
  constructor(
    readonly name: string,
    private readonly id: string,
    store: SmsCampaignStore,
    context: QueueContext,
  ) {
    this.store = () => store;
    this.context = () => context;
  }

  /**
   * How far it is: at once, then every second, and completion at its end. Errors where the campaign is not
   * kept any more, and where the store is out of reach at the beginning; later it waits for the store.
   */
  get progress$(): Observable<SmsCampaignProgress> {
    return new Observable((subscriber) => {
      const rate = new Rate();
      let isShown = false;
      let isLooking = false;
      const look = async (): Promise<void> => {
        isLooking = true;
        try {
          const record = await this.store().find(this.id);
          if (record === undefined) {
            subscriber.error(goneError());
            return;
          }
          isShown = true;
          const progress = toProgress(record, rate);
          subscriber.next(progress);
          if (progress.state === 'done' || progress.state === 'cancelled') {
            subscriber.complete();
          }
        } catch (error) {
          if (!isShown) {
            subscriber.error(error);
          }
        } finally {
          isLooking = false;
        }
      };
      const timer = setInterval(() => {
        if (!isLooking) {
          void look();
        }
      }, EVERY_MS);
      void look();
      return () => {
        clearInterval(timer);
      };
    });
  }

  /**
   * Has no request begin any more, in any instance. When it resolves at most the requests in flight still
   * leave.
   *
   * @throws what the store throws.
   */
  async pause(): Promise<void> {
    await this.store().pause(this.id);
  }

  /** @throws what the store throws. */
  async resume(): Promise<void> {
    await this.store().resume(this.id);
  }

  /**
   * Ends it for good: rows that wait are cancelled, and no more are read. Requests in flight still leave.
   *
   * @throws what the store throws.
   */
  async cancel(): Promise<void> {
    await this.store().cancel(this.id);
  }

  /**
   * What became of each row, in their order; of those that were read by now.
   *
   * @throws what the store throws; SmsError where its secret is not known here.
   */
  async *results(): AsyncGenerator<SmsCampaignResult, void, undefined> {
    const { loaded } = await this.find();
    for (let chunk = 0; chunk * CAMPAIGN_CHUNK_ROWS < loaded; chunk += 1) {
      yield* await this.readChunk(chunk);
    }
  }

  private async readChunk(chunk: number): Promise<SmsCampaignResult[]> {
    const record = await this.store().read(this.id, chunk);
    if (record === undefined) {
      return [];
    }
    const owner = chunkOwner(this.id, chunk);
    const opened = openRows(record.sealed, owner, this.context().cipher);
    if (opened === undefined) {
      throw new SmsError('The campaign is encrypted with a secret that is not known here.', {
        code: 'SMS_OPTIONS_INVALID',
      });
    }
    const firsts = opened.rows.flatMap(({ first }) => (first === undefined ? [] : [first]));
    const letters = (await this.store().letters(this.id, firsts)).split('') as SmsCampaignLetter[];
    return opened.rows.map(({ ref, first }, place) => {
      const index = chunk * CAMPAIGN_CHUNK_ROWS + place;
      const own = (record.letters[place] ?? '.') as SmsCampaignLetter;
      const letter = first === undefined ? own : (letters.shift() ?? '.');
      return { index, ref, status: STATUS[letter], serialNo: record.serialNos[index] };
    });
  }

  private async find(): Promise<SmsCampaignRecord> {
    const record = await this.store().find(this.id);
    if (record === undefined) {
      throw goneError();
    }
    return record;
  }
}

function goneError(): SmsError {
  return new SmsError('The campaign is not kept any more.', { code: 'SMS_PARAMETER_INVALID' });
}

/** Rows a second over the last looks. */
class Rate {
  private readonly looks: { readonly at: number; readonly ended: number }[] = [];

  of(ended: number): number {
    const { looks } = this;
    looks.push({ at: performance.now(), ended });
    if (looks.length > RATE_LOOKS) {
      looks.shift();
    }
    const [first, last] = [looks[0], looks.at(-1)];
    if (first === undefined || last === undefined || last.at === first.at) {
      return 0;
    }
    return Math.max(0, Math.round(((last.ended - first.ended) * 1000) / (last.at - first.at)));
  }
}

function toProgress(record: SmsCampaignRecord, rate: Rate): SmsCampaignProgress {
  const { counts, loaded, isLoaded, fee, byCode } = record;
  const waiting = counts['.'] + counts.s;
  const perSecond = rate.of(loaded - waiting);
  const total = isLoaded ? loaded : undefined;
  return {
    state: stateOf(record, waiting),
    total,
    loaded,
    waiting,
    accepted: counts.a,
    rejected: counts.r,
    unknown: counts.u,
    cancelled: counts.c,
    duplicates: counts.d,
    fee,
    byCode,
    perSecond,
    left: total === undefined || perSecond === 0 ? undefined : Math.ceil(waiting / perSecond),
  };
}

function stateOf(
  { isCancelled, isLoaded, isLeased, isPaused, stopped, counts }: SmsCampaignRecord,
  waiting: number,
): SmsCampaignProgress['state'] {
  if (isCancelled) {
    // What is in flight still leaves.
    return counts.s > 0 ? 'sending' : 'cancelled';
  }
  if (isLoaded && waiting === 0) {
    return 'done';
  }
  if (stopped !== '') {
    return 'changed';
  }
  if (!isLoaded && !isLeased) {
    return 'needs-source';
  }
  if (isPaused) {
    return 'paused';
  }
  return isLoaded ? 'sending' : 'loading';
}
