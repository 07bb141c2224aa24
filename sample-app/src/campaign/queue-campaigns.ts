import { Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { SmsError } from 'nestjs-tencentcloud-sms';
import { SmsCampaigns } from 'nestjs-tencentcloud-sms/queue';
import type {
  SmsCampaign,
  SmsCampaignProgress,
  SmsCampaignRow,
} from 'nestjs-tencentcloud-sms/queue';
import { Subject, filter, map, take, takeUntil } from 'rxjs';
import type { Observable } from 'rxjs';
import { Opening } from '../sms-templates.js';
import { CampaignFiles } from './campaign-files.js';
import type { CampaignFile } from './campaign-files.js';
import { Campaigns, readRef, toRef } from './campaigns.js';
import type { Campaign, CampaignProgress, CampaignResult } from './campaigns.js';
import { fileFault } from './csv-text.js';

const MOST_KNOWN = 1_000;

/**
 * Runs campaigns on the queue: on any number of instances, through restarts. What was read goes on by
 * itself; for the rest its file is uploaded again, under the same name.
 */
@Injectable()
export class QueueCampaigns extends Campaigns implements OnModuleDestroy {
  readonly mode = 'queue';

  /** Rows of the files that this instance was given, by name: how many there are before all are read. */
  private readonly totals = new Map<string, number>();
  private readonly closing = new Subject<void>();

  constructor(
    private readonly campaigns: SmsCampaigns,
    private readonly files: CampaignFiles,
  ) {
    super();
  }

  async create(name: string, file: CampaignFile): Promise<'new' | 'known'> {
    const known = await this.campaigns.open(name);
    const campaign = await this.begin(name, file);
    this.remember(name, file.rows);
    // Rows are read by one instance: here the file may not be read at all.
    campaign.progress$
      .pipe(
        filter(
          ({ state, total }) => total !== undefined || ['changed', 'cancelled'].includes(state),
        ),
        take(1),
        takeUntil(this.closing),
      )
      .subscribe({
        next: () => void this.files.drop(file),
        error: () => void this.files.drop(file),
      });
    return known === undefined ? 'new' : 'known';
  }

  async open(name: string): Promise<Campaign | undefined> {
    const campaign = await this.campaigns.open(name);
    return campaign && new QueueCampaign(campaign, () => this.totals.get(name), this.closing);
  }

  onModuleDestroy(): void {
    this.closing.next();
    this.closing.complete();
  }

  private async begin(name: string, file: CampaignFile): Promise<SmsCampaign> {
    try {
      return await this.campaigns.create(name, Opening, this.rows(name, file));
    } catch (error) {
      await this.files.drop(file);
      throw error instanceof SmsError && error.code === 'SMS_CAMPAIGN_CHANGED'
        ? fileFault('another campaign has this name', '该名称已被另一个群发任务使用')
        : error;
    }
  }

  private async *rows(
    name: string,
    file: CampaignFile,
  ): AsyncGenerator<SmsCampaignRow<typeof Opening>> {
    // Each row, every time: rows that were left out, such as of numbers that got a text just now, would
    // make it another campaign when the file is read again.
    for await (const { phone, shop, ref } of this.files.read(file)) {
      yield { to: phone, params: { shop }, ref: toRef(name, ref) };
    }
  }

  private remember(name: string, rows: number): void {
    this.totals.delete(name);
    this.totals.set(name, rows);
    const [oldest] = this.totals.keys();
    if (this.totals.size > MOST_KNOWN && oldest !== undefined) {
      this.totals.delete(oldest);
    }
  }
}

class QueueCampaign implements Campaign {
  constructor(
    private readonly campaign: SmsCampaign,
    private readonly total: () => number | undefined,
    private readonly closing: Observable<void>,
  ) {}

  get progress$(): Observable<CampaignProgress> {
    return this.campaign.progress$.pipe(
      map((progress) => toProgress(progress, this.total())),
      takeUntil(this.closing),
    );
  }

  async pause(): Promise<void> {
    await this.campaign.pause();
  }

  async resume(): Promise<void> {
    await this.campaign.resume();
  }

  async cancel(): Promise<void> {
    await this.campaign.cancel();
  }

  async *results(): AsyncGenerator<CampaignResult> {
    for await (const { index, ref = '', status } of this.campaign.results()) {
      yield { row: index + 1, ref: readRef(ref)?.label ?? '', status };
    }
  }
}

/** Rows that were not read yet wait as well; of a cancelled campaign they are cancelled. */
function toProgress(
  { state, loaded, total: read, ...progress }: SmsCampaignProgress,
  rows: number | undefined,
): CampaignProgress {
  const total = read ?? rows;
  const unread = (total ?? loaded) - loaded;
  const isCancelled = state === 'cancelled';
  const waiting = progress.waiting + (isCancelled ? 0 : unread);
  const { perSecond } = progress;
  return {
    ...progress,
    state: state === 'loading' ? 'sending' : state,
    total,
    waiting,
    cancelled: progress.cancelled + (isCancelled ? unread : 0),
    left: total === undefined || perSecond === 0 ? undefined : Math.ceil(waiting / perSecond),
  };
}
