import { Controller, Get } from '@nestjs/common';
import { HealthCheck, HealthCheckService } from '@nestjs/terminus';
import type { HealthCheckResult } from '@nestjs/terminus';
import { SmsHealthIndicator } from 'nestjs-tencentcloud-sms/health';
import { Campaigns } from '../campaign/campaigns.js';

/** Two questions: may traffic come (`/health/ready`), and must a person look (`/health`)? */
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly sms: SmsHealthIndicator,
    private readonly campaigns: Campaigns,
  ) {}

  @Get('ready')
  @HealthCheck()
  async ready(): Promise<HealthCheckResult> {
    return this.health.check([async () => this.sms.reachability('sms')]);
  }

  @Get()
  @HealthCheck()
  async state(): Promise<HealthCheckResult> {
    return this.health.check([
      async () => this.sms.reachability('sms'),
      async () => this.sms.credentials('sms-credentials'),
      ...(this.campaigns.mode === 'queue' ? [async () => this.sms.queue('sms-queue')] : []),
    ]);
  }
}
