import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { APP_FILTER } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { ThrottlerModule } from '@nestjs/throttler';
import { SmsExceptionFilter, SmsModule } from 'nestjs-tencentcloud-sms';
import { smsConfig } from 'nestjs-tencentcloud-sms/config';
import { SmsHealthIndicator } from 'nestjs-tencentcloud-sms/health';
import { SmsVerificationModule } from 'nestjs-tencentcloud-sms/verification';
import { CampaignController } from './campaign/campaign.controller.js';
import { DeliveriesModule } from './deliveries/deliveries.module.js';
import { DevelopmentController } from './development/development.controller.js';
import { EmbeddedEmulator } from './development/embedded-emulator.js';
import { HealthController } from './health/health.controller.js';
import { HomeController } from './home/home.controller.js';
import { codesOptions } from './login/codes.options.js';
import { LoginController } from './login/login.controller.js';
import { OrdersController } from './orders/orders.controller.js';
import { SchemaExceptionFilter } from './schema-exception.filter.js';
import { StatisticsController } from './statistics/statistics.controller.js';
import { TemplatesController } from './templates/templates.controller.js';
import { THROTTLING } from './throttling/address.guard.js';
import { PhoneThrottle } from './throttling/phone-throttle.js';
import { TooManyExceptionFilter } from './throttling/too-many-exception.filter.js';
import { WelcomeController } from './welcome/welcome.controller.js';

/** One story a folder: the calls of Tencent's own SDK guide, a login by text, notices, campaigns, what becomes
 * of the texts, the health of it all, and a page. */
@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true, load: [smsConfig] }),
    SmsModule.forRootAsync({ ...smsConfig.asProvider(), isGlobal: true }),
    SmsVerificationModule.forRootAsync(codesOptions),
    DeliveriesModule,
    workModule(process.env['REDIS_URL']),
    ThrottlerModule.forRoot(THROTTLING),
    TerminusModule,
  ],
  controllers: [
    HomeController,
    WelcomeController,
    LoginController,
    OrdersController,
    CampaignController,
    StatisticsController,
    TemplatesController,
    HealthController,
    DevelopmentController,
  ],
  providers: [
    PhoneThrottle,
    EmbeddedEmulator,
    SmsHealthIndicator,
    { provide: APP_FILTER, useClass: SmsExceptionFilter },
    { provide: APP_FILTER, useClass: SchemaExceptionFilter },
    { provide: APP_FILTER, useClass: TooManyExceptionFilter },
  ],
})
export class AppModule {}

/** Where notices and campaigns run. BullMQ is loaded only where it is used. */
async function workModule(redisUrl = ''): Promise<DynamicModule> {
  const module =
    redisUrl === ''
      ? (await import('./queue/process.module.js')).ProcessModule
      : (await import('./queue/queue.module.js')).QueueModule;
  return { module };
}
