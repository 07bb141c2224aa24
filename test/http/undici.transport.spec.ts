import { Test } from '@nestjs/testing';
import { describe, expect, it } from '@jest/globals';
import { AxiosTransport, SMS_TRANSPORT, SmsModule, UndiciTransport } from 'nestjs-tencentcloud-sms';
import type { SmsModuleOptions } from 'nestjs-tencentcloud-sms';
import { smsOptions } from '../support/sms-test-case.js';
import { describeTransportContract } from '../support/transport-contract.js';

describeTransportContract('UndiciTransport', (options) => new UndiciTransport(options));

const transportOf = async (options?: Partial<SmsModuleOptions>): Promise<unknown> => {
  const app = await Test.createTestingModule({
    imports: [SmsModule.forRoot(smsOptions(options))],
  }).compile();
  const transport: unknown = app.get(SMS_TRANSPORT, { strict: false });
  await app.close();
  return transport;
};

describe('the transport of SmsModule', () => {
  it('is UndiciTransport without the option http', async () => {
    expect(await transportOf()).toBeInstanceOf(UndiciTransport);
    expect(await transportOf({ http: undefined })).toBeInstanceOf(UndiciTransport);
  });

  it('is AxiosTransport with the option http', async () => {
    expect(await transportOf({ http: {} })).toBeInstanceOf(AxiosTransport);
  });
});
