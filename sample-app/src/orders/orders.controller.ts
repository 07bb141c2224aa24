import { Body, Controller, HttpCode, Param, Post, UseGuards } from '@nestjs/common';
import * as v from 'valibot';
import { Phone, readMainlandPhone } from '../phone.schema.js';
import { SchemaPipe, inBoth } from '../schema.pipe.js';
import { AddressGuard } from '../throttling/address.guard.js';
import { OrderNotices } from './order-notices.js';
import type { OrderNotice } from './order-notices.js';

const OrderParam = v.object({
  order: v.pipe(
    v.string(),
    v.regex(
      /^[A-Za-z\d-]{1,12}$/,
      inBoth('expected 1 to 12 letters, digits or hyphens', '请使用 1 到 12 个字母、数字或连字符'),
    ),
  ),
});
const NoticeBody = v.object({ phone: Phone }, inBoth('expected, but missing', '缺少内容'));

/** Says that an order was shipped, as a shop does when a parcel leaves. */
@Controller('orders')
export class OrdersController {
  constructor(private readonly notices: OrderNotices) {}

  @Post(':order/shipped')
  @HttpCode(200)
  @UseGuards(AddressGuard)
  async shipped(
    @Param(new SchemaPipe(OrderParam)) { order }: v.InferOutput<typeof OrderParam>,
    @Body(new SchemaPipe(NoticeBody)) { phone }: v.InferOutput<typeof NoticeBody>,
  ): Promise<{ notice: OrderNotice }> {
    return { notice: await this.notices.shipped(order, await readMainlandPhone(phone)) };
  }
}
