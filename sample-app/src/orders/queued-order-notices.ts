import { Injectable } from '@nestjs/common';
import { SmsError } from 'nestjs-tencentcloud-sms';
import { SmsQueue } from 'nestjs-tencentcloud-sms/queue';
import { SchemaException } from '../schema.pipe.js';
import { OrderShipped } from '../sms-templates.js';
import { OrderNotices } from './order-notices.js';
import type { OrderNotice } from './order-notices.js';

/** Leaves it to a worker, on any instance. */
@Injectable()
export class QueuedOrderNotices extends OrderNotices {
  constructor(private readonly queue: SmsQueue) {
    super();
  }

  async shipped(order: string, to: string): Promise<OrderNotice> {
    try {
      // The key is what makes it one text: for two clicks, two instances, or a request that is repeated.
      const key = `shipped-${order}`;
      const { state } = await this.queue.enqueue(OrderShipped, {
        to,
        params: { order },
        key,
        ref: order,
      });
      return state;
    } catch (error) {
      if (error instanceof SmsError && error.code === 'SMS_KEY_REUSED') {
        throw new SchemaException([
          {
            field: 'phone',
            en: 'this order had its notice, at another number',
            zh: '该订单的通知已发往另一个号码',
          },
        ]);
      }
      throw error;
    }
  }
}
