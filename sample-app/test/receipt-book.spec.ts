import { expect, it } from '@jest/globals';
import type { SmsService } from 'nestjs-tencentcloud-sms';
import type { PullSmsSendStatus } from 'nestjs-tencentcloud-sms/api';
import { firstValueFrom } from 'rxjs';
import { ReceiptBook } from '../src/receipts/receipt-book.js';

/** As many as a pull takes, so that another one follows. */
const FULL = Array.from({ length: 100 }, (_, i) => ({ SerialNo: String(i) }) as PullSmsSendStatus);

it('passes on the reports that came before requests began to fail', async () => {
  const pulls = [async () => Promise.resolve({ PullSmsSendStatusSet: FULL, RequestId: 'r' })];
  const sms = {
    pullSmsSendStatus: async () =>
      pulls.shift()?.() ?? Promise.reject(new Error('the network is gone')),
  } as unknown as SmsService;
  const { live } = new ReceiptBook(sms);
  expect(await firstValueFrom(live)).toEqual({ reports: FULL });
  expect(await firstValueFrom(live)).toEqual({ trouble: 'unknown' });
});
