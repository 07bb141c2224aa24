import { describe, expect, it } from '@jest/globals';
import { matchRecords } from '../../../lib/delivery/settling/match-records.js';
import type { TextRecord } from '../../../lib/delivery/settling/match-records.js';
import { printOf } from '../../../lib/delivery/settling/text-print.js';
import type { SmsStoredText } from '../../../lib/delivery/store/delivery.store.js';

const SIGNED_AT = Date.UTC(2026, 2, 14, 1, 26, 53);
const WINDOW_MS = 300_000;
const NOTICE = '您的订单{1}已经发货了。';
const OTHER = '您预约的门诊是{1}，请按时到。';
const TO = '+8613711112222';

function attempt(given: Partial<SmsStoredText> = {}): SmsStoredText {
  return {
    callRef: 'call',
    to: TO,
    tracked: true,
    decidedAt: SIGNED_AT,
    notAfter: SIGNED_AT + 60_000,
    signedAt: SIGNED_AT,
    print: printOf(NOTICE, ['7']),
    fact: { state: 'unknown', source: 'response', exact: true },
    corrected: false,
    matched: false,
    ...given,
  };
}

function record(afterMs: number, given: Partial<TextRecord> = {}): TextRecord {
  const serialNo = `9331:${afterMs} ${given.content ?? ''}`;
  return {
    claim: serialNo,
    serialNo,
    at: SIGNED_AT + afterMs,
    content: '【腾讯云】您的订单7已经发货了。',
    isReceipt: false,
    fact: { state: 'accepted', source: 'record', exact: false, at: SIGNED_AT + afterMs },
    ...given,
  };
}

function refusedRecord(afterMs: number, code: string, count = 0): TextRecord {
  return record(afterMs, {
    claim: `refused ${afterMs} ${code} ${count}`,
    serialNo: undefined,
    fact: { state: 'rejected', code, source: 'record', exact: false, at: SIGNED_AT + afterMs },
  });
}

/** Whose record is whose, by call and claim. */
function match(
  texts: readonly SmsStoredText[],
  records: readonly TextRecord[],
  refused: readonly SmsStoredText[] = [],
): Record<string, string> {
  return Object.fromEntries(
    matchRecords(texts, records, refused, WINDOW_MS).map(({ text, record: { claim } }) => [
      text.callRef,
      claim,
    ]),
  );
}

function isMatched(text: SmsStoredText, found: TextRecord): boolean {
  return matchRecords([text], [found], [], WINDOW_MS).length === 1;
}

describe('when a record can be of an attempt', () => {
  it.each([
    ['a clock that was 5 seconds ahead', -5_000, true],
    ['one before it was signed', -5_001, false],
    ['the last moment of its signature', 300_000, true],
    ['one after its signature has expired', 300_001, false],
  ])('takes %s as the window says', (_, afterMs, expected) => {
    expect(isMatched(attempt(), record(afterMs))).toBe(expected);
  });

  it('widens the window by how far the clock was off', () => {
    const text = attempt({ offsetMs: 2_000 });
    expect([-7_000, -7_001, 302_000, 302_001].map((at) => isMatched(text, record(at)))).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  it('goes by the limits of a request whose process died before it told', () => {
    const text = attempt({ signedAt: undefined });
    expect([-5_001, -5_000, 360_000, 360_001].map((at) => isMatched(text, record(at)))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it('takes a later record of the same words for a text that counts as absent, for half an hour', () => {
    const text = attempt({ fact: { state: 'absent', source: 'record', exact: false } });
    expect(isMatched(text, record(1_700_000))).toBe(true);
    expect(isMatched(text, record(1_900_000))).toBe(false);
    const unlike = record(600_000, { content: '【腾讯云】您的订单甲已经发货了。' });
    expect(isMatched(text, unlike)).toBe(false);
  });

  it('takes a receipt that came long after the text was sent', () => {
    expect(isMatched(attempt(), record(36_000_000, { content: '', isReceipt: true }))).toBe(true);
  });
});

describe('what a serial number rules out', () => {
  const millis = String(SIGNED_AT);
  const digits = TO.slice(9, 13);
  const serials: [string, string, boolean][] = [
    ['the millisecond and digits of this text', `9331:1234567890${millis}${digits}`, true],
    ['a shorter random number', `2056:12345678${millis}${digits}`, true],
    ['another second', `9331:1234567890${SIGNED_AT - 60_000}${digits}`, false],
    ['digits of another number', `9331:1234567890${millis}9999`, false],
    ['a five-digit tail, which dates nothing', `5000:1234567890${millis}12222`, true],
    ['a signed number', '2019:-4611686018427387904', true],
    ['hexadecimal digits', `14:${'0f'.repeat(17)}`, true],
    ['letters', '8:Z1V2XYZ', true],
    ['a UUID, as texts abroad have', '1d1ef2e6-6b56-4b8c-a8f6-1f0a3f4f8a11', true],
  ];

  it.each(serials)('reads of one with %s whether it fits', (_, serialNo, expected) => {
    expect(isMatched(attempt(), record(0, { serialNo }))).toBe(expected);
  });

  it('dates a receipt by its serial number', () => {
    const receipt = { content: '', isReceipt: true } as const;
    const own = `9331:1234567890${SIGNED_AT + 2_000}${digits}`;
    const later = `9331:1234567890${SIGNED_AT + 3_600_000}${digits}`;
    const found = (serialNo: string) => record(7_200_000, { ...receipt, serialNo });
    expect([own, later].map((serialNo) => isMatched(attempt(), found(serialNo)))).toEqual([
      true,
      false,
    ]);
  });

  it('knows no digits of a number abroad', () => {
    const text = attempt({ to: '+60123456789' });
    expect(isMatched(text, record(0, { serialNo: `9331:1234567890${millis}9999` }))).toBe(true);
  });
});

describe('what the words of a record tell', () => {
  it('takes none of another template', () => {
    expect(isMatched(attempt({ print: printOf(OTHER, ['十点']) }), record(0))).toBe(false);
  });

  it('reads runs of digits as masked, whatever they are', () => {
    const text = attempt({ print: printOf(NOTICE, ['12345678']) });
    const other = record(1_000, { content: '【腾讯云】您的订单甲已经发货了。' });
    const masked = record(60_000, { content: '【腾讯云】您的订单1****8已经发货了。' });
    expect(match([text], [other, masked])).toEqual({ call: masked.claim });
  });

  it('takes one whose words are not known, and for a text whose words are not known', () => {
    expect(isMatched(attempt({ print: undefined }), record(0))).toBe(true);
    expect(isMatched(attempt(), record(0, { content: '' }))).toBe(true);
  });

  it('prefers the record with the same values to a nearer one of the same template', () => {
    const nearer = record(0, { content: '【腾讯云】您的订单甲已经发货了。' });
    const own = record(2_000);
    expect(match([attempt()], [nearer, own])).toEqual({ call: own.claim });
  });
});

describe('who gets a record', () => {
  it('is the attempt that was signed nearest to it', () => {
    const first = attempt({ callRef: 'first' });
    const second = attempt({ callRef: 'second', signedAt: SIGNED_AT + 10_000 });
    const late = record(11_000);
    expect(match([first, second], [late])).toEqual({ second: late.claim });
    expect(match([second, first], [late])).toEqual({ second: late.claim });
  });

  it('is each attempt its own, in any order', () => {
    const first = attempt({ callRef: 'first' });
    const second = attempt({ callRef: 'second', signedAt: SIGNED_AT + 10_000 });
    const [a, b] = [record(1_000), record(11_000)] as const;
    const expected = { first: a.claim, second: b.claim };
    for (const texts of [
      [first, second],
      [second, first],
    ]) {
      expect(match(texts, [a, b])).toEqual(expected);
      expect(match(texts, [b, a])).toEqual(expected);
    }
  });

  it('leaves no attempt without a record where each can have one', () => {
    const first = attempt({ callRef: 'first' });
    const second = attempt({ callRef: 'second', signedAt: SIGNED_AT + 291_000 });
    // The nearer one for the second is the only one that the first can have.
    const [a, b] = [record(290_000), record(320_000)] as const;
    expect(match([first, second], [b, a])).toEqual({ first: a.claim, second: b.claim });
  });

  it('is the refused text whose words it has, of several that were refused just then', () => {
    const code = 'LimitExceeded.X';
    const fact = { state: 'rejected', code, source: 'response', exact: true } as const;
    const refused = attempt({ callRef: 'refused', print: printOf(OTHER, ['十点']), fact });
    const own = refusedRecord(0, code);
    const other = {
      ...refusedRecord(1_000, code),
      content: '【腾讯云】您预约的门诊是十点，请按时到。',
    };
    expect(match([attempt()], [own, other], [refused])).toEqual({ call: own.claim });
    expect(match([attempt()], [other, own], [refused])).toEqual({ call: own.claim });
  });

  it('is no attempt where Tencent refused another text with that code just then', () => {
    const refused = attempt({
      callRef: 'refused',
      fact: { state: 'rejected', code: 'LimitExceeded.X', source: 'response', exact: true },
    });
    const code = 'LimitExceeded.X';
    expect(match([attempt()], [refusedRecord(0, code)], [refused])).toEqual({});
    const two = [refusedRecord(0, code), refusedRecord(0, code, 1)];
    expect(Object.keys(match([attempt()], two, [refused]))).toEqual(['call']);
    const other = refusedRecord(0, 'LimitExceeded.Y');
    expect(match([attempt()], [other], [refused])).toEqual({ call: other.claim });
  });
});
