import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { WriteBehind } from '../../lib/delivery/write-behind.js';

describe('WriteBehind', () => {
  const written: number[][] = [];
  const failures: unknown[] = [];
  let isBroken: boolean;
  let now: number;
  let writes: WriteBehind<number>;

  beforeEach(() => {
    jest.useFakeTimers();
    written.length = 0;
    failures.length = 0;
    isBroken = false;
    now = 0;
    writes = new WriteBehind(
      {
        write: async (items) => {
          if (isBroken) {
            throw new Error('down');
          }
          written.push([...items]);
          return Promise.resolve();
        },
        onWritten: () => undefined,
        onFailed: (error) => failures.push(error),
        most: 3,
      },
      () => now,
    );
  });

  afterEach(async () => {
    await writes.stop();
    jest.useRealTimers();
  });

  it('writes what a store failed to take after five seconds, in its order', async () => {
    isBroken = true;
    await writes.put([1], 50);
    await writes.put([2, 3], 50);
    expect([written, failures.length]).toEqual([[], 1]);
    isBroken = false;
    await jest.advanceTimersByTimeAsync(4999);
    expect(written).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(written).toEqual([[1, 2, 3]]);
  });

  it('keeps the newest of what waits, and counts what it drops', async () => {
    isBroken = true;
    await writes.put([1, 2], 50);
    await writes.put([3, 4], 50);
    await writes.put([5], 50);
    expect(writes.dropped).toBe(2);
    isBroken = false;
    await writes.stop();
    expect(written).toEqual([[3, 4, 5]]);
  });

  it('waits for the store again once a write came through', async () => {
    isBroken = true;
    await writes.put([1], 50);
    isBroken = false;
    now = 5000;
    await writes.put([2], 50);
    expect(written).toEqual([[1, 2]]);
    await writes.put([3], 50);
    expect(written).toEqual([[1, 2], [3]]);
  });
});
