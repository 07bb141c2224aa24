import { inspect } from 'node:util';
import { tracingChannel } from 'node:diagnostics_channel';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import fc from 'fast-check';
import { SmsError } from 'nestjs-tencentcloud-sms';
import type { SmsOutcome, SmsService } from 'nestjs-tencentcloud-sms';
import { instrumentSms } from 'nestjs-tencentcloud-sms/otel';
import { RawServer, answering } from '../support/raw-server.js';
import { startSms } from '../support/sms-test-case.js';
import type { SmsTestCase } from '../support/sms-test-case.js';

const PHONE = '+8613711112222';
/** What a log, a terminal or a reader of either takes for more than text. */
const HOSTILE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const MARKS = [
  ['CR and LF', '\r\n[Nest] 1 ERROR forged'],
  ['LF', '\n'],
  ['CR', '\r'],
  ['a tabulator', '\t'],
  ['VT', '\v'],
  ['NUL', '\0'],
  ['sequences of a terminal', '\x1b[2J\x1b]0;title\x07'],
  ['DEL', '\x7f'],
  ['NEL', '\x85'],
  ['CSI', '\x9b31m'],
  ['U+2028', '\u2028'],
  ['U+2029', '\u2029'],
  ['an override of direction', '\u202e'],
  ['an isolate', '\u2066'],
  ['a blank without width', '\u200b'],
  ['a mark of direction', '\u200f'],
  ['a mark of byte order', '\ufeff'],
  ['a tag character', '\u{e0041}'],
  ['half a character', '\ud83d'],
] as const;

describe('what an answer holds', () => {
  let server: RawServer;
  let started: SmsTestCase;
  let sms: SmsService;
  let spans: InMemorySpanExporter;
  let tracerProvider: BasicTracerProvider;
  let stop: () => void;
  const shown: unknown[] = [];
  const onTrace = (trace: unknown): void => void shown.push(trace);
  const channels = ['request', 'send'].map((name) => tracingChannel(`tencentcloud-sms:${name}`));

  beforeEach(async () => {
    spans = new InMemorySpanExporter();
    tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
    stop = instrumentSms({ tracerProvider });
    channels.forEach((channel) => {
      channel.asyncEnd.subscribe(onTrace);
    });
    server = await RawServer.start(() => undefined);
    started = await startSms({ endpoint: server.url, retry: { attempts: 1 } });
    ({ sms } = started);
    for (const level of ['error', 'warn', 'log', 'debug'] as const) {
      jest.spyOn(Logger.prototype, level).mockImplementation((...said: unknown[]) => {
        shown.push(...said);
      });
    }
  });

  afterEach(async () => {
    stop();
    channels.forEach((channel) => {
      channel.asyncEnd.unsubscribe(onTrace);
    });
    await started.module.close();
    await server.stop();
    await tracerProvider.shutdown();
  });

  /** All that a send shows of its answer: outcomes and errors as printed, log lines, traces, spans. */
  async function showAll(response: object): Promise<string[]> {
    shown.length = 0;
    spans.reset();
    server.respondWith(answering(response));
    const outcome = await sms.trySend({ templateId: '1' }, { to: PHONE });
    const failure = await sms.pullSmsSendStatus({ Limit: 1 }).then(
      () => undefined,
      (error: unknown) => error,
    );
    const printed = printedLines(outcome);
    const attributes = spans.getFinishedSpans().map((span) => span.attributes);
    return [...printed, ...textsOf([...shown, ...attributes, ...errorsOf(outcome, failure)])];
  }

  it('brings no line break, escape or mark of direction into an error, a log, a trace or a span', async () => {
    const word = fc
      .array(
        fc.oneof(
          fc.constantFrom(...MARKS.map(([, mark]) => mark)),
          fc.constantFrom(
            'LimitExceeded.',
            'FailedOperation.New',
            'RequestLimitExceeded',
            'Ok',
            ' ',
          ),
          fc.string({ unit: 'binary', maxLength: 3 }),
        ),
        { minLength: 1, maxLength: 4 },
      )
      .map((parts) => parts.join(''));
    const item = fc.record(
      {
        PhoneNumber: fc.oneof(fc.constant(PHONE), word),
        Code: fc.oneof(fc.constant('Ok'), word),
        Message: word,
        SerialNo: fc.oneof(fc.constant(''), word),
        Fee: fc.constantFrom(0, 1),
        IsoCode: word,
        SessionContext: fc.oneof(fc.constant(''), word),
      },
      { requiredKeys: ['Code', 'Message'] },
    );
    const answer = fc.record(
      {
        Error: fc.record({ Code: word, Message: word }),
        RequestId: word,
        SendStatusSet: fc.array(item, { maxLength: 2 }),
        PullSmsSendStatusSet: fc.constant([]),
      },
      { requiredKeys: ['RequestId', 'PullSmsSendStatusSet'] },
    );
    await fc.assert(
      fc.asyncProperty(answer, async (response) => {
        const texts = await showAll(response);
        expect(texts.length).toBeGreaterThan(10);
        expect(texts.filter((text) => HOSTILE.test(text))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it.each(MARKS)('is shown on one line with %s in each of its members', async (_, mark) => {
    const texts = await showAll({
      Error: { Code: `FailedOperation.A${mark}B`, Message: `one${mark}two` },
      RequestId: `r${mark}1`,
    });
    expect(texts.filter((text) => HOSTILE.test(text))).toEqual([]);
    expect(texts.some((text) => /Tencent says: "one.*two"/u.test(text))).toBe(true);
  });

  it('shows a number in no script and with no separators', async () => {
    const forms = [
      '１３７１１１１２２２２',
      '+８６ １３７ １１１１ ２２２２',
      '137-1111-2222',
      '137 1111 2222',
      '137\u00a01111\u00a02222',
      '+86 (137) 1111-2222',
      '137.1111.2222',
      '137–1111–2222',
      '1\u200b3\u200b7\u200b1\u200b1\u200b1\u200b1\u200b2\u200b2\u200b2\u200b2',
      '١٣٧١١١١٢٢٢٢',
      '१३७११११२२२२',
      '𝟏𝟑𝟕𝟏𝟏𝟏𝟏𝟐𝟐𝟐𝟐',
      '①③⑦①①①①②②②②',
    ];
    for (const form of forms) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const texts = await showAll({
        Error: { Code: form, Message: `no such ${form}!` },
        RequestId: form,
      });
      const digits = texts.map((text) => text.normalize('NFKC').replace(/[^\p{N}*]/gu, ''));
      expect(digits.filter((text) => /1371111|7111122|1112222/u.test(text))).toEqual([]);
    }
  });
});

function errorsOf(outcome: SmsOutcome, failure: unknown): unknown[] {
  return [outcome.status === 'accepted' ? undefined : outcome.error, failure];
}

/** Printing lays out an object in lines; nothing in it may begin one of its own. */
function printedLines(outcome: SmsOutcome): string[] {
  return inspect(outcome, { depth: 3, breakLength: Infinity, compact: true })
    .split('\n')
    .filter((line) => !line.trim().startsWith('at '));
}

/** All texts in values, those of errors included; stack frames hold paths of this machine. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') {
    return [value];
  }
  if (value instanceof SmsError) {
    const { name, message, code, requestId = '', cause } = value;
    const heading = (value.stack ?? '').split('\n    at ')[0] ?? '';
    return [name, message, code, requestId, heading, ...textsOf(cause)];
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, inner]) => [name].concat(textsOf(inner)));
  }
  return [];
}
