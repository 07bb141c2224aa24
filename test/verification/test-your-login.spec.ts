import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { Test, TestingModule } from '@nestjs/testing';
import { smsTemplate } from 'nestjs-tencentcloud-sms';
import { SmsTestingModule, SmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import {
  SmsVerificationModule,
  SmsVerificationService,
  smsVerification,
} from 'nestjs-tencentcloud-sms/verification';

const LoginCode = smsTemplate({
  id: '449739',
  kind: 'verification',
  text: '{code:1}为您的登录验证码，请于{minutes:2}分钟内填写，如非本人操作，请忽略本短信。',
});
const Login = smsVerification({ purpose: 'login', template: LoginCode });

// Yours will be imported.
@Injectable()
class LoginService {
  constructor(private readonly codes: SmsVerificationService) {}

  start(phone: string, id?: string) {
    return this.codes.start(Login, { to: phone, id, caller: '203.0.113.7' });
  }

  async login(id: string, code: string) {
    const result = await this.codes.check(Login, { id, code, caller: '203.0.113.7' });
    return result.status === 'approved' ? result.to : result.status;
  }
}

describe('LoginService', () => {
  const phone = '+8613711112222';
  let app: TestingModule;
  let service: LoginService;
  let kit: SmsTestKit;

  beforeEach(async () => {
    app = await Test.createTestingModule({
      imports: [
        SmsTestingModule.forTest(),
        SmsVerificationModule.forRoot({ secret: 'a secret for tests alone, 32 bytes long' }),
      ],
      providers: [LoginService],
    }).compile();
    await app.init();
    service = app.get(LoginService);
    kit = app.get(SmsTestKit);
  });

  afterEach(() => app.close());

  it('signs in with the code of the text, once', async () => {
    const start = await service.start(phone);
    const id = start.status === 'sent' ? start.id : '';
    const code = await kit.nextCode(phone);
    expect(await service.login(id, code)).toBe(phone);
    expect(await service.login(id, code)).toBe('denied');
  });

  it('sends the same code again after a minute', async () => {
    const start = await service.start(phone);
    const id = start.status === 'sent' ? start.id : '';
    const code = await kit.nextCode(phone);
    expect(await service.start(phone, id)).toMatchObject({ status: 'waiting' });
    kit.clock.advance(60_000);
    expect(await service.start(phone, id)).toMatchObject({ status: 'sent', sendsLeft: 1 });
    expect(await kit.nextCode(phone)).toBe(code);
  });

  it('sends nothing while the store is out of reach', async () => {
    kit.verification.breakStore();
    expect(await service.start(phone)).toMatchObject({ status: 'unavailable' });
    expect(kit.messages()).toEqual([]);
    kit.verification.mendStore();
    expect(await service.start(phone)).toMatchObject({ status: 'sent' });
  });
});
