import { Test } from '@nestjs/testing';
import { SmsModule, SmsModuleOptions, SmsOutcome, SmsService } from 'nestjs-tencentcloud-sms';

const PHONE = '+8613711112222';
export const TENCENT = 'https://sms.tencentcloudapi.com';

/** What Tencent answers when it takes a text on. */
export function answer(body: unknown) {
  const { SessionContext } = body as { SessionContext: string };
  const status = {
    SerialNo: '2433:1',
    PhoneNumber: PHONE,
    Fee: 1,
    SessionContext,
    Code: 'Ok',
    Message: 'send success',
    IsoCode: 'CN',
  };
  return { Response: { SendStatusSet: [status], RequestId: 'r-1' } };
}

/** Sends a text from an app that imports SmsModule as it would in production. */
export async function send(more: Partial<SmsModuleOptions> = {}): Promise<SmsOutcome> {
  const module = await Test.createTestingModule({
    imports: [
      SmsModule.forRoot({
        credentials: { secretId: 'any', secretKey: 'any' },
        sdkAppId: '1400006666',
        signName: '腾讯云',
        retry: false,
        ...more,
      }),
    ],
  }).compile();
  const outcome = await module.get(SmsService).trySend({ templateId: '449739' }, { to: PHONE });
  await module.close();
  return outcome;
}
