import type { SmsAccountTemplate } from '../../account/list-templates.js';
import { toTencentText } from '../../account/declared-templates.js';
import { guessKind } from '../../account/template-kind.js';
import { SmsValidationError } from '../../errors/validation.error.js';
import { NEW_TEMPLATE_ID, parseTemplateContent } from '../../templates/template-content.js';
import { asWord, parseSource, toLiteral } from './declarations.js';
import type { Declaration, ParsedSource } from './declarations.js';

/** What a file of templates becomes. */
export interface UpdatedSource {
  readonly source: string;
  /** Ids that were not in the file. */
  readonly added: readonly string[];
  /** Ids whose text differed, and those that were `new` before. */
  readonly changed: readonly string[];
  /** Ids of the file that the account can't be sent with. */
  readonly unusable: readonly string[];
  /** Ids whose template is written in a way that is not read here: id or text is no plain literal. */
  readonly byHand: readonly string[];
  /** Ids whose text `smsTemplate` does not take. */
  readonly skipped: readonly string[];
}

const IMPORT = "import { smsTemplate } from 'nestjs-tencentcloud-sms';\n";

/**
 * Brings a file of templates up to date: what stands in it keeps its names, those of placeholders
 * included, and everything around it; new templates come behind it, named after their ids.
 *
 * @param source `''` for a new file
 * @param templates those of the account
 * @throws an Error with the line of what is not closed in the source.
 */
export function updateSource(
  source: string,
  templates: readonly SmsAccountTemplate[],
): UpdatedSource {
  const usable = new Map(
    templates.filter(({ state }) => state === 'approved').map((one) => [one.id, one]),
  );
  const parsed = parseSource(source);
  const taken = new Set(parsed.declarations.map(({ id }) => id));
  const known = parsed.declarations.map((one) => adopt(one, usable, taken));
  const skipped = [...usable.values()].filter((one) => !isTaken(one)).map(({ id }) => id);
  const changed: string[] = [];
  const byHand: string[] = [];
  let updated = source;
  // From the end, so that places further up stay where they are.
  for (const declaration of known.toReversed()) {
    const template = usable.get(declaration.id);
    const { text, textAt, idAt, isAdopted } = declaration;
    if (isAdopted) {
      updated = `${updated.slice(0, idAt[0])}'${declaration.id}'${updated.slice(idAt[1])}`;
      changed.push(declaration.id);
    }
    if (template === undefined || !differs(declaration, template)) {
      continue;
    }
    if (text === undefined || textAt === undefined) {
      byHand.push(declaration.id);
    } else {
      const literal = toLiteral(withNamesOf(text, template.text));
      updated = updated.slice(0, textAt[0]) + literal + updated.slice(textAt[1]);
      changed.push(declaration.id);
    }
  }
  const ids = new Set(known.map(({ id }) => id));
  const others = [...usable.values()].filter(({ id }) => !ids.has(id) && !skipped.includes(id));
  byHand.push(...others.map(({ id }) => id).filter((id) => parsed.texts.has(id)));
  const fresh = others.filter(({ id }) => !parsed.texts.has(id));
  const unusable = [...ids].filter((id) => /^\d+$/.test(id) && !usable.has(id));
  return {
    source: append(updated, fresh, parsed),
    added: fresh.map(({ id }) => id),
    changed,
    byHand,
    unusable,
    skipped: skipped.filter((id) => !ids.has(id)),
  };
}

/**
 * Gives a template that was submitted the id that it has by now: one of its market, and one that no other
 * template has, where there is one.
 */
function adopt(
  declaration: Declaration,
  usable: ReadonlyMap<string, SmsAccountTemplate>,
  taken: Set<string>,
): Declaration & { readonly isAdopted: boolean } {
  const { id, text, market } = declaration;
  const matches =
    id === NEW_TEMPLATE_ID && text !== undefined
      ? [...usable.values()].filter(
          (one) =>
            !differs(declaration, one) && (market === undefined || one.markets.includes(market)),
        )
      : [];
  const match = matches.find((one) => !taken.has(one.id)) ?? matches[0];
  if (match === undefined) {
    return { ...declaration, isAdopted: false };
  }
  taken.add(match.id);
  return { ...declaration, id: match.id, isAdopted: true };
}

function differs({ text }: Declaration, template: SmsAccountTemplate): boolean {
  return text === undefined || toTencentText(text).trim() !== template.text.trim();
}

/** Gives the placeholders of a text the names that they have in another, as far as it has any. */
function withNamesOf(named: string, text: string): string {
  const names = new Map(
    [...named.matchAll(/\{([^{}:]+):(\d+)\}/g)].map(([, name, position]) => [position, name]),
  );
  if (names.size === 0) {
    return text;
  }
  // All have a name, or none has.
  return text.replace(
    /\{(\d+)\}/g,
    (_, position: string) => `{${names.get(position) ?? `value${position}`}:${position}}`,
  );
}

function isTaken({ id, text }: SmsAccountTemplate): boolean {
  try {
    parseTemplateContent(id, guessKind(text), text);
    return true;
  } catch (error) {
    if (error instanceof SmsValidationError) {
      return false;
    }
    throw error;
  }
}

function append(
  source: string,
  templates: readonly SmsAccountTemplate[],
  { callee, hasCallee, masked }: ParsedSource,
): string {
  if (templates.length === 0) {
    return source;
  }
  const lineEnd = source.includes('\r\n') ? '\r\n' : '\n';
  const [mark, rest] = source.startsWith(BYTE_ORDER_MARK)
    ? [BYTE_ORDER_MARK, source.slice(1)]
    : ['', source];
  const head = (hasCallee ? '' : IMPORT).replaceAll('\n', lineEnd);
  const start = mark + head + (head !== '' && rest !== '' ? lineEnd : '') + rest;
  const blocks = templates.map((template) => toBlock(template, callee, masked));
  return start.trimEnd() + `\n\n${blocks.join('\n')}`.replaceAll('\n', lineEnd);
}

/** As editors of Windows put it before a text. */
const BYTE_ORDER_MARK = '\uFEFF';

function toBlock(
  { id, name, text, markets }: SmsAccountTemplate,
  callee: string,
  masked: string,
): string {
  let constant = `Template${id}`;
  while (new RegExp(asWord(constant)).test(masked)) {
    constant += '_';
  }
  const title = name.replaceAll('*/', '* /');
  return [
    `/** ${title === '' ? id : title} (${markets.join(', ')}) */`,
    `export const ${constant} = ${callee}({`,
    `  id: '${id}',`,
    `  kind: '${guessKind(text)}',`,
    `  text: ${toLiteral(text)},`,
    '});',
    '',
  ].join('\n');
}
