import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SmsService, smsTemplate } from 'nestjs-tencentcloud-sms';
import type { SmsOutcome, SmsSendEachOptions } from 'nestjs-tencentcloud-sms';
import { SmsTestKit, SmsTestingModule } from 'nestjs-tencentcloud-sms/testing';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';

const Code = smsTemplate({ id: '7', kind: 'notification', text: 'Code {code:1}' });
/** Rows beyond those that may be read ahead, so that reading more of them would show. */
const MORE = 100;

const rowOf = (i: number) => ({
  to: `+861371111${String(i).padStart(4, '0')}`,
  params: { code: String(i) },
});

/** How rows come: at hand, or one after the other. */
const SOURCES = {
  generator: function* generator(count: number) {
    for (let i = 0; i < count; i += 1) {
      yield rowOf(i);
    }
  },
  stream: async function* stream(count: number) {
    for (let i = 0; i < count; i += 1) {
      // oxlint-disable-next-line no-await-in-loop -- a stream gives one row after the other
      yield await Promise.resolve(rowOf(i));
    }
  },
} as const;

describe('sendEach with readAhead', () => {
  let module: TestingModule;
  let kit: SmsTestKit;
  let sms: SmsService;

  beforeEach(async () => {
    module = await Test.createTestingModule({ imports: [SmsTestingModule.forTest()] }).compile();
    kit = module.get(SmsTestKit);
    sms = module.get(SmsService);
  });

  afterEach(async () => {
    await module.close();
  });

  function send(kind: keyof typeof SOURCES, count: number, options?: SmsSendEachOptions) {
    let pulled = 0;
    const counted = function* counted(rows: Iterable<ReturnType<typeof rowOf>>) {
      for (const row of rows) {
        pulled += 1;
        yield row;
      }
    };
    const countedLater = async function* countedLater(
      rows: AsyncIterable<ReturnType<typeof rowOf>>,
    ) {
      for await (const row of rows) {
        pulled += 1;
        yield row;
      }
    };
    const rows = SOURCES[kind](count);
    const source = Symbol.asyncIterator in rows ? countedLater(rows) : counted(rows);
    return { run: sms.sendEach(Code, source, options), pulled: () => pulled };
  }

  it.each(
    (['generator', 'stream'] as const).flatMap((kind) =>
      [undefined, 1, 50, 300, 1000].map((readAhead) => [kind, readAhead] as const),
    ),
  )('reads and sends no more rows of a %s than it may: %p', async (kind, readAhead) => {
    const most = readAhead ?? 400;
    const { run, pulled } = send(kind, most + MORE, { readAhead });
    let given = 0;
    let ahead = 0;
    for await (const { status } of run) {
      expect(status).toBe('accepted');
      ahead = Math.max(ahead, pulled() - given);
      given += 1;
    }
    expect(given).toBe(most + MORE);
    expect(ahead).toBeLessThanOrEqual(most);
  });

  it('leaves nothing behind after a break where it reads one row at a time', async () => {
    const { run, pulled } = send('generator', MORE, { readAhead: 1 });
    for await (const { status } of run) {
      expect(status).toBe('accepted');
      break;
    }
    expect(pulled()).toBe(1);
    expect(kit.messages()).toHaveLength(1);
    expect(await run.drain()).toEqual([]);
    expect(run.summary()).toMatchObject({ accepted: 1, rejected: 0, unknown: 0 });
  });

  it('gives by drain what was sent and not read', async () => {
    const { run } = send('stream', 300 + MORE, { readAhead: 300 });
    const seen: SmsOutcome[] = [];
    for await (const outcome of run) {
      seen.push(outcome);
      break;
    }
    seen.push(...(await run.drain()));
    expect(seen.map(({ index }) => index)).toEqual(seen.map((_, i) => i));
    expect(seen.length).toBeLessThanOrEqual(300);
    expect(seen.filter(({ status }) => status === 'accepted')).toHaveLength(kit.messages().length);
  });

  it.each([0, -1, 1.5, 10_001, Number.NaN, '5', null])(
    'refuses %p before anything is read',
    (readAhead) => {
      expect(() => sms.sendEach(Code, [rowOf(0)], { readAhead } as never)).toThrow(
        expect.objectContaining({
          name: 'SmsValidationError',
          message: expect.stringContaining('readAhead must be a whole number from 1 to 10000'),
        }),
      );
    },
  );
});
