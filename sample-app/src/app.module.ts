import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { SmsModule } from 'nestjs-tencentcloud-sms';
import { ReceiptsController } from './receipts/receipts.controller.js';
import { smsConfig } from './sms.config.js';
import { StatisticsController } from './statistics/statistics.controller.js';
import { TemplatesController } from './templates/templates.controller.js';
import { WelcomeController } from './welcome/welcome.controller.js';

/** The four calls of Tencent's own SDK guide, each a story in a folder of its own. */
@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true, load: [smsConfig] }),
    SmsModule.forRootAsync({ ...smsConfig.asProvider(), isGlobal: true }),
  ],
  controllers: [WelcomeController, ReceiptsController, StatisticsController, TemplatesController],
})
export class AppModule {}
