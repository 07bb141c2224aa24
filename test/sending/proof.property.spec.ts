import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SmsTransportError } from 'nestjs-tencentcloud-sms';
import type { SmsHttpRequest, SmsOutcome } from 'nestjs-tencentcloud-sms';
import { DOCUMENTED, FORMER } from '../errors/documented-codes.fixture.js';
import { startSms } from '../support/sms-test-case.js';
import type { SmsTestCase } from '../support/sms-test-case.js';

const PHONES = ['+85261110001', '+85261110002'];
const FOREIGN = '+85269999999';
/** What refusals begin with that are no code by themselves, or one that says less. */
const PREFIXES =
  /^(?:AuthFailure|FailedOperation|InvalidParameter|InvalidParameterValue|LimitExceeded|MissingParameter|RequestLimitExceeded|UnauthorizedOperation|UnsupportedOperation)\.x$/i;

type Action = 'SendSms' | 'SendMultiGlobalSms';
type Item = Record<string, unknown>;

/** What the documentation says of a code, by its spelling in small letters: written down apart from the catalogue. */
const ADVICE = new Map(
  DOCUMENTED.flatMap(([, retry, codes]) => codes.map((code) => [code.toLowerCase(), retry])),
);
for (const [former, code] of FORMER) {
  ADVICE.set(former.toLowerCase(), ADVICE.get(code.toLowerCase()) ?? 'unsafe');
}

const adviceOf = (code: string): string | undefined => ADVICE.get(code.trim().toLowerCase());

const documented = fc.constantFrom(...DOCUMENTED.flatMap(([, , codes]) => codes));
const spelling = fc.constantFrom<(code: string) => string>(
  (code) => code,
  (code) => code,
  (code) => code.toLowerCase(),
  (code) => ` ${code}`,
  (code) => `${code}.`,
  (code) => `${code}.Brandnew`,
  (code) => `x${code}`,
  (code) => code.split('.')[0] ?? '',
  (code) => `${code.split('.')[0]}.Brandnew`,
);
const code: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: fc.constant('Ok') },
  { weight: 6, arbitrary: fc.tuple(documented, spelling).map(([word, spell]) => spell(word)) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('OK', 'Success', 'Timeout', 'ServerError.Timeout', 'Ok.Queued', ''),
  },
  { weight: 1, arbitrary: fc.oneof(fc.string(), fc.jsonValue()) },
);
const serialNo = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<unknown>('', '5000:1') },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(' ', null, 5000, undefined) },
);
const fee = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<unknown>(0, 1) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>('', '1', '0', null, -1, true, undefined) },
);
const context = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom<unknown>('own', 'own', '') },
  { weight: 1, arbitrary: fc.constantFrom<unknown>('another', null, undefined, 5) },
);
const item: fc.Arbitrary<Item> = fc.record({
  PhoneNumber: fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...PHONES) },
    { weight: 1, arbitrary: fc.constantFrom(FOREIGN, '') },
  ),
  Code: code,
  SerialNo: serialNo,
  Fee: fee,
  SessionContext: context,
});
const errorMember = fc.oneof(
  { weight: 2, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.record({ Code: code, Message: fc.string() }) },
);

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === '';
const isBlank = (value: unknown): boolean =>
  isEmpty(value) || (typeof value === 'string' && value.trim() === '');

/** Whether an Error by itself proves that nothing was sent. */
function provesRefusal(given: unknown): boolean {
  return (
    typeof given === 'string' &&
    (/^\s*RequestLimitExceeded(?:\.|\s*$)/i.test(given) ||
      !['unsafe', undefined].includes(adviceOf(given)))
  );
}

/** Whether an item proves that its text was not sent, as the design's table has it. */
function provesRejection(action: Action, { Code, SerialNo, Fee, SessionContext }: Item): boolean {
  const free = isEmpty(Fee) || Fee === 0 || Fee === '0';
  const unnumbered = action === 'SendMultiGlobalSms' || isBlank(SerialNo);
  const ours = isEmpty(SessionContext) || SessionContext === 'own';
  const advice = typeof Code === 'string' ? adviceOf(Code) : undefined;
  const isNewRefusal = advice === undefined && Fee === 0 && isOfRefusals(Code);
  return free && unnumbered && ours && ((advice ?? 'unsafe') !== 'unsafe' || isNewRefusal);
}

/** Whether a code is a reason behind a prefix that is known to be one of refusals. */
function isOfRefusals(given: unknown): boolean {
  const [, prefix = ''] = /^\s*(\w+)(?:\.\w+)+\s*$/.exec(String(given)) ?? [];
  return PREFIXES.test(`${prefix}.x`) || (adviceOf(prefix) ?? 'unsafe') !== 'unsafe';
}

function provesAcceptance({ Code, SerialNo, SessionContext }: Item): boolean {
  return (
    Code === 'Ok' &&
    typeof SerialNo === 'string' &&
    !isBlank(SerialNo) &&
    (isEmpty(SessionContext) || SessionContext === 'own')
  );
}

describe('whatever an answer holds', () => {
  let started: SmsTestCase;
  let answer: (request: SmsHttpRequest) => string;
  let requests = 0;

  beforeAll(async () => {
    started = await startSms({
      signName: undefined,
      endpoint: 'http://127.0.0.1:1',
      retry: { attempts: 2, baseDelayMs: 1 },
      transport: {
        send: async (request) => {
          // Refusals of the rate are repeated for a minute: the third attempt finds no connection.
          if (requests === 2) {
            throw new SmsTransportError('No connection.', 'connect', { retryable: false });
          }
          requests += 1;
          return Promise.resolve({ status: 200, headers: {}, body: answer(request) });
        },
      },
    });
    started.module.useLogger(false);
  });

  afterAll(async () => {
    await started.module.close();
  });

  async function send(action: Action): Promise<readonly SmsOutcome[]> {
    requests = 0;
    const sessionContext = 'own';
    if (action === 'SendSms') {
      const { outcomes } = await started.sms.sendMany(
        { templateId: '1' },
        { to: PHONES, sessionContext },
      );
      return outcomes;
    }
    const rows = PHONES.map((to, i) => ({ to, params: [String(i)] }));
    const outcomes: SmsOutcome[] = [];
    for await (const outcome of started.sms.sendEach({ templateId: '1' }, rows, {
      sessionContext,
    })) {
      outcomes.push(outcome);
    }
    return outcomes;
  }

  it.each<Action>(['SendSms', 'SendMultiGlobalSms'])(
    'a text of %s is accepted or rejected only with proof',
    async (action) => {
      const list = action === 'SendSms' ? 'SendStatusSet' : 'SendMultiStatusSet';
      const seen = { accepted: 0, rejected: 0, unknown: 0 };
      await fc.assert(
        fc.asyncProperty(
          errorMember,
          fc.option(fc.array(item, { maxLength: 4 }), { nil: undefined, freq: 8 }),
          async (error, items) => {
            const members = { RequestId: 'r', Error: error, [list]: items };
            answer = () => JSON.stringify({ Response: members });
            const outcomes = await send(action);
            expect(outcomes.map(({ to }) => to)).toEqual(PHONES);
            for (const { to, status } of outcomes) {
              const own = (items ?? []).filter(({ PhoneNumber }) => PhoneNumber === to);
              const proofs = {
                accepted: error === undefined && own.length > 0 && own.every(provesAcceptance),
                rejected:
                  error === undefined
                    ? own.length > 0 && own.every((one) => provesRejection(action, one))
                    : provesRefusal(error.Code) && (items ?? []).length === 0,
                unknown: true,
              };
              expect({ status, proven: proofs[status] }).toEqual({ status, proven: true });
              seen[status] += 1;
              // Proof is believed, too, unless other items of the answer speak against it.
              const isAlone = error === undefined && items?.length === 1 && own.length === 1;
              const proven = (['accepted', 'rejected'] as const).find((fate) => proofs[fate]);
              expect(isAlone && status !== (proven ?? 'unknown')).toBe(false);
            }
            const isRepeatable =
              provesRefusal(error?.Code) &&
              /^\s*RequestLimitExceeded/i.test(String(error?.Code)) &&
              (items ?? []).length === 0;
            expect(requests).toBeLessThanOrEqual(isRepeatable ? 2 : 1);
          },
        ),
        { numRuns: 1500 },
      );
      expect(Math.min(...Object.values(seen))).toBeGreaterThan(50);
    },
    60_000,
  );

  it('each number has an outcome, and nothing is thrown', async () => {
    const junk = fc.oneof(
      fc.jsonValue({ depthSize: 'medium' }),
      fc.record({ Response: fc.jsonValue({ depthSize: 'medium' }) }),
      fc.record({
        Response: fc.record({
          Error: fc.option(fc.jsonValue(), { nil: undefined }),
          SendStatusSet: fc.jsonValue(),
          RequestId: fc.jsonValue(),
        }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(junk, async (body) => {
        answer = () => JSON.stringify(body);
        const outcomes = await send('SendSms');
        expect(outcomes.map(({ status }) => status)).toEqual(['unknown', 'unknown']);
        expect(requests).toBe(1);
      }),
      { numRuns: 1000 },
    );
  }, 60_000);
});
