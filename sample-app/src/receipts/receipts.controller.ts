import { Controller, Get } from '@nestjs/common';
import { SmsService } from 'nestjs-tencentcloud-sms';
import type { PullSmsSendStatus } from 'nestjs-tencentcloud-sms';

const MOST_PER_PULL = 100;

/** Shows what became of the texts. */
@Controller('receipts')
export class ReceiptsController {
  constructor(private readonly sms: SmsService) {}

  /** Takes reports from the queue. Each is handed out once, so a real app would store them. */
  @Get()
  async pull(): Promise<{ receipts: PullSmsSendStatus[]; requestId: string }> {
    const answer = await this.sms.pullSmsSendStatus({ Limit: MOST_PER_PULL });
    return { receipts: answer.PullSmsSendStatusSet, requestId: answer.RequestId };
  }
}
