import { randomInt } from 'node:crypto';
import { Body, Controller, Post } from '@nestjs/common';
import { SmsService } from 'nestjs-tencentcloud-sms';
import * as v from 'valibot';
import { SchemaPipe, inBoth } from '../schema.pipe.js';
import { LoginCode } from '../sms-templates.js';

const E164 = /^\+[1-9]\d{6,14}$/;
const WelcomeBody = v.object(
  {
    phone: v.pipe(
      v.string(
        inBoth(
          'expected a phone number as text, such as "+8613711112222"',
          '请以文本填写手机号，例如 "+8613711112222"',
        ),
      ),
      v.regex(
        E164,
        inBoth(
          'expected a phone number in E.164 form, such as "+8613711112222"',
          '请填写 E.164 格式的手机号，例如 "+8613711112222"',
        ),
      ),
    ),
  },
  inBoth('expected, but missing', '缺少内容'),
);

/** Texts a login code to a new user. */
@Controller('welcome')
export class WelcomeController {
  constructor(private readonly sms: SmsService) {}

  @Post()
  async welcome(
    @Body(new SchemaPipe(WelcomeBody)) { phone }: v.InferOutput<typeof WelcomeBody>,
  ): Promise<{ serialNo: string; requestId: string | undefined }> {
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    // Throws unless Tencent took the text on; SmsExceptionFilter makes the answer of it.
    const { serialNo, requestId } = await this.sms.send(LoginCode, {
      to: phone,
      params: { code, minutes: 5 },
    });
    return { serialNo, requestId };
  }
}
