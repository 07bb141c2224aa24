import { Test, TestingModule } from '@nestjs/testing';
import { SmsTestingModule, SmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import { meet } from '../test/meet.js';
import { LoginCodes } from './login-codes.js';

const PHONE = '+8613711112222';

describe('SmsTestingModule', () => {
  let module: TestingModule;
  let codes: LoginCodes;
  let kit: SmsTestKit;

  beforeAll(async () => {
    module = await Test.createTestingModule({
      imports: [SmsTestingModule.forTest({ limits: 'tencent-default' })],
      providers: [LoginCodes],
    }).compile();
    codes = module.get(LoginCodes);
    kit = module.get(SmsTestKit);
  });

  afterAll(() => module.close());

  it('has texts, faults and a time that the worker beside it does not see', async () => {
    await codes.text(PHONE, '111111');
    await meet('both have texted');
    expect(kit.inbox.messages()).toHaveLength(1);
    expect(kit.inbox.last(PHONE)?.params).toEqual(['111111', '5']);

    kit.clock.advance(3_600_000);
    kit.fail('SendSms', 'LimitExceeded.PhoneNumberDailyLimit', { times: 'always' });
    await meet('this one has faults and another time');
    await meet('the other has tried');
    await expect(codes.text(PHONE, '111111')).rejects.toMatchObject({
      code: 'LimitExceeded.PhoneNumberDailyLimit',
    });
    expect(await kit.inbox.nextCode(PHONE)).toBe('111111');
  }, 60_000);
});
