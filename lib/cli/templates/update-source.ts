import type { SmsAccountTemplate } from '../../account/list-templates.js';
import { toTencentText } from '../../account/declared-templates.js';
import { guessKind } from '../../account/template-kind.js';
import { SmsValidationError } from '../../errors/validation.error.js';
import { NEW_TEMPLATE_ID, parseTemplateContent } from '../../templates/template-content.js';
import { findDeclarations, toLiteral } from './declarations.js';
import type { Declaration } from './declarations.js';

/** What a file of templates becomes. */
export interface UpdatedSource {
  readonly source: string;
  /** Ids that were not in the file. */
  readonly added: readonly string[];
  /** Ids whose text differed, and those that were `new` before. */
  readonly changed: readonly string[];
  /** Ids of the file that the account can't be sent with. */
  readonly unusable: readonly string[];
  /** Ids whose text differs and could not be written: it is no plain literal. */
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
 */
export function updateSource(
  source: string,
  templates: readonly SmsAccountTemplate[],
): UpdatedSource {
  const usable = new Map(
    templates.filter(({ state }) => state === 'approved').map((one) => [one.id, one]),
  );
  const known = findDeclarations(source).map((one) => adopt(one, usable));
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
  const names = new Set(known.map(({ name }) => name));
  const fresh = [...usable.values()].filter(({ id }) => !ids.has(id) && !skipped.includes(id));
  const unusable = [...ids].filter((id) => /^\d+$/.test(id) && !usable.has(id));
  return {
    source: append(updated, fresh, names),
    added: fresh.map(({ id }) => id),
    changed,
    byHand,
    unusable,
    skipped: skipped.filter((id) => !ids.has(id)),
  };
}

/** Gives a template that was submitted the id that it has by now. */
function adopt(
  declaration: Declaration,
  usable: ReadonlyMap<string, SmsAccountTemplate>,
): Declaration & { readonly isAdopted: boolean } {
  const match =
    declaration.id === NEW_TEMPLATE_ID
      ? [...usable.values()].find((template) => !differs(declaration, template))
      : undefined;
  return match === undefined
    ? { ...declaration, isAdopted: false }
    : { ...declaration, id: match.id, isAdopted: true };
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
  names: ReadonlySet<string | undefined>,
): string {
  if (templates.length === 0) {
    return source;
  }
  const start = /\bsmsTemplate\b/.test(source) ? source : IMPORT + (source && `\n${source}`);
  const blocks = templates.map((template) => toBlock(template, names));
  return `${start.trimEnd()}\n\n${blocks.join('\n')}`;
}

function toBlock(
  { id, name, text, markets }: SmsAccountTemplate,
  names: ReadonlySet<string | undefined>,
): string {
  const constant = names.has(`Template${id}`) ? `Template${id}_` : `Template${id}`;
  const title = name.replaceAll('*/', '* /');
  return [
    `/** ${title === '' ? id : title} (${markets.join(', ')}) */`,
    `export const ${constant} = smsTemplate({`,
    `  id: '${id}',`,
    `  kind: '${guessKind(text)}',`,
    `  text: ${toLiteral(text)},`,
    '});',
    '',
  ].join('\n');
}
