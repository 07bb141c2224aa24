import { Logger } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SmsModule, SmsService, getSmsServiceToken } from 'nestjs-tencentcloud-sms';
import { SmsHealthIndicator } from 'nestjs-tencentcloud-sms/health';
import { CREDENTIALS, smsOptions } from './support/sms-test-case.js';
import { FakeTencent, accepting, executingThen, refusing } from './support/fake-tencent.js';
import type { Respond } from './support/fake-tencent.js';

const AHEAD_SECONDS = 3600;
const SEND = { to: '+8613711112222' };
const TEXT = { templateId: '449739', params: ['666'] };

/** Refuses what is signed more than five minutes off a clock that is an hour ahead of ours. */
const ahead: Respond = ({ timestamp }) => {
  const now = Date.now() + AHEAD_SECONDS * 1000;
  return Math.abs(timestamp - now / 1000) > 300
    ? refusing('AuthFailure.SignatureExpire', { date: new Date(now).toUTCString() })
    : accepting();
};

/** Two accounts on one endpoint, so that only the account itself can keep them apart. */
describe('two accounts of one app', () => {
  let tencent: FakeTencent;
  let app: TestingModule;
  let plain: SmsService;
  let marketing: SmsService;

  beforeEach(async () => {
    tencent = await FakeTencent.start();
    const options = smsOptions({ endpoint: tencent.url, retry: { attempts: 2, baseDelayMs: 1 } });
    app = await Test.createTestingModule({
      imports: [
        TerminusModule.forRoot({ logger: false }),
        SmsModule.forRoot(options),
        SmsModule.forRootAsync({
          name: 'marketing',
          useFactory: () => ({
            ...options,
            credentials: { secretId: 'AKIDother', secretKey: CREDENTIALS.secretKey },
          }),
        }),
      ],
      providers: [SmsHealthIndicator],
    }).compile();
    await app.init();
    plain = app.get(SmsService);
    marketing = app.get(getSmsServiceToken('marketing'));
  });

  afterEach(async () => {
    await app.close();
    await tencent.stop();
  });

  it('share no clock and no key, and the connections to the endpoint', async () => {
    const warned = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    tencent.respondWith(ahead);
    await marketing.pullSmsSendStatus({ Limit: 1 });
    tencent.respondWith(() => accepting());
    await marketing.pullSmsSendStatus({ Limit: 1 });
    const { connections } = tencent.server;
    await plain.pullSmsSendStatus({ Limit: 1 });

    const now = Date.now() / 1000;
    expect(
      tencent.received.map(({ secretId, timestamp }) => [
        secretId,
        timestamp - now > AHEAD_SECONDS / 2,
      ]),
    ).toEqual([
      ['AKIDother', false],
      ['AKIDother', true],
      ['AKIDother', true],
      [CREDENTIALS.secretId, false],
    ]);
    expect(tencent.server.connections).toBe(connections);
    expect(warned.mock.calls).toEqual([
      [expect.any(String), expect.objectContaining({ account: 'marketing' })],
    ]);
  });

  it('share no outcomes, and are told apart in logs', async () => {
    const warned = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    await plain.trySend(TEXT, SEND);
    tencent.respondWith(() => executingThen((socket) => socket.destroy()));
    await marketing.trySend(TEXT, SEND);
    await plain.trySend(TEXT, SEND);

    const health = app.get(SmsHealthIndicator);
    expect(await health.outcomes('sms')).toMatchObject({
      sms: { accepted: 1, rejected: 0, unknown: 1 },
    });
    expect(await health.outcomes('sms', { account: 'marketing' })).toMatchObject({
      sms: { accepted: 0, rejected: 0, unknown: 1 },
    });
    expect(warned.mock.calls.map(([, fields]) => (fields as { account?: string }).account)).toEqual(
      ['marketing', undefined],
    );
  });

  it('share no health', async () => {
    tencent.respondWith(({ secretId }) =>
      secretId === 'AKIDother'
        ? refusing('AuthFailure.SecretIdNotFound')
        : refusing('LimitExceeded'),
    );
    const health = app.get(SmsHealthIndicator);
    const [sms, other] = await Promise.all([
      health.credentials('sms'),
      health.credentials('other', { account: 'marketing' }),
    ]);
    expect(sms).toMatchObject({ sms: { status: 'up' } });
    expect(other).toMatchObject({
      other: { status: 'down', code: 'AuthFailure.SecretIdNotFound' },
    });
  });
});
