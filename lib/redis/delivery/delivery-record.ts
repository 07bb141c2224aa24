import type {
  SmsClaimedChange,
  SmsDeliveryChange,
  SmsDeliveryFact,
  SmsDeliveryLook,
  SmsDeliverySource,
  SmsDeliveryStatus,
  SmsDeliveryText,
  SmsTextChange,
  SmsStoredText,
} from '../../delivery/store/delivery.store.js';
import {
  toForeignChange,
  toReportChange,
  toCountedVerdict,
  toReportedChange,
  toSettledChange,
} from '../../delivery/store/to-change.js';

/** A fact in few bytes: `delivered 1 1764131718000 callback =DELIVRD`. */
export function toFactText({ state, exact, at, source, code }: SmsDeliveryFact): string {
  const parts = [state, exact ? '1' : '0', Number.isFinite(at) ? String(at) : '-', source];
  return `${parts.join(' ')}${code === undefined ? '' : ` =${code}`}`;
}

/** The members of a text by the short names of a record; those that are left out are left out. */
export function toFields(text: SmsDeliveryText): Record<string, string> {
  const { account, ref, template, signName, serialNo, tracked, decidedAt, notAfter, signedAt } =
    text;
  const members = {
    a: account,
    r: ref,
    p: template,
    g: signName,
    N: serialNo,
    T: tracked ? '1' : '0',
    d: String(decidedAt),
    n: String(notAfter),
    s: toText(signedAt),
    q: text.kind,
    j: text.sdkAppId,
    x: text.print,
    b: toText(text.endsBy),
    O: toText(text.offsetMs),
  };
  return Object.fromEntries(
    Object.entries(members).filter((member): member is [string, string] => member[1] !== undefined),
  );
}

/** The text that a record is of. */
export function toStoredText(
  callRef: string,
  to: string,
  flat: readonly string[],
): SmsStoredText | undefined {
  const fields = new Map<string, string>();
  for (let i = 0; i + 1 < flat.length; i += 2) {
    fields.set(String(flat[i]), String(flat[i + 1]));
  }
  const fact = fields.get('f');
  if (fact === undefined) {
    return undefined;
  }
  return {
    callRef,
    to,
    serialNo: fields.get('N'),
    account: fields.get('a'),
    ref: fields.get('r'),
    template: fields.get('p'),
    signName: fields.get('g'),
    tracked: fields.get('T') === '1',
    decidedAt: Number(fields.get('d')),
    notAfter: Number(fields.get('n')),
    signedAt: toNumber(fields.get('s')),
    kind: fields.get('q'),
    sdkAppId: fields.get('j'),
    print: fields.get('x'),
    endsBy: toNumber(fields.get('b')),
    offsetMs: toNumber(fields.get('O')),
    fact: parseFact(fact),
    corrected: fields.get('c') === '1',
    matched: fields.has('M'),
  };
}

function toText(number: number | undefined): string | undefined {
  return number === undefined ? undefined : String(number);
}

function toNumber(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

/** The look that a claim gave. */
export function parseLook(encoded: string, token: string): SmsDeliveryLook {
  const { to, texts = [] } = JSON.parse(encoded) as {
    to: string;
    texts?: { call: string; due: boolean; fields: string[] }[];
  };
  return {
    to,
    token,
    texts: texts.flatMap(({ call, due, fields }) => {
      const text = toStoredText(call, to, fields);
      return text === undefined ? [] : [{ ...text, isDue: due }];
    }),
  };
}

/** The changes that a step made. */
export function parseReported(encoded: readonly string[]): SmsTextChange[] {
  return encoded.flatMap((json) => {
    const { settled, ...fields } = JSON.parse(json) as Record<string, string | undefined> & {
      readonly settled?: number;
    };
    const { f, a: account, c, s, d } = fields;
    const text = {
      fact: parseFact(f ?? ''),
      account,
      signedAt: s === undefined ? undefined : Number(s),
      decidedAt: Number(d),
      corrected: c === '1',
    };
    const change = settled === undefined ? toReportedChange(text) : toCountedVerdict(text, settled);
    return change === undefined ? [] : [change];
  });
}

/** What the outbox keeps of a change that is none of a text. */
export function toChangeValue({ kind, body }: SmsDeliveryChange): string {
  return JSON.stringify({ kind, body });
}

/** A change as the outbox has it: one of a text is kept as what it tells of the text. */
interface KeptChange {
  readonly id: string;
  readonly value: string;
  readonly handlers: readonly string[];
}

interface KeptValue {
  readonly kind?: SmsDeliveryChange['kind'];
  /** How many verdicts on the text were told before. */
  readonly settled?: number;
  readonly body?: unknown;
  readonly foreign?: boolean;
  readonly call?: string;
  readonly to: string;
  readonly N?: string;
  readonly a?: string;
  readonly r?: string;
  readonly p?: string;
  readonly c?: string;
  readonly f: string;
  readonly now?: string;
}

/** The changes that a claim gave. */
export function parseClaim(encoded: string): SmsClaimedChange[] {
  return (JSON.parse(encoded) as KeptChange[]).flatMap(({ id, value, handlers }) => {
    const change = toChange(JSON.parse(value) as KeptValue);
    return change === undefined ? [] : [{ ...change, id, handlers }];
  });
}

function toChange(kept: KeptValue): Omit<SmsDeliveryChange, 'id'> | undefined {
  const { kind, body, foreign, call: callRef = '', to, N: serialNo, f, now } = kept;
  if (kind !== undefined) {
    return { kind, body };
  }
  const fact = parseFact(f);
  if (foreign === true) {
    return toForeignChange({ ...fact, to, serialNo: serialNo ?? '' });
  }
  const { a: account, r: ref, p: template, c } = kept;
  if (kept.settled !== undefined) {
    const settledText = { to, callRef, serialNo, account, ref, template, fact, corrected: false };
    return toSettledChange(settledText, kept.settled);
  }
  const text = { to, callRef, serialNo, account, ref, template, fact, corrected: c === '1' };
  return toReportChange(text, Number(now));
}

function parseFact(text: string): SmsDeliveryFact {
  const [state, exact, at, source] = text.split(' ', 4) as [string, string, string, string];
  const head = [state, exact, at, source].join(' ');
  const rest = text.slice(head.length);
  return {
    state: state as SmsDeliveryStatus,
    exact: exact === '1',
    at: at === '-' ? undefined : Number(at),
    source: source as SmsDeliverySource,
    code: rest.startsWith(' =') ? rest.slice(2) : undefined,
  };
}
