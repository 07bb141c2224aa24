/* oxlint-disable no-await-in-loop -- calls that follow each other */
import { afterEach, describe, expect, it } from '@jest/globals';
import { memoryVerificationStore } from 'nestjs-tencentcloud-sms/verification';
import type { SmsVerificationModuleOptions } from 'nestjs-tencentcloud-sms/verification';
import {
  CALLER,
  Login,
  PHONE,
  Reset,
  otherCode,
  startVerification,
} from '../support/verification-test-case.js';
import type { VerificationTestCase } from '../support/verification-test-case.js';

let test: VerificationTestCase;
afterEach(async () => {
  await test.close();
});

const begin = async (more: Partial<SmsVerificationModuleOptions> = {}) => {
  test = await startVerification(more);
};
const minutes = (count: number) => {
  test.kit.clock.advance(count * 60_000);
};
const guess = async ({ id, code }: { id: string; code: string }, right = false) =>
  test.codes.check(Login, { id, code: right ? code : otherCode(code), caller: CALLER });
const phoneOf = (i: number) => `+86138${String(i).padStart(8, '0')}`;
const start = async (to: string, more = {}) => test.codes.start(Login, { to, ...more });

describe('limits of starts', () => {
  it('let a phone have five texts in an hour of all purposes together, and no more', async () => {
    await begin({ limits: { phone: { trusted: 0 } } });
    const statuses: string[] = [];
    for (let i = 0; i < 12; i += 1) {
      const { status } = await test.codes.start(i % 2 === 0 ? Login : Reset, { to: PHONE });
      statuses.push(status);
      minutes(4.9);
    }
    expect(statuses.filter((status) => status === 'sent')).toHaveLength(5);
    expect(test.kit.messages()).toHaveLength(5);
  });

  it('let a new user have all three texts of a verification', async () => {
    await begin();
    const { id } = await test.send();
    minutes(1);
    await test.send({ id });
    minutes(2);
    await test.send({ id });
    expect(test.kit.messages()).toHaveLength(3);
  });

  it('stop a caller who asks for many phones, and no other caller', async () => {
    await begin({ limits: { caller: { perHour: 3 } } });
    const statuses: unknown[] = [];
    for (let i = 0; i < 5; i += 1) {
      const result = await start(phoneOf(i), { caller: CALLER });
      statuses.push('scope' in result ? result.scope : result.status);
    }
    expect(statuses).toEqual(['sent', 'sent', 'sent', 'caller', 'caller']);
    expect(await start(phoneOf(9), { caller: '203.0.113.8' })).toMatchObject({ status: 'sent' });
  });

  it('do not count callers with private addresses', async () => {
    await begin({ limits: { caller: { perHour: 1 } } });
    for (let i = 0; i < 3; i += 1) {
      expect(await start(phoneOf(i), { caller: '10.0.0.1' })).toMatchObject({ status: 'sent' });
    }
  });

  it('keep +852 closed by default, and count each other country once it is opened', async () => {
    await begin({ countries: ['CN', 'HK'], limits: { country: { perDay: 2 } } });
    const results = [
      await start('+85261234561'),
      await start('+85261234562'),
      await start('+85261234563'),
    ];
    expect(results.map(({ status }) => status)).toEqual(['sent', 'sent', 'throttled']);
    expect(results[2]).toMatchObject({ scope: 'country' });
    expect(await start(PHONE)).toMatchObject({ status: 'sent' });
  });

  it('stop all texts at the limit of all', async () => {
    await begin({ limits: { all: { perHour: 3 } } });
    const scopes: unknown[] = [];
    for (let i = 0; i < 5; i += 1) {
      const result = await start(phoneOf(i));
      scopes.push('scope' in result ? result.scope : result.status);
    }
    expect(scopes).toEqual(['sent', 'sent', 'sent', 'all', 'all']);
    minutes(62);
    expect(await start(phoneOf(7))).toMatchObject({ status: 'sent' });
  });

  it('give back the place of a refused text, but not that of its caller', async () => {
    await begin({ limits: { all: { perHour: 1 }, caller: { perHour: 2 } } });
    test.kit.fail('SendSms', 'FailedOperation.PhoneNumberInBlacklist', { times: 1 });
    expect(await start(PHONE, { caller: CALLER })).toMatchObject({ status: 'failed' });
    expect(await start(PHONE, { caller: CALLER })).toMatchObject({ status: 'sent' });
    expect(await start(phoneOf(1), { caller: CALLER })).toMatchObject({ scope: 'caller' });
  });
});

describe('a pause', () => {
  it('gets longer with each text that was not approved, and short after an approval', async () => {
    await begin({ limits: { phone: { perHour: 20, perDay: 20 } } });
    const gaps: number[] = [];
    let last = 0;
    for (let i = 0; i < 4; i += 1) {
      const { sent, id, code } = await test.send();
      gaps.push(Math.round((sent.resendAt - test.kit.clock.now().getTime()) / 1000));
      last = sent.resendAt;
      if (i === 3) {
        await test.codes.check(Login, { id, code });
      } else {
        test.kit.clock.advance(last - test.kit.clock.now().getTime());
      }
    }
    expect(gaps).toEqual([60, 120, 300, 300]);
    test.kit.clock.advance(31_000);
    expect((await test.send()).sent.resendAt - test.kit.clock.now().getTime()).toBeLessThanOrEqual(
      60_000,
    );
  });
});

describe('limits of guesses', () => {
  it('lock the caller, but compare the first guess at each verification', async () => {
    await begin({ limits: { caller: { guessesPerHour: 2 } } });
    const ids: { id: string; code: string }[] = [];
    for (let i = 0; i < 3; i += 1) {
      ids.push(await test.send({ to: phoneOf(i) }));
    }
    const [first, second, third] = ids as [(typeof ids)[0], (typeof ids)[0], (typeof ids)[0]];
    expect(await guess(first)).toMatchObject({ reason: 'wrong' });
    expect(await guess(second)).toMatchObject({ reason: 'wrong' });
    expect(await guess(second, true)).toMatchObject({ status: 'locked' });
    expect(await guess(third, true)).toMatchObject({ status: 'approved' });
  });

  it('are not started anew by an approval of another verification', async () => {
    await begin({ limits: { failures: { perHour: 4 }, phone: { perHour: 20, perDay: 20 } } });
    const stranger = await test.send();
    for (let i = 0; i < 3; i += 1) {
      await test.codes.check(Login, { id: stranger.id, code: otherCode(stranger.code) });
    }
    minutes(6);
    const mine = await test.send();
    expect(await test.codes.check(Login, { id: mine.id, code: mine.code })).toMatchObject({
      status: 'approved',
    });
    minutes(6);
    const again = await test.send();
    await test.codes.check(Login, { id: again.id, code: otherCode(again.code) });
    expect(
      await test.codes.check(Login, { id: again.id, code: otherCode(again.code) }),
    ).toMatchObject({ status: 'locked' });
  });

  it('of strangers lock no trusted token, and a forged token is ignored', async () => {
    await begin({ limits: { phone: { perHour: 20, perDay: 20 } } });
    const first = await test.send();
    const approved = await test.codes.check(Login, { id: first.id, code: first.code });
    const { trust } = approved as { trust: string };
    for (let round = 0; round < 2; round += 1) {
      minutes(6);
      const { id } = await test.send();
      for (let i = 0; i < 5; i += 1) {
        await test.codes.check(Login, { id, code: '......' });
      }
    }
    minutes(6);
    expect(await start(PHONE)).toMatchObject({ status: 'throttled', scope: 'failures' });
    expect(await start(PHONE, { trust: 'A'.repeat(32) })).toMatchObject({ scope: 'failures' });
    const { id, code } = await test.send({ trust });
    expect(await test.codes.check(Login, { id, code, trust })).toMatchObject({
      status: 'approved',
    });
  });

  it('end for a phone that is unlocked', async () => {
    await begin({ limits: { phone: { perHour: 20, perDay: 20 } } });
    for (let round = 0; round < 2; round += 1) {
      const { id } = await test.send();
      for (let i = 0; i < 5; i += 1) {
        await test.codes.check(Login, { id, code: '......' });
      }
      minutes(6);
    }
    expect(await start(PHONE)).toMatchObject({ scope: 'failures' });
    await test.codes.unlock(Login, { to: '137-1111-2222' });
    expect(await start(PHONE)).toMatchObject({ status: 'sent' });
  });
});

describe('many at once', () => {
  it('of one session send one text; the others wait for it', async () => {
    await begin();
    const session = 'one-session-of-a-browser';
    const all = await Promise.all(
      Array.from({ length: 100 }, async () => start(PHONE, { session })),
    );
    const count = (status: string) => all.filter((one) => one.status === status).length;
    expect([count('sent'), count('waiting')]).toEqual([1, 99]);
    expect(test.kit.messages()).toHaveLength(1);
  });

  it('of a hundred sessions for one phone send one text', async () => {
    await begin();
    const all = await Promise.all(
      Array.from({ length: 100 }, async (_, i) =>
        start(PHONE, { session: `session number ${i} ....` }),
      ),
    );
    expect(all.filter(({ status }) => status === 'sent')).toHaveLength(1);
    expect(all.filter((one) => 'id' in one)).toHaveLength(1);
    expect(test.kit.messages()).toHaveLength(1);
  });

  it('of a hundred right codes approve one, and of a hundred wrong ones compare five', async () => {
    await begin();
    const first = await test.send();
    const right = { id: first.id, code: first.code };
    const checks = await Promise.all(
      Array.from({ length: 100 }, async () => test.codes.check(Login, right)),
    );
    expect(checks.filter(({ status }) => status === 'approved')).toHaveLength(1);
    minutes(1);
    const { id, code } = await test.send();
    const wrong = await Promise.all(
      Array.from({ length: 100 }, async () =>
        test.codes.check(Login, { id, code: otherCode(code) }),
      ),
    );
    expect(wrong.filter((one) => 'reason' in one && one.reason === 'wrong')).toHaveLength(5);
  });
});

describe('the memory store', () => {
  it('refuses new verifications when it is full, and drops no limit', async () => {
    await begin({ store: memoryVerificationStore({ maxVerifications: 2 }) });
    const first = await test.send({ to: phoneOf(1) });
    await test.send({ to: phoneOf(2) });
    const full = await start(phoneOf(3));
    expect(full).toMatchObject({
      status: 'unavailable',
      error: { code: 'SMS_VERIFICATION_UNAVAILABLE' },
    });
    expect(test.kit.messages()).toHaveLength(2);
    expect(await start(phoneOf(1))).toMatchObject({ status: 'throttled', scope: 'phone' });
    expect(await test.codes.check(Login, { id: first.id, code: first.code })).toMatchObject({
      status: 'approved',
    });
    minutes(6);
    expect(await start(phoneOf(3))).toMatchObject({ status: 'sent' });
  });
});
