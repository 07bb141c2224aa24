import { Injectable } from '@nestjs/common';
import { SmsService, smsTemplate } from 'nestjs-tencentcloud-sms';
import type { SendSmsResponse } from 'nestjs-tencentcloud-sms/api';

export const LoginCode = smsTemplate({
  id: '449739',
  kind: 'verification',
  text: '{code:1}为您的登录验证码，请于{minutes:2}分钟内填写，如非本人操作，请忽略本短信。',
});

@Injectable()
export class LoginCodes {
  constructor(private readonly sms: SmsService) {}

  text(phone: string, code: string) {
    return this.sms.send(LoginCode, { to: phone, params: { code, minutes: 5 } });
  }

  raw(phone: string, code: string): Promise<SendSmsResponse> {
    return this.sms.sendSms({
      PhoneNumberSet: [phone],
      TemplateId: LoginCode.id,
      TemplateParamSet: [code, '5'],
    });
  }
}
