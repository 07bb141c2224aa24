import { randomInt } from 'node:crypto';
import { Body, Controller, Post, UseGuards } from '@nestjs/common';
import { SmsRejectedError, SmsService, SmsUnknownOutcomeError } from 'nestjs-tencentcloud-sms';
import * as v from 'valibot';
import { Texts } from '../deliveries/texts.js';
import { maskPhone } from '../mask-phone.js';
import { Phone, readMainlandPhone } from '../phone.schema.js';
import { SchemaPipe, inBoth } from '../schema.pipe.js';
import { LoginCode } from '../sms-templates.js';
import { AddressGuard } from '../throttling/address.guard.js';
import { PhoneThrottle } from '../throttling/phone-throttle.js';

const WelcomeBody = v.object({ phone: Phone }, inBoth('expected, but missing', '缺少内容'));

/** Texts a new user, as the first call of Tencent's guide does. What signs in is in `login`. */
@Controller('welcome')
export class WelcomeController {
  constructor(
    private readonly sms: SmsService,
    private readonly throttle: PhoneThrottle,
    private readonly texts: Texts,
  ) {}

  @Post()
  @UseGuards(AddressGuard)
  async welcome(
    @Body(new SchemaPipe(WelcomeBody)) { phone }: v.InferOutput<typeof WelcomeBody>,
  ): Promise<{ serialNo: string; requestId: string | undefined }> {
    const to = await readMainlandPhone(phone);
    await this.throttle.takeOrThrow(to);
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    // Listed in any case: what is unknown is found out later. SmsExceptionFilter makes answers of errors.
    const outcome = await this.sms.trySend(LoginCode, { to, params: { code, minutes: 5 } });
    this.texts.follow(outcome);
    if (outcome.status === 'rejected') {
      throw new SmsRejectedError(maskPhone(to), outcome.error);
    }
    if (outcome.status === 'unknown') {
      throw new SmsUnknownOutcomeError(maskPhone(to), outcome.error);
    }
    return { serialNo: outcome.serialNo, requestId: outcome.requestId };
  }
}
