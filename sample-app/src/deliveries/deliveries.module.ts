import { Module } from '@nestjs/common';
import { SmsDeliveryModule } from 'nestjs-tencentcloud-sms/delivery';
import { CampaignReports } from '../campaign/campaign-reports.js';
import { DeliveriesController } from './deliveries.controller.js';
import { deliveriesOptions } from './deliveries.options.js';
import { Replies } from './replies.js';
import { Texts } from './texts.js';

/** What becomes of the texts of all stories. */
@Module({
  imports: [SmsDeliveryModule.forRootAsync(deliveriesOptions)],
  controllers: [DeliveriesController],
  providers: [Texts, Replies, CampaignReports],
  exports: [Texts],
})
export class DeliveriesModule {}
