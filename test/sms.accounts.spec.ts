import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { InjectSms, SmsModule, SmsService, getSmsServiceToken } from 'nestjs-tencentcloud-sms';
import { RawServer, answering } from './support/raw-server.js';
import { smsOptions } from './support/sms-test-case.js';

const PULL = { Limit: 1 };

@Injectable()
class Campaign {
  constructor(
    readonly plain: SmsService,
    @InjectSms('marketing') readonly marketing: SmsService,
    @InjectSms('abroad') readonly abroad: SmsService,
  ) {}
}

describe('several accounts in one app', () => {
  let server: RawServer;

  beforeEach(async () => {
    server = await RawServer.start(answering({ PullSmsSendStatusSet: [] }));
  });

  afterEach(async () => {
    await server.stop();
  });

  function accounts() {
    const endpoint = server.url;
    return [
      SmsModule.forRoot(smsOptions({ endpoint })),
      SmsModule.forRoot({ ...smsOptions({ endpoint, sdkAppId: '1400000001' }), name: 'marketing' }),
      SmsModule.forRootAsync({
        name: 'abroad',
        useFactory: () => smsOptions({ endpoint, sdkAppId: '2400000002', region: 'ap-singapore' }),
      }),
    ];
  }

  it('are injected by name, the one without a name by class, and share connections alone', async () => {
    const app = await Test.createTestingModule({
      imports: accounts(),
      providers: [Campaign],
    }).compile();
    const { plain, marketing, abroad } = app.get(Campaign);
    for (const sms of [plain, marketing, abroad]) {
      // oxlint-disable-next-line no-await-in-loop -- in this order
      await sms.pullSmsSendStatus(PULL);
    }
    expect(
      server.requests.map(({ body, headers }) => [
        (JSON.parse(body) as { SmsSdkAppId: string }).SmsSdkAppId,
        headers['x-tc-region'],
      ]),
    ).toEqual([
      ['1400006666', 'ap-guangzhou'],
      ['1400000001', 'ap-guangzhou'],
      ['2400000002', 'ap-singapore'],
    ]);
    // The second call comes before the first connection is free.
    expect(server.connections).toBe(2);
    expect(app.get(getSmsServiceToken('marketing'))).toBe(marketing);
    expect(app.get(getSmsServiceToken())).toBe(plain);
    await app.close();
  });

  it('leave the plain SmsService to the account without a name', async () => {
    const [, marketing] = accounts();
    const app = Test.createTestingModule({
      imports: marketing === undefined ? [] : [marketing],
      providers: [Campaign],
    });
    await expect(app.compile()).rejects.toThrow(/dependencies of the Campaign \(\?/);
  });

  it('may be global one by one', async () => {
    @Injectable()
    class Far {
      constructor(@InjectSms('marketing') readonly sms: SmsService) {}
    }
    @Module({ providers: [Far] })
    class FarModule {}
    const app = await Test.createTestingModule({
      imports: [
        SmsModule.forRoot({ ...smsOptions(), name: 'marketing', isGlobal: true }),
        FarModule,
      ],
    }).compile();
    expect(app.get(Far, { strict: false }).sms).toBeInstanceOf(SmsService);
    await app.close();
  });

  it.each([[''], [' '], [5]])('refuse %j for a name', (name) => {
    expect(() => SmsModule.forRoot({ ...smsOptions(), name: name as string })).toThrow(
      expect.objectContaining({
        name: 'SmsOptionsError',
        message: expect.stringContaining('name is not usable'),
      }),
    );
  });
});
