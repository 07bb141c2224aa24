/** A template as a file of TypeScript or JavaScript declares it. */
export interface Declaration {
  /** The name of the constant that it stands in; `undefined` where it stands in something else. */
  readonly name: string | undefined;
  readonly id: string;
  /** Where the literal of the id is in the source, quotes included. */
  readonly idAt: readonly [start: number, end: number];
  /** The text that its literal means; `undefined` where it is no plain literal. */
  readonly text: string | undefined;
  /** Where the literal of the text is in the source, quotes included. */
  readonly textAt: readonly [start: number, end: number] | undefined;
}

/**
 * Finds the calls of `smsTemplate` in a source. No parser of the language: what is written in another way
 * than as an object with plain literals is left alone.
 */
export function findDeclarations(source: string): Declaration[] {
  const declarations: Declaration[] = [];
  const masked = maskTexts(source);
  for (const { index } of masked.matchAll(/\bsmsTemplate\s*\(/g)) {
    const open = source.indexOf('(', index);
    const end = findEnd(masked, open);
    const found = end === undefined ? undefined : read({ source, masked, open, end }, index);
    if (found !== undefined) {
      declarations.push(found);
    }
  }
  return declarations;
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
  const before = argument.masked.slice(0, at);
  return {
    name: /\b(?:const|let|var)\s+([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*=\s*$/u.exec(before)?.[1],
    id: id.value,
    idAt: id.at,
    text: text?.value,
    textAt: text?.at,
  };
}

interface Literal {
  readonly value: string | undefined;
  readonly at: readonly [start: number, end: number];
}

/** The literal behind `name:`, where it is followed by the next member or the end of the object. */
function findMember({ source, masked, open, end }: Argument, name: string): Literal | undefined {
  const member = new RegExp(`[{,\\s]${name}\\s*:\\s*(['"\`])`, 'g');
  member.lastIndex = open;
  const match = member.exec(masked);
  if (match === null || match.index > end) {
    return undefined;
  }
  const start = member.lastIndex - 1;
  const stop = endOfText(source, start);
  const isWhole = /^\s*[,}]/.test(masked.slice(stop));
  return { value: isWhole ? valueOf(source.slice(start, stop)) : undefined, at: [start, stop] };
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

/** The source with blanks in place of comments and of what stands in quotes, and as long as it. */
function maskTexts(source: string): string {
  let masked = '';
  let at = 0;
  while (at < source.length) {
    const end = endOfOpaque(source, at);
    if (end === undefined) {
      masked += source[at] ?? '';
      at += 1;
    } else {
      const quote = /['"`]/.test(source[at] ?? '') ? (source[at] ?? '') : ' ';
      masked += quote + ' '.repeat(Math.max(0, end - at - 2)) + (end - at > 1 ? quote : '');
      at = end;
    }
  }
  return masked;
}

/** Where a text or a comment that begins here ends; `undefined` when none does. */
function endOfOpaque(source: string, at: number): number | undefined {
  const two = source.slice(at, at + 2);
  if (two === '//') {
    const end = source.indexOf('\n', at);
    return end === -1 ? source.length : end;
  }
  if (two === '/*') {
    const end = source.indexOf('*/', at);
    return end === -1 ? source.length : end + 2;
  }
  return /['"`]/.test(two[0] ?? '') ? endOfText(source, at) : undefined;
}

function endOfText(source: string, start: number): number {
  const quote = source[start];
  for (let at = start + 1; at < source.length; at += 1) {
    if (source[at] === '\\') {
      at += 1;
    } else if (source[at] === quote) {
      return at + 1;
    }
  }
  return source.length;
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
