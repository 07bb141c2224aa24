import { Module } from '@nestjs/common';
import { CampaignFiles } from '../campaign/campaign-files.js';
import { Campaigns } from '../campaign/campaigns.js';
import { ProcessCampaigns } from '../campaign/process-campaigns.js';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { DirectOrderNotices } from '../orders/direct-order-notices.js';
import { OrderNotices } from '../orders/order-notices.js';
import { PhoneThrottle } from '../throttling/phone-throttle.js';

/** Without Redis: all is sent by this process, and ends with it. */
@Module({
  imports: [DeliveriesModule],
  providers: [
    CampaignFiles,
    PhoneThrottle,
    { provide: Campaigns, useClass: ProcessCampaigns },
    { provide: OrderNotices, useClass: DirectOrderNotices },
  ],
  exports: [CampaignFiles, Campaigns, OrderNotices],
})
export class ProcessModule {}
