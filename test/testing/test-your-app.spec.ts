import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { Test, TestingModule } from '@nestjs/testing';
import { SmsService, smsTemplate } from 'nestjs-tencentcloud-sms';
import { SmsTestingModule, SmsTestKit } from 'nestjs-tencentcloud-sms/testing';

const LoginCode = smsTemplate({
  id: '449739',
  kind: 'verification',
  text: '{code:1}为您的登录验证码，请于{minutes:2}分钟内填写，如非本人操作，请忽略本短信。',
});

// Yours will be imported.
@Injectable()
class LoginCodes {
  constructor(private readonly sms: SmsService) {}

  text(phone: string, code: string) {
    return this.sms.send(LoginCode, { to: phone, params: { code, minutes: 5 } });
  }
}

describe('LoginCodes', () => {
  const phone = '+8613711112222';
  let app: TestingModule;
  let codes: LoginCodes;
  let kit: SmsTestKit;

  beforeEach(async () => {
    app = await Test.createTestingModule({
      // In place of SmsModule: the emulator's engine in this process, without a socket.
      imports: [SmsTestingModule.forTest({ limits: 'tencent-default' })],
      providers: [LoginCodes],
    }).compile();
    codes = app.get(LoginCodes);
    kit = app.get(SmsTestKit);
  });

  afterEach(() => app.close());

  it('texts the code', async () => {
    await codes.text(phone, '042137');
    expect(await kit.inbox.nextCode(phone)).toBe('042137');
    expect(kit.inbox.last(phone)?.text).toMatch(/^【腾讯云】042137为您的登录验证码/);
  });

  it('tells when Tencent refuses the text', async () => {
    kit.fail('SendSms', 'LimitExceeded.PhoneNumberDailyLimit');
    await expect(codes.text(phone, '042137')).rejects.toMatchObject({
      name: 'SmsRejectedError',
      code: 'LimitExceeded.PhoneNumberDailyLimit',
    });
    expect(kit.inbox.messages()).toEqual([]);
  });

  it('does not send again when the answer is lost, since the text may be out', async () => {
    kit.loseNextResponse();
    await expect(codes.text(phone, '042137')).rejects.toMatchObject({
      name: 'SmsUnknownOutcomeError',
    });
    expect(await kit.inbox.nextCode(phone)).toBe('042137');
    expect(kit.inbox.messages()).toHaveLength(1);
  });

  it('may repeat a text after half a minute', async () => {
    await codes.text(phone, '042137');
    await expect(codes.text(phone, '042137')).rejects.toMatchObject({
      code: 'LimitExceeded.PhoneNumberThirtySecondLimit',
    });
    kit.clock.advance(30_000);
    await codes.text(phone, '042137');
    expect(kit.inbox.messages()).toHaveLength(2);
  });
});
