import type { SmsMarket } from '../../recipients/normalize-recipients.js';

/** A template as a file of TypeScript or JavaScript declares it. */
export interface Declaration {
  readonly id: string;
  /** Where the literal of the id is in the source, quotes included. */
  readonly idAt: readonly [start: number, end: number];
  /** The text that its literal means; `undefined` where it is no plain literal. */
  readonly text: string | undefined;
  /** Where the literal of the text is in the source, quotes included. */
  readonly textAt: readonly [start: number, end: number] | undefined;
  /** The market of a pair that it stands in. */
  readonly market: SmsMarket | undefined;
}

/** What is in a source. */
export interface ParsedSource {
  readonly declarations: readonly Declaration[];
  /** What `smsTemplate` is called in it. */
  readonly callee: string;
  /** Whether that is imported, or there in another way. */
  readonly hasCallee: boolean;
  /** What stands in quotes, as far as it is plain. */
  readonly texts: ReadonlySet<string>;
  /** The source, with blanks in place of comments and of what stands in quotes, and as long as it. */
  readonly masked: string;
}

/**
 * Finds the calls of `smsTemplate` in a source. No parser of the language: what is written in another way
 * than as an object with plain literals is left alone.
 *
 * @throws an Error with the line of what is not closed: what stands behind it can't be told apart.
 */
export function parseSource(source: string): ParsedSource {
  const { masked, texts } = maskTexts(source);
  assertBalanced(masked);
  const alias = /(?<![.\w$])smsTemplate\s+as\s+([\p{ID_Start}$_][\p{ID_Continue}$]*)/u.exec(masked);
  const callee = alias?.[1] ?? 'smsTemplate';
  const declarations: Declaration[] = [];
  for (const { index } of masked.matchAll(new RegExp(`${asWord(callee)}\\s*\\(`, 'g'))) {
    const open = source.indexOf('(', index);
    const end = findEnd(masked, open);
    const found = end === undefined ? undefined : read({ source, masked, open, end }, index);
    if (found !== undefined) {
      declarations.push(found);
    }
  }
  const hasCallee = alias !== null || /(?<![.\w$])smsTemplate\b/.test(masked);
  return { declarations, callee, hasCallee, texts, masked };
}

/** The pattern of a name of the language, and of no part of one. */
export function asWord(name: string): string {
  return String.raw`(?<![\w$])${name.replaceAll('$', String.raw`\$`)}(?![\w$])`;
}

/** The argument of a call, in the source and in the masked one. */
interface Argument {
  readonly source: string;
  readonly masked: string;
  readonly open: number;
  readonly end: number;
}

function read(argument: Argument, at: number): Declaration | undefined {
  const id = findMember(argument, 'id');
  if (id?.value === undefined) {
    return undefined;
  }
  const text = findMember(argument, 'text');
  const before = argument.masked.slice(0, at).replace(/(?:[\w$]+\s*\.\s*)+$/, '');
  const name = /\b(?:const|let|var)\s+([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*=\s*$/u.exec(
    before,
  )?.[1];
  return {
    id: id.value,
    idAt: id.at,
    text: text?.value,
    textAt: text?.at,
    market: marketOf(name, before, argument.masked),
  };
}

/** A template of a pair stands in it, or is named there. */
function marketOf(name: string | undefined, before: string, masked: string): SmsMarket | undefined {
  const place =
    name === undefined
      ? /\b(mainland|international)\s*:\s*$/.exec(before)
      : new RegExp(String.raw`\b(mainland|international)\s*:\s*${asWord(name)}`).exec(masked);
  return place?.[1] as SmsMarket | undefined;
}

interface Literal {
  readonly value: string | undefined;
  readonly at: readonly [start: number, end: number];
}

/**
 * The literal behind `name:`, or several that are added to one another, where the next member or the end
 * of the object follows.
 */
function findMember({ source, masked, open, end }: Argument, name: string): Literal | undefined {
  const quoted = `(['"]) {${name.length}}\\1`;
  const member = new RegExp(`[{,\\s](?:${name}|${quoted})\\s*:\\s*(['"\`])`, 'g');
  member.lastIndex = open;
  for (let match = member.exec(masked); match !== null; match = member.exec(masked)) {
    if (match.index > end) {
      return undefined;
    }
    const start = member.lastIndex - 1;
    if (match[1] === undefined || source.startsWith(name, match.index + 2)) {
      return readLiteral(source, masked, start);
    }
  }
  return undefined;
}

function readLiteral(source: string, masked: string, start: number): Literal {
  let stop = endOfText(source, start);
  let value = valueOf(source.slice(start, stop));
  for (;;) {
    const more = /^\s*\+\s*(?=['"`])/.exec(masked.slice(stop));
    if (more === null) {
      break;
    }
    const next = stop + more[0].length;
    stop = endOfText(source, next);
    const added = valueOf(source.slice(next, stop));
    value = value === undefined || added === undefined ? undefined : value + added;
  }
  const isWhole = /^\s*[,}]/.test(masked.slice(stop));
  return { value: isWhole ? value : undefined, at: [start, stop] };
}

/** What a literal means; `undefined` for a template literal with something put in. */
function valueOf(literal: string): string | undefined {
  const quote = literal[0];
  const body = literal.slice(1, -1);
  if (quote === '`' && /\$\{/.test(body)) {
    return undefined;
  }
  return body.replace(
    /\\(?:u\{([\da-f]+)\}|u([\da-f]{4})|x([\da-f]{2})|(\r?\n)|([^]))/gi,
    (_, point?: string, four?: string, two?: string, joined?: string, plain: string = '') => {
      const code = point ?? four ?? two;
      if (code !== undefined) {
        return String.fromCodePoint(Number.parseInt(code, 16));
      }
      return joined === undefined ? (ESCAPES.get(plain) ?? plain) : '';
    },
  );
}

const ESCAPES = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['0', '\0'],
]);

/** A literal that means this text, as the formatters of most projects write it. */
export function toLiteral(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replace(
      /[\p{Cc}\u2028\u2029]/gu,
      (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  return escaped.includes("'") && !escaped.includes('"')
    ? `"${escaped}"`
    : `'${escaped.replaceAll("'", "\\'")}'`;
}

function maskTexts(source: string): Pick<ParsedSource, 'masked' | 'texts'> {
  const texts = new Set<string>();
  let masked = '';
  let at = 0;
  while (at < source.length) {
    const end = endOfOpaque(source, at);
    if (end === undefined) {
      masked += source[at] ?? '';
      at += 1;
    } else {
      const isText = QUOTE.test(source[at] ?? '');
      const quote = isText ? (source[at] ?? '') : ' ';
      const text = isText ? valueOf(source.slice(at, end)) : undefined;
      if (text !== undefined) {
        texts.add(text);
      }
      const inside = source.slice(at + 1, Math.max(at + 1, end - 1)).replace(/[^\n]/g, ' ');
      masked += quote + inside + (end - at > 1 ? quote : '');
      at = end;
    }
  }
  return { masked, texts };
}

const QUOTE = /['"`]/;

/** Where a text, a comment or a regular expression that begins here ends; `undefined` when none does. */
function endOfOpaque(source: string, at: number): number | undefined {
  const two = source.slice(at, at + 2);
  if (two === '//') {
    const end = source.indexOf('\n', at);
    return end === -1 ? source.length : end;
  }
  if (two === '/*') {
    const end = source.indexOf('*/', at + 2);
    return end === -1 ? notClosed(source, at) : end + 2;
  }
  if (two.startsWith('/')) {
    return endOfPattern(source, at);
  }
  return QUOTE.test(two[0] ?? '') ? endOfText(source, at) : undefined;
}

/** A slash divides where a value stands before it. */
function endOfPattern(source: string, at: number): number | undefined {
  const before = source.slice(Math.max(0, at - 100), at).trimEnd();
  if (!/(?:^|[(,=:[!&|?{;+*%~^<>-]|\b(?:return|typeof|case|in|of|void))$/.test(before)) {
    return undefined;
  }
  const pattern = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/[\\\n])+\//y;
  pattern.lastIndex = at;
  return pattern.test(source) ? pattern.lastIndex : undefined;
}

/** @throws an Error with its line when it is not closed. */
function endOfText(source: string, start: number): number {
  const quote = source[start];
  for (let at = start + 1; at < source.length; at += 1) {
    if (source[at] === '\\') {
      at += source.startsWith('\r\n', at + 1) ? 2 : 1;
    } else if (source[at] === quote) {
      return at + 1;
    } else if (quote === '`' && source.startsWith('${', at)) {
      at = endOfHole(source, at) - 1;
    } else if (quote !== '`' && source[at] === '\n') {
      break;
    }
  }
  return notClosed(source, start);
}

/** Where `${…}` in a template literal ends. */
function endOfHole(source: string, start: number): number {
  let depth = 0;
  let at = start + 1;
  while (at < source.length) {
    const end = endOfOpaque(source, at);
    if (end === undefined) {
      depth += source[at] === '{' ? 1 : source[at] === '}' ? -1 : 0;
      at += 1;
      if (depth === 0) {
        return at;
      }
    } else {
      at = end;
    }
  }
  return notClosed(source, start);
}

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** @throws an Error with the line of a bracket that has no other half. */
function assertBalanced(masked: string): void {
  const open: number[] = [];
  for (const { 0: bracket, index } of masked.matchAll(/[()[\]{}]/g)) {
    if (bracket in CLOSING) {
      open.push(index);
    } else {
      const opened = open.pop();
      if (opened === undefined || CLOSING[masked[opened] ?? ''] !== bracket) {
        notClosed(masked, opened ?? index);
      }
    }
  }
  const [first] = open;
  if (first !== undefined) {
    notClosed(masked, first);
  }
}

/** @throws always: line ends are where they are in the source. */
function notClosed(source: string, at: number): never {
  const line = source.slice(0, at).split('\n').length;
  throw new Error(`line ${line}: what begins with ${source[at]} there has no other half`);
}

/** Where the bracket that opens here is closed. */
function findEnd(masked: string, open: number): number | undefined {
  let depth = 0;
  for (let at = open; at < masked.length; at += 1) {
    if (masked[at] === '(') {
      depth += 1;
    } else if (masked[at] === ')') {
      depth -= 1;
      if (depth === 0) {
        return at;
      }
    }
  }
  return undefined;
}
