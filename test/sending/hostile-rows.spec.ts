import { EventEmitter, once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { smsTemplate } from 'nestjs-tencentcloud-sms';
import type {
  SmsOutcome,
  SmsRejected,
  SmsSendEach,
  SmsService,
  SmsValidationError,
} from 'nestjs-tencentcloud-sms';
import { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import { startSms } from '../support/sms-test-case.js';
import type { SmsTestCase } from '../support/sms-test-case.js';

const Code = smsTemplate({ id: '1', kind: 'notification', text: 'Code {code:1}' });
const PHONE = '+8613711112222';

interface Row {
  to: string;
  params: { code: string };
}

const phone = (i: number) => `+86137${String(i).padStart(8, '0')}`;
const equal = (i: number): Row => ({ to: phone(i), params: { code: 'same' } });
const rowOf = (i: number): Row => ({ to: phone(i), params: { code: String(i) } });

function thrower(): never {
  throw new TypeError('thrown by the row of +8613711112222');
}

/** A generator that gives a row asks first whether that is a promise, and throws itself. */
function throwUnlessThen(_row: object, name: string | symbol): unknown {
  return name === 'then' ? undefined : thrower();
}

/** A member whose getter throws. */
function throwing(name: string, object: object = {}): object {
  return Object.defineProperty(object, name, { enumerable: true, get: thrower });
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/** Rows that can't be sent to, and the field that the error names. */
const HOSTILE: Record<string, [row: () => unknown, field: string]> = {
  'a getter of "to" that throws': [() => throwing('to', { params: { code: '1' } }), 'to'],
  'a getter of "params" that throws': [() => throwing('params', { to: PHONE }), 'params'],
  'a getter of a value that throws': [
    () => ({ to: PHONE, params: throwing('code') }),
    'params.code',
  ],
  'a getter of "ref" that throws': [() => throwing('ref', rowOf(1)), 'ref'],
  'a getter of "sessionContext" that throws': [
    () => throwing('sessionContext', rowOf(1)),
    'sessionContext',
  ],
  'a getter of "signName" that throws': [() => throwing('signName', rowOf(1)), 'signName'],
  'a getter of "extendCode" that throws': [() => throwing('extendCode', rowOf(1)), 'extendCode'],
  'a getter of "senderId" that throws': [() => throwing('senderId', rowOf(1)), 'senderId'],
  'a getter of "sdkAppId" that throws': [() => throwing('sdkAppId', rowOf(1)), 'sdkAppId'],
  'a getter on its class that throws': [
    () =>
      new (class {
        params = { code: '1' };
        get to() {
          return thrower();
        }
      })(),
    'to',
  ],
  'a member that is not known': [() => ({ ...rowOf(1), signname: 'x' }), 'signname'],
  'a member that was known once': [() => ({ ...rowOf(1), key: 1 }), 'key'],
  'a member that is not known and throws': [() => throwing('other', rowOf(1)), 'other'],
  'no row but null': [() => null, 'row'],
  'no row but a number': [() => 5, 'row'],
  'no row but a text': [() => PHONE, 'row'],
  'no row but a symbol': [() => Symbol(PHONE), 'row'],
  'no row but a function': [() => thrower, 'row'],
  'no row but a list': [() => [PHONE, { code: '1' }], 'row'],
  'a proxy that was revoked': [revoked, 'to'],
  'a proxy that throws for all': [
    () => new Proxy({}, { get: throwUnlessThen, ownKeys: thrower, has: thrower }),
    'to',
  ],
  'a proxy whose members can not be listed': [
    () => new Proxy(rowOf(1), { ownKeys: thrower }),
    'row',
  ],
  'params that are a revoked proxy': [() => ({ to: PHONE, params: revoked() }), 'params'],
  'a value that is a symbol': [() => ({ to: PHONE, params: { code: Symbol('1') } }), 'params.code'],
  'a value whose toString throws': [
    () => ({ to: PHONE, params: { code: { toString: thrower, valueOf: thrower } } }),
    'params.code',
  ],
  'a value whose toJSON throws': [
    () => ({ to: PHONE, params: { code: { toJSON: thrower } } }),
    'params.code',
  ],
  'a phone whose toString throws': [
    () => ({ to: { toString: thrower }, params: { code: '1' } }),
    'to',
  ],
  'a phone that is a symbol': [() => ({ to: Symbol(PHONE), params: { code: '1' } }), 'to'],
  'a label that is a number': [() => ({ ...rowOf(1), ref: 5 }), 'ref'],
  'a label that is a symbol': [() => ({ ...rowOf(1), ref: Symbol('x') }), 'ref'],
  'an application that is no number': [() => ({ ...rowOf(1), sdkAppId: 'x' }), 'sdkAppId'],
  'a context that is too long': [
    () => ({ ...rowOf(1), sessionContext: '长'.repeat(171) }),
    'sessionContext',
  ],
};

describe('rows of any kind', () => {
  let emulator: SmsEmulator;
  let started: SmsTestCase;
  let sms: SmsService;

  beforeEach(async () => {
    emulator = await SmsEmulator.start();
    started = await startSms({
      endpoint: emulator.url,
      credentials: { secretId: 'any', secretKey: emulator.secretKey },
    });
    ({ sms } = started);
  });

  afterEach(async () => {
    await started.module.close();
    await emulator.stop();
  });

  const send = (rows: unknown, signal?: AbortSignal) =>
    sms.sendEach(Code, rows as Row[], { signal });
  const sent = () => emulator.messages().map(({ to, params }) => `${to} ${params.join()}`);

  it.each(Object.entries(HOSTILE))(
    'rejects a row with %s by name, and sends the others',
    async (_what, [toRow, field]) => {
      const rows = [...Array.from({ length: 150 }, (_, i) => equal(i)), toRow(), equal(150)];
      const outcomes = await allOf(send(rows));
      expect(outcomes.map(({ index }) => index)).toEqual(rows.map((_, index) => index));
      const bad = outcomes[150];
      expect(bad).toMatchObject({
        status: 'rejected',
        code: 'SMS_PARAMETER_INVALID',
        callRef: undefined,
        error: { name: 'SmsValidationError' },
      });
      const { issues, message } = (bad as SmsRejected).error as SmsValidationError;
      expect(issues.map((issue) => issue.field)).toContain(field);
      expect(message).not.toContain('thrown by');
      expect(outcomes.filter(({ status }) => status === 'accepted')).toHaveLength(151);
      expect(sent()).toHaveLength(151);
    },
  );

  it.each(['row', 'params'] as const)(
    'sends what a generator gave at each step, though it uses one %s again',
    async (reused) => {
      const params = { code: '' };
      const row = { to: '', params };
      async function* generator() {
        for (let i = 0; i < 450; i += 1) {
          params.code = String(i);
          row.to = phone(i);
          yield reused === 'row' ? row : { to: row.to, params };
        }
      }
      const list = function* list() {
        for (let i = 0; i < 450; i += 1) {
          params.code = String(i);
          row.to = phone(i);
          yield reused === 'row' ? row : { to: row.to, params };
        }
      };
      const wanted = Array.from({ length: 450 }, (_, i) => `${phone(i)} ${i}`);
      for (const source of [generator(), list()]) {
        emulator.clear();
        // oxlint-disable-next-line no-await-in-loop -- one source after the other
        const outcomes = await allOf(send(source));
        expect(outcomes.map(({ to }) => to)).toEqual(wanted.map((text) => text.split(' ')[0]));
        expect(outcomes.every(({ status }) => status === 'accepted')).toBe(true);
        expect(sent().toSorted()).toEqual(wanted.toSorted());
      }
    },
  );

  it('sends what a row held when it came, though it is changed while the next one is awaited', async () => {
    const row = rowOf(1);
    async function* slow() {
      yield row;
      row.to = phone(2);
      row.params.code = 'changed';
      await setImmediate();
    }
    await allOf(send(slow()));
    expect(sent()).toEqual([`${phone(1)} 1`]);
  });

  it('reads each member of a row once', async () => {
    const reads: Record<string, number> = {};
    const counting = <T extends object>(object: T): T =>
      new Proxy(object, {
        get: (target, name: string) => {
          reads[name] = (reads[name] ?? 0) + 1;
          return Reflect.get(target, name) as unknown;
        },
      });
    const row = { to: phone(1), ref: 'x', params: counting({ code: '1' }) };
    await allOf(send([counting(row)]));
    expect(Object.entries(reads).filter(([, times]) => times > 1)).toEqual([]);
    expect(reads).toMatchObject({ to: 1, ref: 1, params: 1, code: 1 });
  });

  it('takes a row of a class, with getters of its own', async () => {
    class Order {
      private readonly secret = undefined;
      get to() {
        return phone(1);
      }

      get params() {
        return { code: '1' };
      }

      describe() {
        return this.secret;
      }
    }
    expect(await allOf(send([new Order()]))).toMatchObject([{ status: 'accepted' }]);
  });

  it.each(['list', 'stream'] as const)(
    'gives the outcomes of the rows before an iterator of a %s gives no result',
    async (kind) => {
      for (const odd of [null, undefined, 5, 'row', Symbol('row')]) {
        let given = 0;
        const next = () => {
          given += 1;
          return given > 250 ? odd : { done: false, value: rowOf(given) };
        };
        const source =
          kind === 'list'
            ? { [Symbol.iterator]: () => ({ next }) }
            : { [Symbol.asyncIterator]: () => ({ next: async () => Promise.resolve(next()) }) };
        const outcomes: SmsOutcome[] = [];
        emulator.clear();
        // oxlint-disable-next-line no-await-in-loop -- one source after the other
        await expect(collect(send(source), outcomes)).rejects.toBeInstanceOf(TypeError);
        expect(outcomes).toHaveLength(250);
        expect(sent()).toHaveLength(250);
      }
    },
  );

  it('gives the outcomes of the rows before a stream throws at once instead of rejecting', async () => {
    let given = 0;
    const next = () => {
      given += 1;
      return given > 3 ? thrower() : Promise.resolve({ done: false, value: rowOf(given) });
    };
    const outcomes: SmsOutcome[] = [];
    const source = { [Symbol.asyncIterator]: () => ({ next }) };
    await expect(collect(send(source), outcomes)).rejects.toThrow('thrown by');
    expect(outcomes).toHaveLength(3);
  });

  it('takes a stream whose steps are no promises', async () => {
    let given = 0;
    const next = () => {
      given += 1;
      return { done: given > 3, value: rowOf(given) };
    };
    expect(await allOf(send({ [Symbol.asyncIterator]: () => ({ next }) }))).toHaveLength(3);
  });

  it.each([
    ['throws', thrower],
    ['rejects', async () => Promise.reject(new Error('not closed'))],
    ['never resolves', async () => new Promise(() => undefined)],
    ['is no function', 5],
  ])('leaves a source whose return %s, with no error', async (_what, close) => {
    for (const kind of [Symbol.iterator, Symbol.asyncIterator]) {
      let given = 0;
      const next = () => {
        given += 1;
        return { done: false, value: rowOf(given) };
      };
      const run = send({ [kind]: () => ({ next, return: close }) });
      // oxlint-disable-next-line no-await-in-loop -- one source after the other
      for await (const { status } of run) {
        expect(status).toBe('accepted');
        break;
      }
    }
    await setImmediate();
  });

  it.each([null, undefined, 5, PHONE, {}, thrower])('refuses %p in place of rows', (rows) => {
    expect(() => send(rows)).toThrow(
      expect.objectContaining({
        name: 'SmsValidationError',
        issues: [expect.objectContaining({ field: 'rows' })],
      }),
    );
  });

  it('ends an endless generator when the signal fires, after the outcomes of what was read', async () => {
    const abort = new AbortController();
    let read = 0;
    let closed = false;
    function* endless() {
      try {
        for (;;) {
          read += 1;
          yield rowOf(read);
        }
      } finally {
        closed = true;
      }
    }
    const outcomes: SmsOutcome[] = [];
    await expect(
      collect(send(endless(), abort.signal), outcomes, () => {
        abort.abort();
      }),
    ).rejects.toMatchObject({ name: 'SmsAbortError', maybeSent: false });
    expect(closed).toBe(true);
    expect(outcomes).toHaveLength(read);
    const rejected = new Set(
      outcomes.filter(({ status }) => status === 'rejected').map(({ to }) => to),
    );
    expect(emulator.messages().filter(({ to }) => rejected.has(to))).toEqual([]);
    const accepted = outcomes.filter(({ status }) => status === 'accepted').map(({ to }) => to);
    expect(emulator.messages().map(({ to }) => to)).toEqual(expect.arrayContaining(accepted));
  });

  it('ends an endless generator of rows that need no request by a signal of time', async () => {
    const outcomes: SmsOutcome[] = [];
    await expect(
      collect(send(endlessFaults(), AbortSignal.timeout(20)), outcomes),
    ).rejects.toMatchObject({ name: 'SmsAbortError' });
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
  });

  it('closes a generator that fires the signal itself', async () => {
    const abort = new AbortController();
    let closed = false;
    function* own() {
      try {
        for (let i = 0; ; i += 1) {
          if (i === 2) {
            abort.abort();
          }
          yield rowOf(i);
        }
      } finally {
        closed = true;
      }
    }
    const outcomes: SmsOutcome[] = [];
    await expect(collect(send(own(), abort.signal), outcomes)).rejects.toMatchObject({
      name: 'SmsAbortError',
    });
    expect(outcomes).toHaveLength(3);
    expect(closed).toBe(true);
  });

  it('reads a list that grows no further than it was when the signal fired', async () => {
    const abort = new AbortController();
    const rows = Array.from({ length: 1000 }, (_, i) => rowOf(i));
    const outcomes: SmsOutcome[] = [];
    await expect(
      collect(send(rows, abort.signal), outcomes, (outcome) => {
        rows.push(rowOf(outcome.index + 100_000));
        if (outcome.index === 10) {
          abort.abort();
        }
      }),
    ).rejects.toMatchObject({ name: 'SmsAbortError' });
    expect(outcomes).toHaveLength(1011);
  });

  it.each([
    ['list', 200],
    ['list', 400],
    ['set', 200],
  ] as const)(
    'ends without an error when the signal fires over a %s that was read to its last of %i rows',
    async (kind, length) => {
      const abort = new AbortController();
      const rows = Array.from({ length }, (_, i) => rowOf(i));
      const outcomes: SmsOutcome[] = [];
      await collect(send(kind === 'set' ? new Set(rows) : rows, abort.signal), outcomes, () => {
        abort.abort();
      });
      expect(outcomes).toHaveLength(length);
    },
  );

  it('gives what was sent ahead of a consumer that left, each outcome once', async () => {
    const rows = Array.from({ length: 5000 }, (_, i) => rowOf(i));
    const run = send(rows);
    const seen: SmsOutcome[] = [];
    for await (const outcome of run) {
      seen.push(outcome);
      if (seen.length === 3) {
        break;
      }
    }
    const rest = await run.drain();
    seen.push(...rest);
    expect(rest.length).toBeGreaterThan(0);
    expect(seen.length).toBeLessThanOrEqual(800);
    expect(seen.map(({ index }) => index)).toEqual(seen.map((_, index) => index));
    const accepted = seen.filter(({ status }) => status === 'accepted');
    expect(sent()).toHaveLength(accepted.length);
    expect(run.summary().accepted).toBe(accepted.length);
    expect(await run.drain()).toEqual([]);
  });

  it('drains to nothing before it is iterated, and after it was iterated to its end', async () => {
    const run = send([rowOf(0)]);
    expect(await run.drain()).toEqual([]);
    expect(await allOf(run)).toHaveLength(1);
    expect(await run.drain()).toEqual([]);
  });

  it('drains a run while a row is on its way, and gives each outcome once', async () => {
    const source = new EventEmitter();
    async function* slow() {
      yield rowOf(0);
      await once(source, 'row');
      yield rowOf(1);
      await new Promise(() => undefined);
    }
    const run = send(slow());
    const iterator = run[Symbol.asyncIterator]();
    const seen = [(await iterator.next()).value as SmsOutcome];
    const pending = iterator.next();
    source.emit('row');
    await setImmediate();
    seen.push(...(await run.drain()));
    for (const step of [await pending, await iterator.next()]) {
      seen.push(...(step.done === true ? [] : [step.value]));
    }
    expect(await iterator.next()).toMatchObject({ done: true });
    expect(seen).toMatchObject([
      { index: 0, status: 'accepted' },
      { index: 1, status: 'rejected', code: 'SMS_ABORTED' },
    ]);
    expect(sent()).toHaveLength(1);
  });

  it('drains a run whose source waits for ever', async () => {
    const run = send(waiting());
    const outcomes = run[Symbol.asyncIterator]();
    expect(await outcomes.next()).toMatchObject({ value: { index: 0 } });
    const pending = outcomes.next().then(() => outcomes.next());
    const rest = await run.drain();
    expect(await pending).toMatchObject({ done: true });
    expect(rest.length).toBeLessThanOrEqual(1);
  });

  it('have one outcome each in their order, and what is accepted was sent once, whatever they are', async () => {
    const good = fc.tuple(fc.nat(30), fc.nat(3)).map(([i, code]) => ({
      to: phone(i),
      params: { code: String(code) },
    }));
    const hostile = fc.constantFrom(...Object.values(HOSTILE)).map(([toRow]) => new Made(toRow));
    const any = fc.anything({ withNullPrototype: true, withBigInt: true, withMap: true });
    const rows = fc.array(
      fc.oneof(
        { weight: 6, arbitrary: good },
        { weight: 1, arbitrary: hostile },
        { weight: 1, arbitrary: any },
        { weight: 1, arbitrary: fc.record({ to: any, params: any, ref: any, signName: any }) },
      ),
      { maxLength: 450 },
    );
    await fc.assert(
      fc.asyncProperty(rows, fc.constantFrom('list', 'stream'), async (made, kind) => {
        const given = made.map((row) => (row instanceof Made ? row.make() : row));
        emulator.clear();
        const outcomes = await allOf(send(kind === 'list' ? given : stream(given)));
        expect(outcomes.map(({ index }) => index)).toEqual(given.map((_, index) => index));
        const own = outcomes.filter(
          ({ status, duplicateOf }) => status === 'accepted' && duplicateOf === undefined,
        );
        expect(sent()).toHaveLength(own.length);
        expect(
          emulator
            .messages()
            .map(({ serialNo }) => serialNo)
            .toSorted(),
        ).toEqual(own.map((outcome) => (outcome as { serialNo: string }).serialNo).toSorted());
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});

function* endlessFaults(): Generator<Row> {
  for (;;) {
    yield { to: '12', params: { code: '1' } };
  }
}

async function* waiting(): AsyncGenerator<Row> {
  yield rowOf(0);
  yield rowOf(1);
  await new Promise(() => undefined);
}

/** Makes a row that the generator of rows can't look at without being thrown at. */
class Made {
  constructor(readonly make: () => unknown) {}
}

/** No generator: that would ask each row whether it is a promise, and throw what it throws. */
function stream<T>(items: readonly T[]): AsyncIterable<T> {
  let given = 0;
  const next = async (): Promise<IteratorResult<T>> => {
    given += 1;
    if (given % 7 === 0) {
      await setImmediate();
    }
    return { done: given > items.length, value: items[given - 1] as T };
  };
  return { [Symbol.asyncIterator]: () => ({ next }) };
}

async function collect(
  run: SmsSendEach,
  outcomes: SmsOutcome[],
  onEach: (outcome: SmsOutcome) => void = () => undefined,
): Promise<void> {
  for await (const outcome of run) {
    outcomes.push(outcome);
    onEach(outcome);
  }
}

async function allOf(run: SmsSendEach): Promise<SmsOutcome[]> {
  const outcomes: SmsOutcome[] = [];
  await collect(run, outcomes);
  return outcomes;
}
