import { HttpStatus, Injectable, Logger } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { SmsService, SmsValidationError, parsePhone } from 'nestjs-tencentcloud-sms';
import type { SmsOutcome, SmsSendRow } from 'nestjs-tencentcloud-sms';
import { Observable, Subject, map, startWith, takeUntil, takeWhile, timer } from 'rxjs';
import { Texts } from '../deliveries/texts.js';
import { Opening } from '../sms-templates.js';
import { PhoneThrottle } from '../throttling/phone-throttle.js';
import { CampaignFiles } from './campaign-files.js';
import type { CampaignFile } from './campaign-files.js';
import { Campaigns, toRef } from './campaigns.js';
import type { Campaign, CampaignProgress, CampaignResult } from './campaigns.js';
import { fileFault } from './csv-text.js';
import { Rate } from './rate.js';

const MOST_KEPT = 20;
const EVERY_MS = 250;
/** The code of rows whose number got a text within the last minute. */
const THROTTLED = 'THROTTLED';

/** Runs campaigns by `sendEach`: they need nothing beside this process, and end with it. */
@Injectable()
export class ProcessCampaigns extends Campaigns implements OnModuleDestroy {
  readonly mode = 'process';

  /** Oldest first. */
  private readonly campaigns = new Map<string, ProcessCampaign>();

  constructor(
    private readonly sms: SmsService,
    private readonly files: CampaignFiles,
    private readonly throttle: PhoneThrottle,
    private readonly texts: Texts,
  ) {
    super();
  }

  async create(name: string, file: CampaignFile): Promise<'new' | 'known'> {
    if (this.campaigns.has(name)) {
      await this.files.drop(file);
      return 'known';
    }
    const oldest = [...this.campaigns].find(([, campaign]) => campaign.isOver);
    if (this.campaigns.size >= MOST_KEPT) {
      if (oldest === undefined) {
        await this.files.drop(file);
        throw fileFault(
          `${MOST_KEPT} campaigns are running: wait for one of them`,
          `已有 ${MOST_KEPT} 个群发任务在进行，请稍候`,
          HttpStatus.CONFLICT,
        );
      }
      await this.files.drop(oldest[1].file);
      this.campaigns.delete(oldest[0]);
    }
    const { sms, files, throttle, texts } = this;
    const campaign = new ProcessCampaign(name, file, { sms, files, throttle, texts });
    this.campaigns.set(name, campaign);
    void campaign.run();
    return 'new';
  }

  async open(name: string): Promise<Campaign | undefined> {
    return Promise.resolve(this.campaigns.get(name));
  }

  onModuleDestroy(): void {
    for (const campaign of this.campaigns.values()) {
      campaign.close();
    }
  }
}

/** What rows wait at. */
interface Gate {
  readonly opened: Promise<void>;
  readonly open: () => void;
}

const OPEN: Gate = { opened: Promise.resolve(), open: () => undefined };

interface Parts {
  readonly sms: SmsService;
  readonly files: CampaignFiles;
  readonly throttle: PhoneThrottle;
  readonly texts: Texts;
}

const STATUSES = ['waiting', 'accepted', 'rejected', 'unknown', 'cancelled', 'duplicates'] as const;
type Status = (typeof STATUSES)[number];

/** One campaign: `sendEach` pulls its rows, so that a generator that waits is a campaign that is paused. */
class ProcessCampaign implements Campaign {
  isOver = false;
  private isCancelled = false;
  /** Open unless the campaign is paused. */
  private gate: Gate = OPEN;
  private isPaused = false;
  /** Place in `STATUSES`, a byte a row: a file may have millions of rows. */
  private readonly statuses: Uint8Array;
  private readonly counts: Record<Status, number>;
  private readonly byCode = new Map<string, number>();
  private fee = 0;
  /** Rows by their number. */
  private readonly firsts = new Map<string, number>();
  /** The row that had the number of a repeated one. */
  private readonly firstOf = new Map<number, number>();
  /** Rows that are under way, in their order. */
  private readonly under: number[] = [];
  private readonly closing = new Subject<void>();

  constructor(
    private readonly name: string,
    readonly file: CampaignFile,
    private readonly parts: Parts,
  ) {
    this.statuses = new Uint8Array(file.rows);
    this.counts = {
      waiting: file.rows,
      accepted: 0,
      rejected: 0,
      unknown: 0,
      cancelled: 0,
      duplicates: 0,
    };
  }

  /** Ends when all is sent, or it is cancelled. Never throws. */
  async run(): Promise<void> {
    const sending = this.parts.sms.sendEach(Opening, this.rows());
    try {
      for await (const outcome of sending) {
        this.conclude(outcome);
        if (this.isCancelled) {
          break;
        }
      }
      // What was under way has outcomes as well; what was only read is not sent.
      for (const outcome of await sending.drain()) {
        this.conclude(outcome);
      }
    } catch (error) {
      // The app ends, or the file is gone.
      Logger.warn(`A campaign ended early: ${error instanceof Error ? error.name : 'no Error'}`);
    }
    this.counts.cancelled += this.counts.waiting;
    this.isCancelled ||= this.counts.waiting > 0;
    this.counts.waiting = 0;
    this.isOver = true;
    this.firsts.clear();
  }

  get progress$(): Observable<CampaignProgress> {
    return new Observable<CampaignProgress>((subscriber) => {
      const rate = new Rate();
      return timer(EVERY_MS, EVERY_MS)
        .pipe(
          map(() => this.progress(rate)),
          startWith(this.progress(rate)),
          takeWhile(({ state }) => state !== 'done' && state !== 'cancelled', true),
          takeUntil(this.closing),
        )
        .subscribe(subscriber);
    });
  }

  async pause(): Promise<void> {
    if (!this.isPaused && !this.isOver && !this.isCancelled) {
      this.isPaused = true;
      this.gate = createGate();
    }
    return Promise.resolve();
  }

  async resume(): Promise<void> {
    this.isPaused = false;
    this.gate.open();
    return Promise.resolve();
  }

  async cancel(): Promise<void> {
    this.isCancelled ||= !this.isOver;
    return this.resume();
  }

  async *results(): AsyncGenerator<CampaignResult> {
    let index = 0;
    for await (const { ref = '' } of this.parts.files.read(this.file)) {
      const place = this.statuses[this.firstOf.get(index) ?? index] ?? 0;
      const status = STATUSES[place] as Exclude<Status, 'duplicates'>;
      index += 1;
      yield { row: index, ref, status: status === 'waiting' && this.isOver ? 'cancelled' : status };
    }
  }

  /** Ends what watches, and what waits. */
  close(): void {
    this.closing.next();
    void this.cancel();
  }

  private progress(rate: Rate): CampaignProgress {
    const { counts, file, fee, byCode } = this;
    const perSecond = rate.of(file.rows - counts.waiting);
    return {
      state: this.state(),
      total: file.rows,
      ...counts,
      fee,
      byCode: Object.fromEntries(byCode),
      perSecond,
      left: perSecond === 0 ? undefined : Math.ceil(counts.waiting / perSecond),
    };
  }

  private state(): CampaignProgress['state'] {
    if (this.isOver) {
      return this.isCancelled ? 'cancelled' : 'done';
    }
    return this.isPaused ? 'paused' : 'sending';
  }

  private async *rows(): AsyncGenerator<SmsSendRow<typeof Opening>> {
    let index = 0;
    for await (const { phone, shop, ref } of this.parts.files.read(this.file)) {
      await this.gate.opened;
      if (this.isCancelled) {
        return;
      }
      if (await this.isToBeSent(index, phone)) {
        this.under.push(index);
        yield { to: phone, params: { shop }, ref: toRef(this.name, ref), track: true };
      }
      index += 1;
    }
  }

  /** `sendEach` tells repeated rows apart within a minute; a file may repeat a number anywhere. */
  private async isToBeSent(index: number, phone: string): Promise<boolean> {
    const number = await readNumber(phone);
    if (number === undefined) {
      // The send rejects it, which counts it.
      return true;
    }
    const first = this.firsts.get(number);
    if (first !== undefined) {
      this.firstOf.set(index, first);
      this.count(index, 'duplicates');
      return false;
    }
    this.firsts.set(number, index);
    if ((await this.parts.throttle.take(number)) > 0) {
      this.count(index, 'rejected', THROTTLED);
      return false;
    }
    return true;
  }

  private conclude(outcome: SmsOutcome): void {
    const index = this.under.shift() ?? 0;
    this.parts.texts.follow(outcome);
    if (outcome.status === 'accepted') {
      this.fee += outcome.fee;
      this.count(index, 'accepted');
    } else if (
      this.isCancelled &&
      outcome.status === 'rejected' &&
      outcome.code === 'SMS_ABORTED'
    ) {
      this.count(index, 'cancelled');
    } else {
      this.count(index, outcome.status, outcome.code);
    }
  }

  private count(index: number, status: Status, code?: string): void {
    this.statuses[index] = STATUSES.indexOf(status);
    this.counts[status] += 1;
    this.counts.waiting -= 1;
    if (code !== undefined && status === 'rejected') {
      this.byCode.set(code, (this.byCode.get(code) ?? 0) + 1);
    }
  }
}

function createGate(): Gate {
  let open = OPEN.open;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** One form for each phone; `undefined` for what is none. */
async function readNumber(phone: string): Promise<string | undefined> {
  try {
    return (await parsePhone(phone)).e164;
  } catch (error) {
    if (error instanceof SmsValidationError) {
      return undefined;
    }
    throw error;
  }
}
