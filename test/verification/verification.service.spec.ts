/* oxlint-disable no-await-in-loop -- calls that follow each other */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  CALLER,
  Login,
  PHONE,
  Reset,
  asSent,
  otherCode,
  startVerification,
} from '../support/verification-test-case.js';
import type { VerificationTestCase } from '../support/verification-test-case.js';

let test: VerificationTestCase;
beforeEach(async () => {
  test = await startVerification();
});
afterEach(async () => {
  await test.close();
});

const minutes = (count: number) => {
  test.kit.clock.advance(count * 60_000);
};
const seconds = (count: number) => {
  test.kit.clock.advance(count * 1000);
};

describe('a code that was sent', () => {
  it('is six digits and stands in the text with its minutes', async () => {
    const { code } = await test.send();
    expect(code).toMatch(/^\d{6}$/);
    expect(test.kit.messages().at(-1)?.text).toContain(`${code}为您的登录验证码，请于5分钟内填写`);
  });

  it('is approved once, with its phone, its purpose and a trust token', async () => {
    const { id, code } = await test.send();
    await expect(test.codes.check(Login, { id, code, caller: CALLER })).resolves.toEqual({
      status: 'approved',
      to: PHONE,
      purpose: 'login',
      trust: expect.stringMatching(/^[\w-]{32}$/),
    });
    await expect(test.codes.check(Login, { id, code, caller: CALLER })).resolves.toMatchObject({
      status: 'denied',
      reason: 'gone',
    });
  });

  it('is approved as people type it: with blanks, a hyphen, or full-width digits', async () => {
    const { id, code } = await test.send();
    const wide = code.replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));
    const typed = ` ${wide.slice(0, 3)}-${wide.slice(3)} `;
    await expect(test.codes.check(Login, { id, code: typed })).resolves.toMatchObject({
      status: 'approved',
    });
  });

  it('is gone when its time is over', async () => {
    const { id, code } = await test.send();
    minutes(5);
    await expect(test.codes.check(Login, { id, code })).resolves.toMatchObject({ reason: 'gone' });
  });

  it('is no code of another purpose', async () => {
    const { id, code } = await test.send();
    await expect(test.codes.check(Reset, { id, code })).resolves.toMatchObject({ reason: 'gone' });
    await expect(test.codes.check(Login, { id, code })).resolves.toMatchObject({
      status: 'approved',
    });
  });

  it('is gone once it was cancelled', async () => {
    const { id, code } = await test.send();
    await test.codes.cancel({ id });
    await expect(test.codes.check(Login, { id, code })).resolves.toMatchObject({ reason: 'gone' });
  });

  it.each(['', 'x', 'a'.repeat(84), '/'.repeat(84)])('has no id such as %p', async (id) => {
    await expect(test.codes.check(Login, { id, code: '123456' })).resolves.toMatchObject({
      status: 'denied',
      reason: 'gone',
    });
  });
});

describe('wrong codes', () => {
  it('are compared five times, and the right one is not compared after them', async () => {
    const { id, code } = await test.send();
    const left: unknown[] = [];
    for (let i = 0; i < 5; i += 1) {
      const result = await test.codes.check(Login, { id, code: otherCode(code) });
      left.push(result.status === 'denied' && result.reason === 'wrong' && result.attemptsLeft);
    }
    expect(left).toEqual([4, 3, 2, 1, 0]);
    await expect(test.codes.check(Login, { id, code })).resolves.toMatchObject({
      status: 'denied',
      reason: 'exhausted',
    });
  });

  it('count on when the code is sent again', async () => {
    const { id, code } = await test.send();
    await test.codes.check(Login, { id, code: otherCode(code) });
    seconds(60);
    const again = await test.send({ id });
    expect(again.code).toBe(code);
    expect(again.sent.attemptsLeft).toBe(4);
  });

  it('of one phone and purpose lock it after ten in an hour, over fresh verifications', async () => {
    let compared = 0;
    let locked = 0;
    for (let round = 0; round < 4; round += 1) {
      const start = await test.codes.start(Login, { to: PHONE });
      if (start.status !== 'sent') {
        locked += start.status === 'throttled' && start.scope === 'failures' ? 1 : 0;
      } else {
        for (let i = 0; i < 5; i += 1) {
          const { status } = await test.codes.check(Login, { id: start.id, code: '......' });
          compared += status === 'denied' ? 1 : 0;
        }
      }
      minutes(6);
    }
    expect([compared, locked]).toEqual([10, 2]);
  });

  it('look like codes that are gone or exhausted to a stranger', async () => {
    const { id, code } = await test.send();
    const wrong = await test.codes.check(Login, { id, code: otherCode(code) });
    const gone = await test.codes.check(Reset, { id, code });
    for (let i = 0; i < 4; i += 1) {
      await test.codes.check(Login, { id, code: otherCode(code) });
    }
    const exhausted = await test.codes.check(Login, { id, code });
    expect([wrong, gone, exhausted].map((one) => one.toPublic())).toEqual(
      Array.from({ length: 3 }, () => ({ status: 'denied' })),
    );
  });
});

describe('a start', () => {
  it('asked again too soon waits for its opener, with the text of before', async () => {
    const { id, code, sent } = await test.send();
    const again = await test.codes.start(Login, { to: PHONE, id });
    expect(again).toMatchObject({ status: 'waiting', delivery: 'accepted', to: PHONE });
    expect(again).toMatchObject({ resendAt: sent.resendAt, expiresAt: sent.expiresAt });
    expect(test.kit.messages()).toHaveLength(1);
    const { id: same } = again as { id: string };
    await expect(test.codes.check(Login, { id: same, code })).resolves.toMatchObject({
      status: 'approved',
    });
  });

  it('of another for the same phone is throttled, and gets no id', async () => {
    await test.send();
    const other = await test.codes.start(Login, { to: PHONE });
    expect(other).toEqual({ status: 'throttled', scope: 'phone', retryAt: expect.any(Number) });
    expect(test.kit.messages()).toHaveLength(1);
  });

  it('finds its verification again by its session', async () => {
    const session = 'a-session-of-this-browser';
    const { id, code } = await test.send({ session });
    const again = await test.codes.start(Login, { to: PHONE, session });
    expect(again).toMatchObject({ status: 'waiting' });
    await expect(
      test.codes.check(Login, { to: '137 1111 2222', session, code }),
    ).resolves.toMatchObject({ status: 'approved' });
    await expect(test.codes.check(Login, { id, code })).resolves.toMatchObject({ reason: 'gone' });
  });

  it('with another session than the check is gone, id or not', async () => {
    const { id, code } = await test.send({ session: 'a-session-of-this-browser' });
    const session = 'a-session-of-another-browser';
    await expect(test.codes.check(Login, { id, session, code })).resolves.toMatchObject({
      reason: 'gone',
    });
    await expect(test.codes.check(Login, { to: PHONE, session, code })).resolves.toMatchObject({
      reason: 'gone',
    });
  });

  it('sends three texts of one code, after a minute and after two more', async () => {
    const { id, code } = await test.send();
    seconds(60);
    expect((await test.send({ id })).code).toBe(code);
    seconds(119);
    await expect(test.codes.start(Login, { to: PHONE, id })).resolves.toMatchObject({
      status: 'waiting',
    });
    seconds(1);
    const third = await test.send({ id });
    expect(third.code).toBe(code);
    expect(third.sent.sendsLeft).toBe(0);
    seconds(299);
    await expect(test.codes.start(Login, { to: PHONE, id })).resolves.toMatchObject({
      status: 'waiting',
    });
  });

  it('makes a fresh code once the old one could not be renewed within ten minutes', async () => {
    const { id, code } = await test.send();
    minutes(4);
    const second = await test.send({ id });
    expect(second.code).toBe(code);
    minutes(4.5);
    const third = await test.send({ id });
    expect(third.id).not.toBe(id);
    await expect(test.codes.check(Login, { id, code })).resolves.toMatchObject({ reason: 'gone' });
    await expect(
      test.codes.check(Login, { id: third.id, code: third.code }),
    ).resolves.toMatchObject({ status: 'approved' });
  });

  it.each([
    ['nonsense', 'number'],
    ['12345', 'number'],
    ['+85261234567', 'country'],
    ['+12025550123', 'country'],
  ])('for %s is refused: %s', async (to, reason) => {
    await expect(test.codes.start(Login, { to })).resolves.toEqual({ status: 'refused', reason });
    expect(test.kit.messages()).toHaveLength(0);
  });

  it('keeps texts of strangers from eating those of a trusted caller', async () => {
    const first = await test.send();
    const approved = await test.codes.check(Login, { id: first.id, code: first.code });
    const { trust } = approved as { trust: string };
    minutes(61);
    const strangers: string[] = [];
    for (let i = 0; i < 8; i += 1) {
      strangers.push((await test.codes.start(Login, { to: PHONE })).status);
      minutes(6);
    }
    expect(strangers.filter((status) => status === 'sent').length).toBeGreaterThan(0);
    expect(strangers).toContain('throttled');
    await expect(test.codes.start(Login, { to: PHONE, trust })).resolves.toMatchObject({
      status: 'sent',
    });
    await expect(
      test.codes.start(Login, { to: PHONE, trust: `${trust.slice(0, -1)}A` }),
    ).resolves.toMatchObject({ status: 'throttled' });
  });
});

describe('a text that was not sent', () => {
  it('gives its place back, and may be asked for at once', async () => {
    test.kit.fail('SendSms', 'FailedOperation.PhoneNumberInBlacklist', { times: 1 });
    const failed = await test.codes.start(Login, { to: PHONE });
    expect(failed).toMatchObject({
      status: 'failed',
      error: { code: 'FailedOperation.PhoneNumberInBlacklist' },
    });
    await expect(test.codes.start(Login, { to: PHONE })).resolves.toMatchObject({ status: 'sent' });
  });

  it('blocks the phone for as long as Tencent does', async () => {
    test.kit.fail('SendSms', 'LimitExceeded.PhoneNumberOneHourLimit', { times: 1 });
    const throttled = await test.codes.start(Login, { to: PHONE });
    expect(throttled).toMatchObject({ status: 'throttled', scope: 'phone' });
    minutes(59);
    await expect(test.codes.start(Login, { to: PHONE })).resolves.toMatchObject({
      status: 'throttled',
      scope: 'phone',
    });
    minutes(1);
    await expect(test.codes.start(Login, { to: PHONE })).resolves.toMatchObject({ status: 'sent' });
  });

  it('with the same content too often makes a fresh code for the next start', async () => {
    const { id, code } = await test.send();
    seconds(60);
    test.kit.fail('SendSms', 'LimitExceeded.PhoneNumberSameContentDailyLimit', { times: 1 });
    await expect(test.codes.start(Login, { to: PHONE, id })).resolves.toMatchObject({
      status: 'failed',
    });
    await expect(test.codes.check(Login, { id, code })).resolves.toMatchObject({ reason: 'gone' });
    const fresh = asSent(await test.codes.start(Login, { to: PHONE }));
    expect(fresh.id).not.toBe(id);
  });

  it('for sure or not is sent with unknown delivery, and again only with the same code', async () => {
    test.kit.loseNextResponse();
    const sent = asSent(await test.codes.start(Login, { to: PHONE }));
    expect(sent.delivery).toBe('unknown');
    seconds(60);
    const again = await test.send({ id: sent.id });
    expect(new Set(test.kit.messages().map((one) => one.verificationCode))).toEqual(
      new Set([again.code]),
    );
  });
});
