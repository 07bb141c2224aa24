import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SmsOutcome, SmsService } from 'nestjs-tencentcloud-sms';
import { httpResponse } from '../support/raw-server.js';
import { startSms } from '../support/sms-test-case.js';
import type { SmsTestCase } from '../support/sms-test-case.js';
import { FakeTencent, okStatus, respond } from '../support/fake-tencent.js';

const A = '+8613711110001';
const B = '+8613711110002';
const C = '+8613711110003';
const DAILY = 'LimitExceeded.PhoneNumberDailyLimit';

type Item = Record<string, unknown>;

const failed = (phone: string, code = DAILY): Item => ({
  ...okStatus(phone, code),
  SerialNo: '',
  Fee: 0,
});
const without = (phone: string, member: string): Item => {
  const { [member]: _, ...rest } = okStatus(phone);
  return rest;
};

describe('the statuses of an answer', () => {
  let tencent: FakeTencent;
  let started: SmsTestCase;
  let sms: SmsService;

  beforeEach(async () => {
    tencent = await FakeTencent.start();
    started = await startSms({ endpoint: tencent.url });
    ({ sms } = started);
  });

  afterEach(async () => {
    await started.module.close();
    await tencent.stop();
  });

  async function outcomesOf(items: unknown[], to = [A, B, C]): Promise<readonly SmsOutcome[]> {
    tencent.respondWith(() => ({
      executes: true,
      answer: (socket) => socket.write(httpResponse(respond({ SendStatusSet: items }))),
    }));
    const { outcomes } = await sms.sendMany({ templateId: '1' }, { to });
    expect(tencent.received).toHaveLength(1);
    expect(outcomes.map((outcome) => [outcome.index, outcome.to])).toEqual(
      to.map((phone, index) => [index, phone]),
    );
    return outcomes;
  }

  const statuses = async (items: unknown[]) =>
    (await outcomesOf(items)).map(({ status }) => status);

  it.each<[string, unknown[], string[]]>([
    ['in order', [okStatus(A), failed(B), okStatus(C)], ['accepted', 'rejected', 'accepted']],
    [
      'in another order',
      [okStatus(C), okStatus(A), failed(B)],
      ['accepted', 'rejected', 'accepted'],
    ],
    ['of some numbers only', [okStatus(B)], ['unknown', 'accepted', 'unknown']],
    ['of no number', [], ['unknown', 'unknown', 'unknown']],
    [
      'of foreign numbers too',
      [okStatus('+8613799999999'), okStatus(A), okStatus(B), okStatus(C), failed('+85261234567')],
      ['accepted', 'accepted', 'accepted'],
    ],
    [
      'of foreign numbers in their place',
      [okStatus('+8613799999999'), okStatus(B), okStatus(C)],
      ['unknown', 'accepted', 'accepted'],
    ],
    [
      'twice and equal',
      [okStatus(A), failed(B), okStatus(C), okStatus(A), failed(B)],
      ['accepted', 'rejected', 'accepted'],
    ],
    [
      'twice and contradicting',
      [okStatus(A), okStatus(B), okStatus(C), failed(A)],
      ['unknown', 'accepted', 'accepted'],
    ],
    [
      'twice, contradicting the other way round',
      [failed(A), okStatus(B), okStatus(C), okStatus(A)],
      ['unknown', 'accepted', 'accepted'],
    ],
    [
      'twice with different serial numbers: two texts, or one',
      [okStatus(A), { ...okStatus(A), SerialNo: '5000:2' }, okStatus(B), okStatus(C)],
      ['unknown', 'accepted', 'accepted'],
    ],
    [
      'twice, once without a code',
      [okStatus(A), without(A, 'Code'), okStatus(B), okStatus(C)],
      ['unknown', 'accepted', 'accepted'],
    ],
    [
      'without a code, or with one that is no text',
      [without(A, 'Code'), { ...okStatus(B), Code: null }, { ...okStatus(C), Code: 0 }],
      ['unknown', 'unknown', 'unknown'],
    ],
    [
      'with Ok in another spelling',
      [okStatus(A, 'OK'), okStatus(B, 'ok'), okStatus(C, 'oK')],
      ['unknown', 'unknown', 'unknown'],
    ],
    [
      'without a number, or with one that is no text',
      [without(A, 'PhoneNumber'), { ...okStatus(B), PhoneNumber: 8613711110002 }, okStatus(C)],
      ['unknown', 'unknown', 'accepted'],
    ],
    [
      'with numbers written in other ways',
      [okStatus(A.slice(1)), okStatus(`00${B.slice(1)}`), failed(C.slice(3))],
      ['accepted', 'accepted', 'rejected'],
    ],
    [
      'twice in two spellings that contradict each other',
      [okStatus(A), failed(A.slice(1)), okStatus(B), okStatus(C)],
      ['unknown', 'accepted', 'accepted'],
    ],
    [
      'with a serial number on one that failed',
      [{ ...failed(A), SerialNo: '5000:1', Fee: 1 }, okStatus(B), okStatus(C)],
      ['unknown', 'accepted', 'accepted'],
    ],
    [
      'with a code that leaves it open',
      [failed(A, 'InternalError.Timeout'), failed(B, 'FailedOperation'), okStatus(C)],
      ['unknown', 'unknown', 'accepted'],
    ],
    [
      'all failed',
      [
        failed(A),
        failed(B, 'FailedOperation.PhoneNumberInBlacklist'),
        failed(C, 'LimitExceeded.Brandnew'),
      ],
      ['rejected', 'rejected', 'rejected'],
    ],
  ])('are matched by number: %s', async (_, items, expected) => {
    await expect(statuses(items)).resolves.toEqual(expected);
  });

  it.each<[string, unknown]>([
    ['no list', undefined],
    ['null', null],
    ['an object', { 0: okStatus(A) }],
    ['a list with a hole', [okStatus(A), null]],
    ['a list of texts', ['Ok']],
    ['a fee that JSON can’t hold', [{ ...okStatus(A), Fee: 1e300 }]],
  ])('leave every number unknown when they are %s', async (_, set) => {
    tencent.respondWith(() => ({
      executes: true,
      answer: (socket) => socket.write(httpResponse(respond({ SendStatusSet: set }))),
    }));
    const { outcomes } = await sms.sendMany({ templateId: '1' }, { to: [A, B] });
    expect(outcomes.map(({ status }) => status)).toEqual(['unknown', 'unknown']);
    expect(tencent.received).toHaveLength(1);
  });

  it('may lack what is not needed to tell what became of a text', async () => {
    const bare = { PhoneNumber: A, Code: 'Ok', SerialNo: '5000:1' };
    const [outcome] = await outcomesOf([bare], [A]);
    expect(outcome).toMatchObject({ status: 'accepted', serialNo: '5000:1', fee: 0, isoCode: '' });
    const [noFee] = await outcomesOfAgain([without(A, 'Fee')]);
    expect(noFee).toMatchObject({ status: 'accepted', fee: 0, serialNo: `2433:${A}` });
  });

  async function outcomesOfAgain(items: unknown[]): Promise<readonly SmsOutcome[]> {
    tencent.received.length = 0;
    return outcomesOf(items, [A]);
  }

  it('are counted, and only what was surely not sent may be sent again', async () => {
    const phones = [A, B, C, A, '12', '+8613711110004', B];
    tencent.respondWith(() => ({
      executes: true,
      answer: (socket) => {
        const items = [
          okStatus(A),
          failed(B),
          failed(C, 'InternalError.Timeout'),
          failed('+8613711110004', 'FailedOperation.PhoneNumberInBlacklist'),
        ];
        socket.write(httpResponse(respond({ SendStatusSet: items })));
      },
    }));
    const result = await sms.sendMany({ templateId: '1' }, { to: phones });
    expect(result.summary()).toEqual({
      accepted: 2,
      rejected: 4,
      unknown: 1,
      duplicates: 2,
      fee: 1,
      byCode: {
        [DAILY]: 2,
        'InternalError.Timeout': 1,
        SMS_PARAMETER_INVALID: 1,
        'FailedOperation.PhoneNumberInBlacklist': 1,
      },
    });
    expect(result.retryable().map(({ index }) => index)).toEqual([1]);
    expect(result.outcomes[6]).toMatchObject({ status: 'rejected', code: DAILY, duplicateOf: 1 });
    expect(tencent.received[0]?.params['PhoneNumberSet']).toEqual([A, B, C, '+8613711110004']);
  });

  it('are of the one call that was made, whose id and reference each outcome has', async () => {
    const [first, second] = await outcomesOf([okStatus(A), failed(B), okStatus(C)]);
    const callRef = tencent.received[0]?.params['SessionContext'];
    expect(first).toMatchObject({ requestId: 'r-1', callRef });
    expect(second).toMatchObject({ requestId: 'r-1', callRef, error: { requestId: 'r-1' } });
  });
});
