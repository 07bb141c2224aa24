import { Injectable } from '@nestjs/common';
import { SmsRejectedError, SmsService, SmsUnknownOutcomeError } from 'nestjs-tencentcloud-sms';
import { Texts } from '../deliveries/texts.js';
import { maskPhone } from '../mask-phone.js';
import { OrderShipped } from '../sms-templates.js';
import { PhoneThrottle } from '../throttling/phone-throttle.js';
import { OrderNotices } from './order-notices.js';
import type { OrderNotice } from './order-notices.js';

/** Sends while the request waits. */
@Injectable()
export class DirectOrderNotices extends OrderNotices {
  constructor(
    private readonly sms: SmsService,
    private readonly throttle: PhoneThrottle,
    private readonly texts: Texts,
  ) {
    super();
  }

  async shipped(order: string, to: string): Promise<OrderNotice> {
    await this.throttle.takeOrThrow(to);
    const outcome = await this.sms.trySend(OrderShipped, { to, params: { order }, ref: order });
    this.texts.follow(outcome);
    switch (outcome.status) {
      case 'accepted':
        return 'sent';
      case 'rejected':
        throw new SmsRejectedError(maskPhone(to), outcome.error);
      case 'unknown':
        // A second notice would be one too many: the text is looked for.
        throw new SmsUnknownOutcomeError(maskPhone(to), outcome.error);
    }
  }
}
