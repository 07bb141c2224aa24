import { Injectable, Logger } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { SmsModule, SmsService } from 'nestjs-tencentcloud-sms';
import {
  OnSmsReply,
  OnSmsReport,
  SmsDelivery,
  SmsDeliveryModule,
} from 'nestjs-tencentcloud-sms/delivery';
import type {
  SmsDeliveryModuleOptions,
  SmsReply,
  SmsReport,
} from 'nestjs-tencentcloud-sms/delivery';
import { createSmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import type { SmsEmulatorBehavior, SmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import { until } from '../support/until.js';

const PHONE = '+8613711112222';
const MINUTE_MS = 60_000;
const PULL = { pull: { every: 100 } } as const;
const TEXT = { templateId: '449739', params: ['123456', '5'] };

const reports: SmsReport[] = [];
const replies: SmsReply[] = [];

@Injectable()
class Handlers {
  @OnSmsReport()
  onReport(report: SmsReport): void {
    reports.push(report);
  }

  @OnSmsReply()
  onReply(reply: SmsReply): void {
    replies.push(reply);
  }
}

let kit: SmsTestKit;
let module: TestingModule;
const said: string[] = [];

afterEach(async () => {
  await module.close();
  kit.close();
  reports.length = 0;
  replies.length = 0;
  said.length = 0;
});

async function begin(
  options: SmsDeliveryModuleOptions,
  behavior: SmsEmulatorBehavior = {},
  accounts: readonly (string | undefined)[] = [undefined],
): Promise<void> {
  for (const level of ['log', 'warn', 'error'] as const) {
    jest.spyOn(Logger.prototype, level).mockImplementation((sentence: unknown) => {
      said.push(String(sentence));
    });
  }
  kit = await createSmsTestKit({ delivery: 'instant', limits: 'off', ...behavior });
  const { transport } = kit;
  module = await Test.createTestingModule({
    imports: [
      ...accounts.map((name) =>
        SmsModule.forRoot({
          name,
          credentials: { secretId: 'AKIDtest', secretKey: 'test' },
          sdkAppId: '1400006666',
          signName: '腾讯云',
          transport,
        }),
      ),
      SmsDeliveryModule.forRoot(options),
    ],
    providers: [Handlers],
  }).compile();
  await module.init();
}

function calls(action: string): number {
  return kit.requests().filter((request) => request.action === action).length;
}

async function send(to = PHONE): ReturnType<SmsService['send']> {
  return module.get(SmsService).send(TEXT, { to });
}

describe('pulling the queues', () => {
  it('takes full pages one after the other, and then pauses', async () => {
    await begin(PULL);
    const numbers = Array.from({ length: 230 }, (_, i) => `+86137111${String(10_000 + i)}`);
    await module.get(SmsService).sendMany(TEXT, { to: numbers });
    await until(() => reports.length === numbers.length);
    expect(new Set(reports.map(({ to }) => to))).toEqual(new Set(numbers));
    expect(new Set(reports.map(({ source }) => source))).toEqual(new Set(['queue']));
    kit.reply({ to: PHONE, text: 'T' });
    await until(() => replies.length > 0);
    expect(replies).toMatchObject([{ from: PHONE, optOut: true, accounts: ['default'] }]);
  });

  it('gives up a queue that Tencent has not enabled, says so once, and pulls the other', async () => {
    await begin(PULL);
    kit.fail('PullSmsSendStatus', 'UnauthorizedOperation.RequestPermissionDeny', {
      times: 'always',
    });
    await send();
    kit.reply({ to: PHONE, text: 'one' });
    await until(() => replies.length > 0);
    kit.reply({ to: PHONE, text: 'two' });
    await until(() => replies.length > 1);
    expect(calls('PullSmsSendStatus')).toBe(1);
    expect(said.filter((one) => one.includes('queue of reports'))).toHaveLength(1);
  });

  it('pulls replies while reports can not be asked for, and those once they can', async () => {
    await begin(PULL);
    kit.fail('PullSmsSendStatus', 'InternalError.OtherError', { times: 'always' });
    await send();
    kit.reply({ to: PHONE, text: 'one' });
    await until(() => replies.length > 0);
    kit.clearFaults();
    await until(() => reports.length > 0);
    expect(reports).toMatchObject([{ to: PHONE, state: 'delivered' }]);
  });

  it('loses the reports of an answer that was lost, which are found by number', async () => {
    await begin(PULL);
    kit.addFault({ action: 'PullSmsSendStatus', effect: 'drop', execute: true });
    const receipt = await send();
    await until(() => calls('PullSmsSendStatus') > 2);
    const delivery = module.get(SmsDelivery);
    await expect(delivery.state(receipt)).resolves.toMatchObject({ state: 'accepted' });
    kit.clock.advance(2 * MINUTE_MS);
    await until(() => reports.length > 0);
    expect(reports).toMatchObject([{ to: PHONE, state: 'delivered', source: 'number' }]);
  });

  it('asks once for two accounts that share an application, and names both beside a reply', async () => {
    await begin({ ...PULL, accounts: ['default', 'marketing'] }, {}, [undefined, 'marketing']);
    kit.reply({ to: PHONE, text: 'one' });
    await until(() => replies.length > 0);
    expect(replies).toMatchObject([{ accounts: ['default', 'marketing'] }]);
  });
});

describe('catching up', () => {
  it('asks by number for the report of an accepted text until 71 hours after it', async () => {
    const catchUp = ['2m', '71h'] as const;
    await begin({ catchUp }, { recordLag: '70h' });
    const receipt = await send();
    kit.clock.advance(3 * MINUTE_MS);

    await until(() => calls('PullSmsSendStatusByPhoneNumber') === 1);
    const delivery = module.get(SmsDelivery);
    await expect(delivery.state(receipt)).resolves.toMatchObject({ state: 'accepted' });
    kit.clock.advance(71 * 60 * MINUTE_MS);
    await until(async () => (await delivery.state(receipt))?.state === 'delivered');
    await expect(delivery.state(receipt)).resolves.toMatchObject({ source: 'number' });
    expect(calls('PullSmsSendStatusByPhoneNumber')).toBe(2);
  });
});
