import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SmsModule, SmsService } from 'nestjs-tencentcloud-sms';
import { SmsHealthIndicator } from 'nestjs-tencentcloud-sms/health';
import type { SmsOutcomesOptions } from 'nestjs-tencentcloud-sms/health';
import { RawServer, httpResponse } from '../support/raw-server.js';
import { smsOptions } from '../support/sms-test-case.js';
import { shownAs } from '../support/terminus.js';

/** Answers each number with the code that its last digit asks for. */
const CODES = ['Ok', 'FailedOperation.PhoneNumberInBlacklist', 'InternalError.Timeout'];

describe('outcomes', () => {
  let server: RawServer;
  let module: TestingModule;

  beforeEach(async () => {
    server = await RawServer.start((socket, { body }) => {
      const { PhoneNumberSet } = JSON.parse(body) as { PhoneNumberSet: string[] };
      const SendStatusSet = PhoneNumberSet.map((PhoneNumber) => ({
        PhoneNumber,
        SerialNo: PhoneNumber.endsWith('0') ? '1' : '',
        Fee: PhoneNumber.endsWith('0') ? 1 : 0,
        Code: CODES[Number(PhoneNumber.at(-1))],
        Message: '',
        IsoCode: 'CN',
        SessionContext: '',
      }));
      socket.write(httpResponse(JSON.stringify({ Response: { SendStatusSet, RequestId: 'r' } })));
    });
    module = await Test.createTestingModule({
      imports: [
        TerminusModule.forRoot({ logger: false }),
        SmsModule.forRoot(smsOptions({ endpoint: server.url })),
      ],
      providers: [SmsHealthIndicator],
    }).compile();
    module.useLogger(false);
    await module.init();
  });

  afterEach(async () => {
    await module.close();
    await server.stop();
  });

  /** Sends to so many numbers of each fate. */
  async function send(accepted: number, rejected: number, unknown: number): Promise<void> {
    const numbers = [accepted, rejected, unknown].flatMap((count, fate) =>
      Array.from({ length: count }, (_, i) => `+861370000${String(i).padStart(3, '0')}${fate}`),
    );
    await module.get(SmsService).sendMany({ templateId: '1' }, { to: numbers });
  }

  async function check(options?: SmsOutcomesOptions): Promise<[status: number, details: object]> {
    const health = module.get(SmsHealthIndicator);
    const terminus = await module.resolve(HealthCheckService);
    try {
      const { details } = await terminus.check([async () => health.outcomes('sms', options)]);
      return [200, details['sms'] ?? {}];
    } catch (error) {
      const answer = error as { getStatus(): number; getResponse(): { details: { sms: object } } };
      return [answer.getStatus(), answer.getResponse().details.sms];
    }
  }

  it.each([
    ['nothing was sent', [0, 0, 0], 200, 'up'],
    ['too few were sent to tell', [0, 4, 5], 200, 'up'],
    ['most were accepted', [50, 9, 1], 200, 'up'],
    ['too many are unknown', [50, 0, 7], 200, 'degraded'],
    ['too many were rejected', [10, 11, 0], 200, 'degraded'],
    ['none was accepted', [0, 10, 0], 503, 'down'],
  ] as const)('when %s', async (_, [accepted, rejected, unknown], status, state) => {
    if (accepted + rejected + unknown > 0) {
      await send(accepted, rejected, unknown);
    }
    const { length: asked } = server.requests;
    expect(await check()).toMatchObject([
      status,
      { ...shownAs(state, module), accepted, rejected, unknown },
    ]);
    expect(server.requests).toHaveLength(asked);
  });

  it('goes by limits of one’s own', async () => {
    await send(8, 1, 1);
    const degraded = [200, shownAs('degraded', module)];
    expect(await check({ unknownAbove: 0.05 })).toMatchObject(degraded);
    expect(await check({ rejectedAbove: 0.05 })).toMatchObject(degraded);
    expect(await check({ rejectedAbove: 0.05, minimum: 11 })).toMatchObject([
      200,
      { status: 'up' },
    ]);
  });

  it('is down for an account that does not exist', async () => {
    expect(await check({ account: 'nobody' })).toMatchObject([
      503,
      { code: 'SMS_ACCOUNT_UNKNOWN' },
    ]);
  });

  it('counts nothing that was rejected before any request', async () => {
    await module.get(SmsService).trySend({ templateId: '1' }, { to: '12' });
    expect(module.get(SmsService).recentOutcomes()).toEqual({
      accepted: 0,
      rejected: 0,
      unknown: 0,
      lostAnswers: 0,
      openAnswers: 0,
    });
  });
});
