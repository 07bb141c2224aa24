import { execFileSync } from 'node:child_process';
import { Buffer } from 'node:buffer';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { DeliveryContext } from '../../lib/delivery/delivery-context.js';
import { DeliveryLogger } from '../../lib/delivery/delivery.logger.js';
import { parseJson } from '../../lib/delivery/callback/read-body.js';
import { ChangeDispatcher } from '../../lib/delivery/handlers/change.dispatcher.js';
import { SmsDelivery } from '../../lib/delivery/sms-delivery.js';
import { memoryDeliveryStore } from '../../lib/delivery/store/memory-delivery.store.js';
import { DeliveryCaller, HANDLER } from '../../lib/testing/delivery-store/delivery-caller.js';
import { ManualClock } from '../support/manual-clock.js';

const LONG = process.env['SMS_LONG_TESTS'] === '1';
const BODIES = LONG ? 20_000 : 4_000;
const REPORTS = LONG ? 1_000_000 : 100_000;
const WAITERS = LONG ? 100_000 : 5_000;

const row = (i: number, more: object = {}) => ({
  user_receive_time: '2026-03-14 09:26:53',
  nationcode: '86',
  mobile: '13711112222',
  report_status: 'SUCCESS',
  errmsg: 'DELIVRD',
  description: '用户短信送达成功',
  sid: `5000:${i}`,
  ...more,
});

/** A row of Tencent's with some of its members spoilt. */
const spoilt = fc
  .tuple(
    fc.nat(1000),
    fc.dictionary(
      fc.constantFrom('mobile', 'nationcode', 'sid', 'report_status', 'errmsg', 'ext', '__proto__'),
      fc.anything({ withBigInt: false }),
      { maxKeys: 3 },
    ),
  )
  .map(([i, members]) => row(i, members));
const body = fc.oneof(
  fc.array(spoilt, { maxLength: 5 }),
  fc.array(fc.oneof(spoilt, fc.anything()), { maxLength: 120 }),
  fc.anything(),
  fc.record({
    mobile: fc.anything(),
    nationcode: fc.anything(),
    text: fc.anything(),
    time: fc.anything(),
  }),
);

describe('a callback', () => {
  beforeAll(() => {
    jest.spyOn(DeliveryLogger.prototype, 'onRefused').mockReturnValue(undefined);
    jest.spyOn(DeliveryLogger.prototype, 'onHandlerFailed').mockReturnValue(undefined);
  });
  afterAll(() => {
    jest.restoreAllMocks();
  });

  it(`of any of ${BODIES.toLocaleString('en')} bodies is taken, and each of its rows counted once`, async () => {
    const context = new DeliveryContext(memoryDeliveryStore(), ['default'], new DeliveryLogger());
    await fc.assert(
      fc.asyncProperty(body, async (given) => {
        const { accepted, refused } = await context.accept(given);
        expect(accepted + refused).toBe(Array.isArray(given) ? given.length : 1);
      }),
      { numRuns: BODIES, seed: 15 },
    );
  });

  it('of any bytes is read without an error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => parseJson(Buffer.from(bytes))).not.toThrow();
      }),
      { numRuns: BODIES, seed: 15 },
    );
  });

  it.each(['UTC', 'Asia/Shanghai', 'America/New_York'])(
    'has its time read as that of China by an app in %s',
    (zone) => {
      const script = `
        const { parseCallback } = await import('./dist/delivery/callback/parse-callback.js');
        const { reports } = parseCallback([${JSON.stringify(row(1))}], []);
        console.log(new Date().getTimezoneOffset(), reports[0].at);
      `;
      const shown = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
        env: { ...process.env, TZ: zone, NODE_OPTIONS: '' },
        encoding: 'utf8',
      });
      const [offset, at] = shown.trim().split(' ').map(Number);
      expect(offset === 0).toBe(zone === 'UTC');
      expect(at).toBe(Date.parse('2026-03-14T01:26:53Z'));
    },
  );

  it(`merges ${REPORTS.toLocaleString('en')} reports in any order, and loses none`, async () => {
    const store = memoryDeliveryStore({ maxTexts: REPORTS });
    const context = new DeliveryContext(store, ['default'], new DeliveryLogger());
    const caller = new DeliveryCaller(store, undefined);
    for (let from = 0; from < REPORTS; from += 1000) {
      // oxlint-disable-next-line no-await-in-loop -- batch by batch
      await store.put(
        Array.from({ length: 1000 }, (_, i) => {
          const text = caller.text({ to: '+8613711112222', callRef: `call${from + i}` });
          return caller.accepted(text, { serialNo: `5000:${from + i}` });
        }),
      );
    }
    // A stride that shares no factor with their number visits each once.
    for (let from = 0; from < REPORTS; from += 100) {
      const batch = Array.from({ length: 100 }, (_, i) => row(((from + i) * 77_777) % REPORTS));
      // oxlint-disable-next-line no-await-in-loop -- push by push
      await context.accept(batch);
    }
    expect(await store.stats()).toMatchObject({ reported: REPORTS, unreported: 0, parked: 0 });
  });
});

function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
}

describe('waiters and handlers', () => {
  it(`leave nothing behind when ${WAITERS.toLocaleString('en')} of them have ended`, async () => {
    const store = memoryDeliveryStore();
    const context = new DeliveryContext(store, ['default'], new DeliveryLogger());
    const delivery = new SmsDelivery(context);
    const caller = new DeliveryCaller(store, undefined);
    const text = await caller.send({ to: '+8613711112222' });
    const before = timers();
    const signal = AbortSignal.abort();
    const waits = Array.from({ length: WAITERS }, async (_, i) =>
      delivery.delivered(text, i % 3 === 0 ? { within: 1 } : i % 3 === 1 ? { signal } : {}),
    );
    const { serialNo } = text;
    await context.accept([row(0, { sid: serialNo })]);
    const states = new Set((await Promise.all(waits)).map((state) => state?.state));
    expect(states.has('delivered')).toBe(true);
    expect((store as unknown as { listeners: Set<unknown> }).listeners.size).toBe(0);
    expect(timers()).toBeLessThanOrEqual(before);
  });

  it('that hang are given up after 25 seconds, and called again after a pause', async () => {
    jest.useFakeTimers();
    const clock = new ManualClock();
    const store = memoryDeliveryStore({ clock: clock.now });
    const caller = new DeliveryCaller(store, undefined);
    const failures: string[] = [];
    let calls = 0;
    const dispatcher = new ChangeDispatcher(
      store,
      [
        {
          name: HANDLER,
          mark: { kind: 'report', filter: {} },
          call: async () => {
            calls += 1;
            return calls === 1 ? new Promise(() => undefined) : Promise.resolve();
          },
        },
      ],
      {
        onHandlerFailed: (_name, error) => failures.push((error as Error).message),
        onStoreFailed: () => undefined,
      },
    );
    await dispatcher.start();
    await store.merge([caller.report(await caller.send(), 'delivered')]);
    dispatcher.wake();
    await jest.advanceTimersByTimeAsync(25_000);
    expect([calls, failures]).toEqual([1, ['The handler did not end within 25000 ms.']]);
    clock.advance(1000);
    await jest.advanceTimersByTimeAsync(1000);
    expect(calls).toBe(2);
    await dispatcher.stop();
    jest.useRealTimers();
    expect((await store.stats()).waiting).toBe(0);
  });

  it('that hang without a store are given up after five seconds, so that Tencent pushes again', async () => {
    jest.useFakeTimers();
    const context = new DeliveryContext(undefined, ['default'], new DeliveryLogger());
    context.handlers = [
      {
        name: HANDLER,
        mark: { kind: 'report', filter: {} },
        call: async () => new Promise(() => undefined),
      },
    ];
    const pushed = context.take([row(1)]).catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(5000);
    const error = await pushed;
    jest.useRealTimers();
    expect(error).toMatchObject({ message: 'The handlers did not end within 5000 ms.' });
  });
});
