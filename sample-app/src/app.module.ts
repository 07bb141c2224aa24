import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { APP_FILTER } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { ThrottlerModule } from '@nestjs/throttler';
import { SmsExceptionFilter, SmsModule } from 'nestjs-tencentcloud-sms';
import { smsConfig } from 'nestjs-tencentcloud-sms/config';
import { SmsDeliveryModule } from 'nestjs-tencentcloud-sms/delivery';
import { SmsHealthIndicator } from 'nestjs-tencentcloud-sms/health';
import { SmsVerificationModule } from 'nestjs-tencentcloud-sms/verification';
import { CampaignReports } from './campaign/campaign-reports.js';
import { CampaignController } from './campaign/campaign.controller.js';
import { DeliveriesController } from './deliveries/deliveries.controller.js';
import { deliveriesOptions } from './deliveries/deliveries.options.js';
import { Replies } from './deliveries/replies.js';
import { Texts } from './deliveries/texts.js';
import { DevelopmentController } from './development/development.controller.js';
import { EmbeddedEmulator } from './development/embedded-emulator.js';
import { HealthController } from './health/health.controller.js';
import { HomeController } from './home/home.controller.js';
import { codesOptions } from './login/codes.options.js';
import { LoginController } from './login/login.controller.js';
import { SchemaExceptionFilter } from './schema-exception.filter.js';
import { StatisticsController } from './statistics/statistics.controller.js';
import { TemplatesController } from './templates/templates.controller.js';
import { THROTTLING } from './throttling/address.guard.js';
import { PhoneThrottle } from './throttling/phone-throttle.js';
import { TooManyExceptionFilter } from './throttling/too-many-exception.filter.js';
import { WelcomeController } from './welcome/welcome.controller.js';

/** One story a folder: the calls of Tencent's own SDK guide, a login by text, what becomes of the texts, the
 * health of it all, and a page. */
@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true, load: [smsConfig] }),
    SmsModule.forRootAsync({ ...smsConfig.asProvider(), isGlobal: true }),
    SmsVerificationModule.forRootAsync(codesOptions),
    SmsDeliveryModule.forRootAsync(deliveriesOptions),
    ThrottlerModule.forRoot(THROTTLING),
    TerminusModule,
  ],
  controllers: [
    HomeController,
    WelcomeController,
    LoginController,
    CampaignController,
    DeliveriesController,
    StatisticsController,
    TemplatesController,
    HealthController,
    DevelopmentController,
  ],
  providers: [
    Texts,
    Replies,
    CampaignReports,
    PhoneThrottle,
    EmbeddedEmulator,
    SmsHealthIndicator,
    { provide: APP_FILTER, useClass: SmsExceptionFilter },
    { provide: APP_FILTER, useClass: SchemaExceptionFilter },
    { provide: APP_FILTER, useClass: TooManyExceptionFilter },
  ],
})
export class AppModule {}
