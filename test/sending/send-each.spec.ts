import { EventEmitter, getEventListeners, once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { smsTemplate } from 'nestjs-tencentcloud-sms';
import type { SmsService } from 'nestjs-tencentcloud-sms';
import { httpResponse } from '../support/raw-server.js';
import { startSms } from '../support/sms-test-case.js';
import type { SmsTestCase } from '../support/sms-test-case.js';
import {
  FakeTencent,
  executingThen,
  failedStatus,
  okStatus,
  respond,
} from '../support/fake-tencent.js';
import type { Response, ReceivedCall } from '../support/fake-tencent.js';

const Code = smsTemplate({ id: '1', kind: 'notification', text: 'Code {code:1}' });

interface Row {
  to: string;
  params: { code: string };
  ref: string;
}

const mainland = (i: number) => `+86137${String(i).padStart(8, '0')}`;
const abroad = (i: number) => `+852612${String(i).padStart(5, '0')}`;
const rowOf = (i: number, to = mainland(i), code = 'same'): Row => ({
  to,
  params: { code },
  ref: String(i),
});

/** Counts what is asked of a source, and whether it was closed. */
class Source {
  read = 0;
  closed = false;

  constructor(
    private readonly length: number,
    private readonly toRow: (i: number) => Row = (i) => rowOf(i),
  ) {}

  *list(): Generator<Row> {
    try {
      while (this.read < this.length) {
        this.read += 1;
        yield this.toRow(this.read - 1);
      }
    } finally {
      this.closed = true;
    }
  }

  async *stream(): AsyncGenerator<Row> {
    for (const row of this.list()) {
      // oxlint-disable-next-line no-await-in-loop -- as a database cursor would
      await Promise.resolve();
      yield row;
    }
  }

  from(kind: 'list' | 'stream'): Iterable<Row> | AsyncIterable<Row> {
    return kind === 'list' ? this.list() : this.stream();
  }
}

describe('sendEach', () => {
  let tencent: FakeTencent;
  let started: SmsTestCase;
  let sms: SmsService;

  beforeEach(async () => {
    tencent = await FakeTencent.start(() => ok());
    started = await startSms({ endpoint: tencent.url, retry: { attempts: 3, baseDelayMs: 1 } });
    ({ sms } = started);
  });

  afterEach(async () => {
    await started.module.close();
    await tencent.stop();
  });

  it.each(['list', 'stream'] as const)(
    'reads only some pages ahead of a consumer that takes no outcome from a %s',
    async (kind) => {
      const source = new Source(100_000);
      const outcomes = sms.sendEach(Code, source.from(kind))[Symbol.asyncIterator]();
      const { value } = await outcomes.next();
      expect(value).toMatchObject({ ref: '0', status: 'accepted' });
      // As many turns as reading everything would take.
      for (let i = 0; i < 300; i += 1) {
        // oxlint-disable-next-line no-await-in-loop -- turns of the event loop follow each other
        await setImmediate();
      }
      expect(source.read).toBeLessThanOrEqual(4000);
      const sent = tencent.received.flatMap(phonesOf).length;
      expect(sent).toBeLessThanOrEqual(3000);
      await outcomes.return?.();
      expect(source.closed).toBe(true);
    },
  );

  it('gives the first outcome before the second row exists', async () => {
    const second = new EventEmitter();
    async function* slow() {
      yield rowOf(0);
      await once(second, 'exists');
      yield rowOf(1);
    }
    const outcomes = sms.sendEach(Code, slow())[Symbol.asyncIterator]();
    await expect(outcomes.next()).resolves.toMatchObject({
      value: { ref: '0', status: 'accepted' },
    });
    second.emit('exists');
    await expect(outcomes.next()).resolves.toMatchObject({
      value: { ref: '1', status: 'accepted' },
    });
    await expect(outcomes.next()).resolves.toMatchObject({ done: true });
  });

  it.each(['list', 'stream'] as const)(
    'closes the %s of a consumer that leaves, and sends nothing more',
    async (kind) => {
      const source = new Source(100_000, (i) => rowOf(i, mainland(i), `text ${i}`));
      for await (const { ref } of sms.sendEach(Code, source.from(kind), { concurrency: 2 })) {
        if (ref === '0') {
          break;
        }
      }
      expect(source.closed).toBe(true);
      const { length } = tencent.received;
      const { read } = source;
      for (let i = 0; i < 50; i += 1) {
        // oxlint-disable-next-line no-await-in-loop -- turns of the event loop follow each other
        await setImmediate();
      }
      expect(tencent.received).toHaveLength(length);
      expect(source.read).toBe(read);
      // The first page, and at most what was on its way in the second one.
      expect(length).toBeLessThanOrEqual(1002);
    },
  );

  it('closes a source that is waiting itself, without waiting for it', async () => {
    let closed = false;
    const waiting: AsyncIterable<Row> = {
      [Symbol.asyncIterator]() {
        let given = 0;
        return {
          next: async () => {
            given += 1;
            return given === 1
              ? Promise.resolve({ value: rowOf(0), done: false })
              : new Promise<IteratorResult<Row>>(() => undefined);
          },
          return: async () => {
            closed = true;
            return new Promise<IteratorResult<Row>>(() => undefined);
          },
        };
      },
    };
    for await (const { status } of sms.sendEach(Code, waiting)) {
      expect(status).toBe('accepted');
      break;
    }
    expect(closed).toBe(true);
  });

  it.each([
    ['list', 0],
    ['list', 3],
    ['list', 1000],
    ['list', 1500],
    ['stream', 0],
    ['stream', 3],
    ['stream', 1000],
    ['stream', 1500],
  ] as const)('gives the outcomes of what a %s gave before it threw: %i', async (kind, length) => {
    const broken = new Error('cursor lost');
    const source = new Source(length + 1, (i) => {
      if (i === length) {
        throw broken;
      }
      return rowOf(i);
    });
    const run = sms.sendEach(Code, source.from(kind));
    const refs: unknown[] = [];
    await expect(
      (async () => {
        for await (const { ref, status } of run) {
          refs.push(status === 'accepted' ? ref : status);
        }
      })(),
    ).rejects.toBe(broken);
    expect(refs).toEqual(Array.from({ length }, (_, i) => String(i)));
    expect(run.summary()).toMatchObject({ accepted: length });
    expect(tencent.executed.flatMap(phonesOf)).toHaveLength(length);
  });

  it('rejects rows at fault and sends the others', async () => {
    const rows = [
      rowOf(0),
      rowOf(1, '12'),
      rowOf(2, mainland(2), ''),
      { to: mainland(3), ref: '3' },
      null,
      { params: { code: 'x' }, ref: '5' },
      rowOf(6, mainland(6), 'http://example.com'),
      { to: mainland(7), params: { code: 1n }, ref: '7' },
      { to: mainland(8), params: { code: { toString: 5 } }, ref: '8' },
      { to: 13_700_000_009, params: { code: 'x' }, ref: '9' },
      rowOf(10),
    ] as Row[];
    const seen = [];
    for await (const { index, ref, status } of sms.sendEach(Code, rows)) {
      seen.push([index, ref, status]);
    }
    expect(seen.map(([index]) => index)).toEqual(rows.map((_, index) => index));
    expect(seen.filter(([, , status]) => status === 'accepted').map(([, ref]) => ref)).toEqual(
      expect.arrayContaining(['0', '10']),
    );
    for (const bad of [1, 3, 4, 5, 6, 7, 8, 9]) {
      expect(seen[bad]?.[2]).toBe('rejected');
    }
    expect(seen[4]?.[1]).toBeUndefined();
  });

  it('refuses to be iterated twice', async () => {
    const run = sms.sendEach(Code, [rowOf(0)]);
    for await (const { status } of run) {
      expect(status).toBe('accepted');
    }
    await expect(run[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      name: 'SmsValidationError',
      message: expect.stringContaining('iterated before'),
    });
    expect(tencent.received).toHaveLength(1);
  });

  it('sends nothing before it is iterated', async () => {
    const source = new Source(5);
    sms.sendEach(Code, source.list());
    await setImmediate();
    expect(source.read).toBe(0);
    expect(tencent.received).toHaveLength(0);
  });

  it('puts equal texts into one call, and different ones abroad as well', async () => {
    const rows = [
      rowOf(0, mainland(0), 'a'),
      rowOf(1, mainland(1), 'b'),
      rowOf(2, mainland(2), 'a'),
      { ...rowOf(3, abroad(3), 'c'), signName: '' },
      { ...rowOf(4, abroad(4), 'd'), signName: '' },
      rowOf(5, abroad(5), 'e'),
      rowOf(6, abroad(6), 'e'),
      rowOf(7, mainland(2), 'a'),
    ];
    const run = sms.sendEach(Code, rows);
    const seen = [];
    for await (const { ref, status, duplicateOf } of run) {
      seen.push([ref, status, duplicateOf]);
    }
    expect(seen).toEqual(rows.map(({ ref }) => [ref, 'accepted', ref === '7' ? 2 : undefined]));
    const calls = tencent.received.map((call) => [call.action, phonesOf(call)]);
    expect(calls).toHaveLength(4);
    expect(calls).toEqual(
      expect.arrayContaining([
        ['SendSms', [mainland(0), mainland(2)]],
        ['SendSms', [mainland(1)]],
        ['SendSms', [abroad(5), abroad(6)]],
        ['SendMultiGlobalSms', [abroad(3), abroad(4)]],
      ]),
    );
    expect(run.summary()).toMatchObject({ accepted: 8, duplicates: 1, fee: 7 });
  });

  it('puts two texts for one number abroad into two calls, since answers are told apart by number', async () => {
    const rows = [
      rowOf(0, abroad(1), 'first'),
      rowOf(1, abroad(2), 'other'),
      rowOf(2, abroad(1), 'second'),
      rowOf(3, abroad(3), 'another'),
    ];
    tencent.respondWith((call) =>
      JSON.stringify(call.params).includes('second')
        ? ok('LimitExceeded.PhoneNumberDailyLimit')
        : ok(),
    );
    const seen = [];
    for await (const { ref, status } of sms.sendEach(Code, rows, { signName: '' })) {
      seen.push([ref, status]);
    }
    expect(seen).toEqual([
      ['0', 'accepted'],
      ['1', 'accepted'],
      ['2', 'rejected'],
      ['3', 'accepted'],
    ]);
    for (const call of tencent.received) {
      const phones = phonesOf(call);
      expect(new Set(phones).size).toBe(phones.length);
    }
  });

  it('gives each row of a list an outcome when it is aborted: sent, or surely not', async () => {
    const abort = new AbortController();
    const source = new Source(2500, (i) => rowOf(i, mainland(i), `text ${i % 5}`));
    tencent.respondWith((_, count) => {
      if (count === 4) {
        return executingThen(() => {
          abort.abort();
        });
      }
      return ok();
    });
    const rows = [...source.list()];
    const run = sms.sendEach(Code, rows, { signal: abort.signal, concurrency: 1 });
    const seen = [];
    for await (const { ref, status, code } of run as AsyncIterable<{
      ref: string;
      status: string;
      code?: string;
    }>) {
      seen.push(ref);
      expect(status === 'accepted' || code === 'SMS_ABORTED').toBe(true);
    }
    expect(seen).toEqual(Array.from({ length: 2500 }, (_, i) => String(i)));
    expect(run.summary()).toMatchObject({ accepted: 120, unknown: 40, rejected: 2340 });
    expect(tencent.received).toHaveLength(4);
  });

  it('ends with an error when it is aborted on a stream without end, after the outcomes of what was read', async () => {
    const abort = new AbortController();
    let closed = false;
    async function* endless() {
      try {
        for (let i = 0; i < 10; i += 1) {
          yield rowOf(i);
        }
        await new Promise(() => undefined);
      } finally {
        closed = true;
      }
    }
    const run = sms.sendEach(Code, endless(), { signal: abort.signal });
    const seen: unknown[] = [];
    await expect(
      (async () => {
        for await (const { ref } of run) {
          seen.push(ref);
          if (seen.length === 10) {
            abort.abort();
          }
        }
      })(),
    ).rejects.toMatchObject({ name: 'SmsAbortError', maybeSent: false });
    expect(seen).toEqual(Array.from({ length: 10 }, (_, i) => String(i)));
    expect(run.summary()).toMatchObject({ accepted: 10 });
    // It waits for something that never comes, and can be closed only after that.
    expect(closed).toBe(false);
  });

  it('reads and sends nothing when the signal has fired before', async () => {
    const source = new Source(10);
    const run = sms.sendEach(Code, source.stream(), { signal: AbortSignal.abort() });
    await expect(run[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      name: 'SmsAbortError',
    });
    expect(source.read).toBe(0);
    expect(tencent.received).toHaveLength(0);
  });

  it.each(['sendMany', 'sendEach'] as const)(
    'listens to the signal of %s once, however many calls are under way: Node warns of more than ten',
    async (way) => {
      const { signal } = new AbortController();
      const listeners: number[] = [];
      tencent.respondWith(() => {
        listeners.push(getEventListeners(signal, 'abort').length);
        return ok();
      });
      const rows = Array.from({ length: 4000 }, (_, i) => rowOf(i, mainland(i), `text ${i % 20}`));
      if (way === 'sendMany') {
        await sms.sendMany({ templateId: '1' }, { to: rows.map(({ to }) => to), signal });
      } else {
        for await (const { status } of sms.sendEach(Code, rows, { signal })) {
          listeners.push(status === 'accepted' ? 1 : 0);
        }
      }
      expect(Math.max(...listeners)).toBe(1);
      expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    },
  );

  it('ends well when the signal fires after the stream was read to its end', async () => {
    const abort = new AbortController();
    const run = sms.sendEach(Code, new Source(3).stream(), { signal: abort.signal });
    const seen = [];
    for await (const { status } of run) {
      seen.push(status);
      abort.abort();
    }
    expect(seen).toEqual(['accepted', 'accepted', 'accepted']);
  });
});

function ok(code = 'Ok'): Response {
  return {
    executes: true,
    answer: (socket, call) => {
      const items = phonesOf(call).map((phone) =>
        code === 'Ok' ? okStatus(phone) : failedStatus(phone, code),
      );
      socket.write(httpResponse(respond({ SendStatusSet: items, SendMultiStatusSet: items })));
    },
  };
}

function phonesOf({ params }: ReceivedCall): string[] {
  const personal = params['MultiSmsInfoSet'] as { PhoneNumber: string }[] | undefined;
  return personal === undefined
    ? (params['PhoneNumberSet'] as string[])
    : personal.map(({ PhoneNumber }) => PhoneNumber);
}
