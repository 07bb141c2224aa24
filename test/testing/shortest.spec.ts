import { expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { SmsService } from 'nestjs-tencentcloud-sms';
import { SmsTestKit, SmsTestingModule } from 'nestjs-tencentcloud-sms/testing';

it('texts the code', async () => {
  const app = await Test.createTestingModule({ imports: [SmsTestingModule.forTest()] }).compile();
  const login = { templateId: '449739', params: ['042137', '5'] };
  await app.get(SmsService).send(login, { to: '+8613711112222' });
  expect(await app.get(SmsTestKit).inbox.nextCode('+8613711112222')).toBe('042137');
  await app.close();
});
