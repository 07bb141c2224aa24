import { Injectable, Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { OnSmsOutcome } from 'nestjs-tencentcloud-sms/delivery';
import type { SmsJobOutcome } from 'nestjs-tencentcloud-sms/delivery';
import { PHONE, noticeJob, startGuards } from '../support/guard-test-case.js';
import type { GuardTestCase } from '../support/guard-test-case.js';
import { until } from '../support/until.js';

const told: SmsJobOutcome[] = [];

@Injectable()
class Handlers {
  @OnSmsOutcome()
  onOutcome(outcome: SmsJobOutcome): void {
    told.push(outcome);
  }
}

let guards: GuardTestCase;

beforeEach(() => {
  for (const level of ['log', 'warn', 'error'] as const) {
    jest.spyOn(Logger.prototype, level).mockImplementation(() => undefined);
  }
});
afterEach(async () => {
  await guards.close();
  told.length = 0;
});

async function begin(options: Parameters<typeof startGuards>[0] = {}): Promise<void> {
  guards = await startGuards({ providers: [Handlers], ...options });
}

describe('one key', () => {
  it('sends the text of a job, completes it, and tells its outcome once', async () => {
    await begin();
    const guard = guards.guard();
    const step = await guard.send(noticeJob('order-1'));
    const serialNo = guards.kit.lastMessage()?.serialNo;
    expect(step).toMatchObject({
      do: 'complete',
      result: { status: 'accepted', serialNo, template: '11' },
    });
    await expect(guard.send(noticeJob('order-1'))).resolves.toEqual(step);
    expect(guards.kit.messages()).toHaveLength(1);
    await expect(guard.outcome('order-1')).resolves.toMatchObject({
      state: 'done',
      outcome: { status: 'accepted' },
    });
    await until(() => told.length > 0);
    expect(told).toMatchObject([{ status: 'accepted', serialNo, job: guard.jobId('order-1') }]);
    expect(JSON.stringify(step)).not.toContain(PHONE.slice(3));
  });

  it('sends one text of a key that four guards are given a thousand times', async () => {
    await begin();
    const four = [1, 2, 3, 4].map(() => guards.guard());
    const steps = await Promise.all(
      Array.from({ length: 1_000 }, async (_, i) => four[i % 4]?.send(noticeJob('order-2'))),
    );
    expect(guards.kit.messages()).toHaveLength(1);
    expect(steps.filter((step) => step?.do === 'complete')).not.toHaveLength(0);
  });
});
