import { Injectable } from '@nestjs/common';
import { OnSmsReport } from 'nestjs-tencentcloud-sms/delivery';
import type { SmsReport } from 'nestjs-tencentcloud-sms/delivery';
import { Texts } from '../deliveries/texts.js';

/** Lists texts that workers sent, as soon as something is known of their way. */
@Injectable()
export class QueuedTexts {
  constructor(private readonly texts: Texts) {}

  /** Called on one instance for each change of a text. */
  @OnSmsReport()
  onReport(report: SmsReport): void {
    this.texts.showReport(report);
  }
}
