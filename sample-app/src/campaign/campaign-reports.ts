import { Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { OnSmsReport } from 'nestjs-tencentcloud-sms/delivery';
import type { SmsReport } from 'nestjs-tencentcloud-sms/delivery';
import { LiveList } from '../live-list.js';
import { readRef } from './campaigns.js';

const MOST_CAMPAIGNS = 20;

/** How the texts of a campaign ended so far. */
export interface CampaignCounts {
  /** Its name. */
  readonly id: string;
  readonly delivered: number;
  readonly failed: number;
}

/**
 * Counts the reports of campaigns. Of several instances the one that takes a report calls its handler:
 * a real app counts in its database.
 */
@Injectable()
export class CampaignReports implements OnModuleDestroy {
  readonly list = new LiveList<CampaignCounts>(MOST_CAMPAIGNS);

  /** Called once for each change of a text, or again when it throws. */
  @OnSmsReport()
  onReport({ ref, state, corrected }: SmsReport): void {
    const campaign = readRef(ref ?? '')?.name;
    if (campaign === undefined) {
      return;
    }
    const { delivered, failed } = this.list.get(campaign) ?? { delivered: 0, failed: 0 };
    const counts =
      state === 'delivered'
        ? // It had counted as failed before.
          { delivered: delivered + 1, failed: failed - (corrected === true ? 1 : 0) }
        : { delivered, failed: failed + 1 };
    this.list.put({ id: campaign, ...counts });
  }

  onModuleDestroy(): void {
    this.list.close();
  }
}
