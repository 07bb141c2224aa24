import { Test, TestingModule } from '@nestjs/testing';
import { SMS_TRANSPORT, SmsModule } from 'nestjs-tencentcloud-sms';
import { createSmsTestKit, SmsEmulator, SmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import { meet } from '../test/meet.js';
import { AppModule } from './app.module.js';
import { LoginCodes } from './login-codes.js';

const PHONE = '+8613711112222';

describe('an app that imports SmsModule itself', () => {
  let module: TestingModule;
  let codes: LoginCodes;
  let kit: SmsTestKit;

  beforeEach(async () => {
    kit = await createSmsTestKit({ limits: 'tencent-default' });
    module = await Test.createTestingModule({ imports: [AppModule] })
      .overrideProvider(SMS_TRANSPORT)
      .useValue(kit.transport)
      .compile();
    codes = module.get(LoginCodes);
  });

  afterEach(async () => {
    await module.close();
    kit.close();
  });

  it('sees nothing of the worker beside it', async () => {
    await codes.text(PHONE, '333333');
    await meet('both have texted');
    expect(kit.inbox.messages()).toHaveLength(1);
    expect(kit.inbox.last(PHONE)?.params).toEqual(['333333', '5']);

    await meet('this one has faults and another time');
    await expect(codes.text(PHONE, '333333')).rejects.toMatchObject({
      code: 'LimitExceeded.PhoneNumberThirtySecondLimit',
    });
    kit.clock.advance(30_000);
    await codes.text(PHONE, '333333');
    await meet('the other has tried');
    expect(await kit.inbox.nextCode(PHONE)).toBe('333333');
  }, 60_000);

  it('distinguishes refused from unknown', async () => {
    kit.fail('SendSms', 'LimitExceeded.PhoneNumberDailyLimit');
    await expect(codes.text(PHONE, '042137')).rejects.toMatchObject({
      name: 'SmsRejectedError',
      code: 'LimitExceeded.PhoneNumberDailyLimit',
    });
    expect(kit.inbox.messages()).toEqual([]);

    kit.loseNextResponse();
    await expect(codes.text(PHONE, '042137')).rejects.toMatchObject({
      name: 'SmsUnknownOutcomeError',
    });
    expect(await kit.inbox.nextCode(PHONE)).toBe('042137');
  });

  it('waits for a code that is still to come', async () => {
    const code = kit.inbox.nextCode(PHONE);
    await codes.text(PHONE, '042137');
    expect(await code).toBe('042137');
  });
});

describe('SmsEmulator', () => {
  it('does the same over a real socket', async () => {
    const emulator = await SmsEmulator.start();
    const module = await Test.createTestingModule({
      imports: [
        SmsModule.forRoot({
          credentials: { secretId: 'any', secretKey: emulator.secretKey },
          sdkAppId: '1400006666',
          signName: '腾讯云',
          endpoint: emulator.url,
        }),
      ],
      providers: [LoginCodes],
    }).compile();
    emulator.loseNextResponse();
    await expect(module.get(LoginCodes).text(PHONE, '042137')).rejects.toMatchObject({
      name: 'SmsUnknownOutcomeError',
    });
    expect(emulator.messages()).toMatchObject([{ to: PHONE, verificationCode: '042137' }]);
    await module.close();
    await emulator.stop();
  });
});
