import { randomInt } from 'node:crypto';
import { BadGatewayException, Body, Controller, Inject, Post } from '@nestjs/common';
import { SmsService } from 'nestjs-tencentcloud-sms';
import * as v from 'valibot';
import { SchemaPipe } from '../schema.pipe.js';
import { smsConfig } from 'nestjs-tencentcloud-sms/config';
import type { ConfigType } from '@nestjs/config';

const E164 = /^\+[1-9]\d{6,14}$/;
const WelcomeBody = v.object(
  {
    phone: v.pipe(
      v.string('expected a phone number as text, such as "+8613711112222"'),
      v.regex(E164, 'expected a phone number in E.164 form, such as "+8613711112222"'),
    ),
  },
  'expected, but missing',
);

/** Tencent's sample template: `{1}为您的登录验证码，请于{2}分钟内填写，如非本人操作，请忽略本短信。` */
const LOGIN_CODE_TEMPLATE = '449739';
const MINUTES_VALID = 5;

/** Texts a login code to a new user. */
@Controller('welcome')
export class WelcomeController {
  constructor(
    private readonly sms: SmsService,
    @Inject(smsConfig.KEY) private readonly config: ConfigType<typeof smsConfig>,
  ) {}

  @Post()
  async welcome(
    @Body(new SchemaPipe(WelcomeBody)) { phone }: v.InferOutput<typeof WelcomeBody>,
  ): Promise<{ serialNo: string; requestId: string }> {
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    const answer = await this.sms.sendSms({
      PhoneNumberSet: [phone],
      SignName: this.config.signName,
      TemplateId: LOGIN_CODE_TEMPLATE,
      TemplateParamSet: [code, String(MINUTES_VALID)],
    });
    // The call succeeds even when the number was refused: its own code tells.
    const [status] = answer.SendStatusSet;
    if (status?.Code !== 'Ok') {
      throw new BadGatewayException(`The text was not accepted: ${status?.Code ?? 'no status'}`);
    }
    return { serialNo: status.SerialNo, requestId: answer.RequestId };
  }
}
