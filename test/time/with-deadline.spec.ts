import { getEventListeners } from 'node:events';
import { describe, expect, it, jest } from '@jest/globals';
import { withDeadline } from '../../lib/time/with-deadline.js';

const NEVER = new Promise<never>(() => undefined);
const PATIENT = {
  timeoutMs: 60_000,
  onTimeout: (): never => {
    throw new Error('too late');
  },
};

function toWords(reason: unknown): string {
  return `aborted: ${String(reason)}`;
}

function timers(): string[] {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout');
}

describe('withDeadline', () => {
  it('gives what is there at once without a timer', async () => {
    const setTimer = jest.spyOn(globalThis, 'setTimeout');
    await expect(withDeadline(() => 'ready', PATIENT)).resolves.toBe('ready');
    expect(setTimer).not.toHaveBeenCalled();
  });

  it('gives what comes in time, then clears its timer and leaves the signal', async () => {
    const before = timers();
    const { signal } = new AbortController();
    const limits = { ...PATIENT, signal };
    await expect(withDeadline(async () => 'ready', limits)).resolves.toBe('ready');
    expect(timers()).toEqual(before);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('passes on what failed in time', async () => {
    const failed = Promise.reject(new Error('no keys'));
    await expect(withDeadline(async () => failed, PATIENT)).rejects.toThrow('no keys');
  });

  it('gives what the caller wants when the time is up', async () => {
    const limits = { timeoutMs: 1, onTimeout: () => 'down' };
    await expect(withDeadline(async () => NEVER, limits)).resolves.toBe('down');
  });

  it('throws what the caller throws when the time is up', async () => {
    const limits = { ...PATIENT, timeoutMs: 1 };
    await expect(withDeadline(async () => NEVER, limits)).rejects.toThrow('too late');
  });

  it('leaves a failure alone that comes after the time is up', async () => {
    let fail: ((reason: Error) => void) | undefined;
    const late = new Promise<string>((_resolve, reject) => {
      fail = reject;
    });
    const limits = { timeoutMs: 1, onTimeout: () => 'down' };
    await expect(withDeadline(async () => late, limits)).resolves.toBe('down');
    const unhandled = jest.fn();
    process.once('unhandledRejection', unhandled);
    fail?.(new Error('late'));
    await new Promise(setImmediate);
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  it('starts nothing when the signal has fired', async () => {
    const make = jest.fn(async () => 'ready');
    const signal = AbortSignal.abort(new Error('stop'));
    await expect(withDeadline(make, { ...PATIENT, signal })).rejects.toThrow('stop');
    expect(make).not.toHaveBeenCalled();
  });

  it('ends with the signal, as the caller wants', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const waiting = withDeadline(async () => NEVER, { ...PATIENT, signal, onAbort: toWords });
    controller.abort('stop');
    await expect(waiting).resolves.toBe('aborted: stop');
  });

  it('ends when what it waits for fires the signal at once', async () => {
    const controller = new AbortController();
    const make = async (): Promise<string> => {
      controller.abort(new Error('stop'));
      return NEVER;
    };
    const { signal } = controller;
    await expect(withDeadline(make, { ...PATIENT, signal })).rejects.toThrow('stop');
  });
});
