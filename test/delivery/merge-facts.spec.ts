import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { memoryDeliveryStore } from 'nestjs-tencentcloud-sms/delivery';
import type { SmsDeliveryFact, SmsDeliveryReport } from 'nestjs-tencentcloud-sms/delivery';
import { betterFact } from '../../lib/delivery/store/merge-facts.js';

const to = '+8613711112222';
const serialNo = '2640:1';
const fact: fc.Arbitrary<SmsDeliveryFact> = fc.record({
  state: fc.constantFrom(
    'unknown' as const,
    'absent' as const,
    'accepted' as const,
    'unreported' as const,
    'rejected' as const,
    'failed' as const,
    'delivered' as const,
  ),
  code: fc.option(fc.constantFrom('DELIVRD', 'MK:0001', 'UNDELIV'), { nil: undefined }),
  at: fc.option(fc.nat(5), { nil: undefined }),
  source: fc.constantFrom('callback' as const, 'number' as const, 'record' as const),
  exact: fc.boolean(),
});
const UNKNOWN: SmsDeliveryFact = { state: 'unknown', source: 'response', exact: true };

describe('facts of a text', () => {
  it('end in the same state, code, time and source in any order, however often each comes', () => {
    fc.assert(
      fc.property(
        fc.array(fact, { minLength: 1, maxLength: 6 }),
        fc.infiniteStream(fc.nat()),
        (facts, chances) => {
          const merged = facts.reduce(betterFact, UNKNOWN);
          const shuffled = [...facts, ...facts]
            .map((one) => ({ one, place: Number(chances.next().value) }))
            .toSorted((a, b) => a.place - b.place)
            .map(({ one }) => one);
          expect(shuffled.reduce(betterFact, UNKNOWN)).toEqual(merged);
        },
      ),
      { numRuns: 3000, seed: 20260402 },
    );
  });

  it('of a report beat those of an earlier end, and a sure one every matched one', () => {
    const matched: SmsDeliveryFact = { state: 'delivered', source: 'number', exact: false };
    const sure: SmsDeliveryFact = {
      state: 'failed',
      code: 'MK:0001',
      source: 'callback',
      exact: true,
    };
    expect(betterFact(matched, sure)).toBe(sure);
    expect(betterFact(sure, matched)).toBe(sure);
    expect(betterFact(UNKNOWN, { state: 'absent', source: 'record', exact: false }).state).toBe(
      'absent',
    );
  });
});

const text = (index: number, state: 'unknown' | 'accepted' = 'accepted') => ({
  callRef: `call-${index}`,
  to,
  serialNo: state === 'accepted' ? `2640:${index}` : undefined,
  tracked: true,
  decidedAt: 0,
  notAfter: 0,
  fact: { state, source: 'response', exact: true } as const,
});

const arrived = (index: number): SmsDeliveryReport => ({
  to,
  serialNo: `2640:${index}`,
  state: 'delivered',
  source: 'callback',
  exact: true,
});

describe('the memory store', () => {
  it('drops the oldest ended texts first, then accepted ones, and never an open attempt', async () => {
    const store = memoryDeliveryStore({ maxTexts: 10 });
    await store.put([text(0, 'unknown'), ...Array.from({ length: 9 }, (_, i) => text(i + 1))]);
    await store.merge([arrived(5), arrived(6)]);
    await store.put([text(10)]);
    const left = await Promise.all(
      Array.from({ length: 11 }, async (_, i) => store.find({ to, callRef: `call-${i}` })),
    );
    expect(left.map((one) => one !== undefined)).toEqual([
      true,
      true,
      true,
      true,
      true,
      false,
      false,
      true,
      true,
      true,
      true,
    ]);
    await store.put(Array.from({ length: 9 }, (_, i) => text(i + 11)));
    await expect(store.find({ to, callRef: 'call-0' })).resolves.toBeDefined();
    await expect(store.stats()).resolves.toMatchObject({ dropped: expect.any(Number) });
  });

  it('parks reports of no text for ten minutes, bounded, and tells of them once', async () => {
    let now = 0;
    const store = memoryDeliveryStore({ clock: () => now });
    await store.register([{ name: 'a', kind: 'report' }]);
    await store.merge([
      { ...arrived(1), serialNo },
      { ...arrived(1), serialNo },
    ]);
    await expect(store.stats()).resolves.toMatchObject({ parked: 1 });
    now = 1000;
    await store.advance();
    await store.advance();
    await expect(store.claim(['a'], 10, 1000)).resolves.toEqual([
      expect.objectContaining({ body: expect.objectContaining({ known: false }) }),
    ]);
    now = 600_000;
    await store.advance();
    await expect(store.stats()).resolves.toMatchObject({ parked: 0 });
  });

  it('gives a change to one of two claims, again after its lease, and no more once it is dead', async () => {
    let now = 0;
    const store = memoryDeliveryStore({ clock: () => now });
    await store.register([{ name: 'a', kind: 'report' }]);
    await store.put([text(1)]);
    await store.merge([arrived(1)]);
    const claim = async () => (await store.claim(['a'], 10, 30_000)).length;
    expect([await claim(), await claim()]).toEqual([1, 0]);
    now = 30_000;
    expect(await claim()).toBe(1);
    const [change] = [`2640:1 ${to} delivered`];
    for (const waitMs of [1_000, 10_000, 60_000, 600_000, 3_600_000]) {
      // oxlint-disable-next-line no-await-in-loop -- tries follow each other
      await store.acknowledge(change ?? '', 'a', false);
      now += waitMs;
      // oxlint-disable-next-line no-await-in-loop -- as above
      expect(await claim()).toBe(1);
    }
    await store.acknowledge(change ?? '', 'a', false);
    await expect(store.stats()).resolves.toMatchObject({ waiting: 0, dead: 1 });
  });

  it('lets one owner have a lease, until it ends', async () => {
    let now = 0;
    const store = memoryDeliveryStore({ clock: () => now });
    expect(await store.lease('pull', 'a', 1000)).toBe(true);
    expect(await store.lease('pull', 'b', 1000)).toBe(false);
    expect(await store.lease('pull', 'a', 1000)).toBe(true);
    now = 1000;
    expect(await store.lease('pull', 'b', 1000)).toBe(true);
  });
});
