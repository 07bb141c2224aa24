import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { refreshingCredentials } from 'nestjs-tencentcloud-sms';
import type { SmsCredentials, SmsTemporaryCredentials } from 'nestjs-tencentcloud-sms';
import { FakeClock, credentialsOf, settle } from './fake-sts.js';

interface Fetch {
  n: number;
  resolve: (given: SmsTemporaryCredentials) => void;
  reject: (error: Error) => void;
}

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('ask' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('refuse' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      seconds: fc.integer({ max: 400, min: 1 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('grant' as const),
      life: fc.integer({ max: 900, min: -5 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('fail' as const) }) },
);

describe('refreshingCredentials, in any order of calls, time, answers and failures', () => {
  it('returns no expired credentials, and has one fetch in flight at most', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 60 }), async (steps) => {
        const clock = new FakeClock();
        const underWay: Fetch[] = [];
        const ends = new Map<string, number>();
        const complaints: string[] = [];
        let fetches = 0;
        let open = 0;
        let last: SmsCredentials | undefined;
        const provider = refreshingCredentials(
          async () => {
            fetches += 1;
            const n = fetches;
            return new Promise<SmsTemporaryCredentials>((resolve, reject) => {
              underWay.push({ n, resolve, reject });
            });
          },
          { now: clock.now },
        );
        const asks: Promise<void>[] = [];
        const ask = async (refused?: SmsCredentials): Promise<void> => {
          open += 1;
          try {
            last = await provider(refused && { refused });
          } catch (error) {
            complaints.push((error as Error).message);
            return;
          } finally {
            open -= 1;
          }
          expect(ends.get(last.secretId)).toBeGreaterThan(clock.now());
        };
        const answer = (life: number | undefined): void => {
          const fetch = underWay.pop();
          if (life === undefined) {
            fetch?.reject(new Error('failed'));
          } else if (fetch !== undefined) {
            const credentials = credentialsOf(fetch.n);
            const expiresAt = new Date(clock.now() + life * 1000);
            ends.set(credentials.secretId, expiresAt.getTime());
            fetch.resolve({ credentials, expiresAt });
          }
        };
        for (const one of steps) {
          if (one.do === 'ask') {
            asks.push(ask());
          } else if (one.do === 'refuse') {
            asks.push(ask(last));
          } else if (one.do === 'wait') {
            clock.advance(one.seconds);
          } else {
            answer(one.do === 'grant' ? one.life : undefined);
          }
          expect(underWay.length).toBeLessThanOrEqual(1);
          // oxlint-disable-next-line no-await-in-loop -- each step ends before the next begins
          await settle();
          // No call waits unless a fetch is in flight.
          expect(open === 0 || underWay.length === 1).toBe(true);
        }
        answer(undefined);
        await Promise.all(asks);
        await settle();
        expect(open).toBe(0);
        expect(complaints.filter((one) => !/^failed|had expired/.test(one))).toEqual([]);
        // However it went, the next ask with a working source succeeds.
        const next = ask();
        answer(900);
        await next;
        expect(ends.get((last as SmsCredentials).secretId)).toBeGreaterThan(clock.now());
      }),
      { numRuns: 300 },
    );
  });
});
