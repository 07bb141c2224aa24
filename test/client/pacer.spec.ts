import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Pacer } from '../../lib/client/pacer.js';

/** A clock that stands still until it is told, with alarms that go off in their order. */
class FakeTime {
  private nowMs = 1000;
  private alarms: { at: number; callback: () => void }[] = [];

  readonly now = () => this.nowMs;

  readonly alarm = (callback: () => void, milliseconds: number) => {
    const alarm = { at: this.nowMs + milliseconds, callback };
    this.alarms.push(alarm);
    return () => {
      this.alarms = this.alarms.filter((one) => one !== alarm);
    };
  };

  get alarmsSet(): number {
    return this.alarms.length;
  }

  advance(milliseconds: number): void {
    const end = this.nowMs + milliseconds;
    for (;;) {
      const [next] = this.alarms
        .filter(({ at }) => at <= end)
        .toSorted((one, other) => one.at - other.at);
      if (next === undefined) {
        break;
      }
      this.alarms = this.alarms.filter((one) => one !== next);
      this.nowMs = Math.max(this.nowMs, next.at);
      next.callback();
    }
    this.nowMs = end;
  }
}

/** The most starts in any second, wherever it begins. */
function mostInASecond(starts: readonly number[]): number {
  return Math.max(
    0,
    ...starts.map((from) => starts.filter((at) => at >= from && at < from + 1000).length),
  );
}

describe('a pacer', () => {
  let time: FakeTime;
  let pacer: Pacer;
  let starts: { name: number; at: number }[];

  beforeEach(() => {
    time = new FakeTime();
    pacer = new Pacer(time);
    starts = [];
  });

  /** Asks for a start as the client does; gives what takes the wait back. */
  function ask(perSecond: number, name = 0): () => void {
    const at = pacer.tryStart(perSecond);
    if (at !== undefined) {
      starts.push({ name, at });
      return () => undefined;
    }
    return pacer.queue(perSecond, (start) => {
      starts.push({ name, at: start });
    });
  }

  function askMany(perSecond: number, count: number): void {
    for (let name = 0; name < count; name += 1) {
      ask(perSecond, name);
    }
  }

  it('lets as many start at once as a second may have, without a timer', () => {
    askMany(10, 10);
    expect(starts.map(({ at }) => at)).toEqual(Array.from({ length: 10 }, () => 1000));
    expect(time.alarmsSet).toBe(0);
  });

  it('lets the others start in the order in which they came, and then has no timer any more', () => {
    askMany(10, 25);
    expect(time.alarmsSet).toBe(1);
    time.advance(10_000);
    expect(starts.map(({ name }) => name)).toEqual(Array.from({ length: 25 }, (_, name) => name));
    expect(starts.map(({ at }) => at).filter((at) => at > 1000 && at < 2100)).toHaveLength(10);
    expect(time.alarmsSet).toBe(0);
    expect(pacer.idle).toBe(true);
  });

  it('lets no request pass an earlier one, though its own turn would be now', () => {
    askMany(10, 11);
    // More a second than the one that waits: a larger share of the same key.
    ask(20, 11);
    expect(starts).toHaveLength(10);
    time.advance(1100);
    expect(starts.map(({ name }) => name).slice(10)).toEqual([10, 11]);
  });

  it('forgets requests that do not wait any more, and the timer with the last of them', () => {
    askMany(1, 1);
    const takeBack = [ask(1, 1), ask(1, 2), ask(1, 3)];
    takeBack[0]?.();
    takeBack[2]?.();
    time.advance(5000);
    expect(starts.map(({ name }) => name)).toEqual([0, 2]);
    ask(1, 4);
    ask(1, 5)();
    expect(time.alarmsSet).toBe(0);
    time.advance(5000);
    expect(starts.map(({ name }) => name)).toEqual([0, 2, 4]);
  });

  it.each([
    [2.5, 2],
    [3.99, 3],
    [1, 1],
    [0.29 * 100, 29],
  ])('rounds %d a second down to %i', (perSecond, whole) => {
    askMany(perSecond, 40);
    time.advance(40_000);
    expect(mostInASecond(starts.map(({ at }) => at))).toBe(whole);
  });

  it('makes one in four seconds of a quarter a second', () => {
    askMany(0.25, 4);
    time.advance(20_000);
    const gaps = starts.slice(1).map(({ at }, i) => at - (starts[i]?.at ?? 0));
    expect(gaps).toHaveLength(3);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(4000);
    expect(Math.max(...gaps)).toBeLessThan(4400);
  });

  it('counts a start from when it was handed over', () => {
    const first = Array.from({ length: 10 }, () => pacer.tryStart(10));
    time.advance(600);
    first.forEach((start) => pacer.moveStart(start ?? Number.NaN));
    time.advance(500);
    expect(pacer.tryStart(10)).toBeUndefined();
    time.advance(600);
    expect(pacer.tryStart(10)).toBeDefined();
  });

  it('counts no start twice that was handed over later', () => {
    const early = Array.from({ length: 5 }, () => pacer.tryStart(10));
    time.advance(600);
    early.forEach((start) => pacer.moveStart(start ?? Number.NaN));
    askMany(10, 6);
    expect(starts).toHaveLength(5);
  });

  it('lets half as many start after a refusal, half of those after one a second later, and recovers', () => {
    const inTheNextSecond = (): number => {
      time.advance(1100);
      starts.length = 0;
      const takeBack = Array.from({ length: 300 }, (_, name) => ask(100, name));
      takeBack.forEach((stop) => {
        stop();
      });
      return starts.length;
    };
    expect(inTheNextSecond()).toBe(100);
    pacer.slow();
    // Of the same second: one message, however many were told.
    pacer.slow();
    const slowed = inTheNextSecond();
    expect(slowed).toBeGreaterThanOrEqual(50);
    expect(slowed).toBeLessThan(65);
    pacer.slow();
    expect(inTheNextSecond()).toBeLessThan(45);
    expect(pacer.idle).toBe(false);
    time.advance(10_000);
    expect(pacer.idle).toBe(true);
    expect(inTheNextSecond()).toBe(100);
  });

  it('always lets some requests start, however often the rate was refused', () => {
    for (let i = 0; i < 100; i += 1) {
      pacer.slow();
      time.advance(1100);
    }
    askMany(1, 3);
    time.advance(60_000);
    expect(starts).toHaveLength(3);
  });

  it('has no more starts in any second than the rate, and all in the end, whenever requests come', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.array(
          fc.record({
            afterMs: fc.nat(700),
            count: fc.integer({ min: 1, max: 15 }),
            leaves: fc.boolean(),
          }),
          { maxLength: 12 },
        ),
        (perSecond, arrivals) => {
          time = new FakeTime();
          pacer = new Pacer(time);
          starts = [];
          let name = 0;
          const left = new Set<number>();
          for (const { afterMs, count, leaves } of arrivals) {
            time.advance(afterMs);
            for (let i = 0; i < count; i += 1) {
              const takeBack = ask(perSecond, name);
              if (leaves && i % 3 === 0) {
                takeBack();
                left.add(name);
              }
              name += 1;
            }
          }
          time.advance(300_000);
          const started = starts.map((one) => one.name);
          expect(mostInASecond(starts.map(({ at }) => at))).toBeLessThanOrEqual(perSecond);
          expect(started).toEqual(started.toSorted((one, other) => one - other));
          for (let one = 0; one < name; one += 1) {
            expect(started.includes(one) || left.has(one)).toBe(true);
          }
          expect(time.alarmsSet).toBe(0);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('remembers no more than it needs', () => {
    for (let i = 0; i < 20_000; i += 1) {
      pacer.tryStart(10);
      time.advance(103);
    }
    expect(JSON.stringify(pacer).length).toBeLessThan(5000);
  });
});
