import type { SmsMarket } from '../recipients/normalize-recipients.js';
import type { SmsAnyTemplate } from '../templates/sms-template.js';
import type { SmsTemplateKind } from '../templates/template-content.js';

/**
 * Templates as the code declares them: a list of what `smsTemplate` makes, or an object that has them,
 * such as the namespace of a module; whatever else the object has is left alone.
 */
export type SmsDeclaredTemplates = readonly SmsAnyTemplate[] | Readonly<Record<string, unknown>>;

/** One text that the code declares. */
export interface DeclaredTemplate {
  /** The name that it is exported by, or its id; of two markets with the market behind it. */
  readonly name: string;
  readonly id: string;
  readonly kind: SmsTemplateKind;
  /** With placeholders as Tencent knows them, `{1}`. */
  readonly text: string;
  /** `undefined` where the code doesn't say: one that stands alone may be for either. */
  readonly market: SmsMarket | undefined;
}

/** Deep enough for a module with an object of templates of two markets. */
const MAX_DEPTH = 3;

/** Lists the templates that a module, an object or a list has; each once. */
export function collectDeclared(given: SmsDeclaredTemplates): DeclaredTemplate[] {
  const found = new Map<object, DeclaredTemplate>();
  visit(given, '', undefined, 0, found);
  return [...found.values()];
}

function visit(
  value: unknown,
  name: string,
  market: SmsMarket | undefined,
  depth: number,
  found: Map<object, DeclaredTemplate>,
): void {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) {
    return;
  }
  if (isTemplate(value)) {
    // A template of a pair is often exported by itself, too: the pair says its market.
    const before = found.get(value);
    if (before === undefined || (before.market === undefined && market !== undefined)) {
      const { id, kind, text } = value;
      const own = { id, kind, text: toTencentText(text), market };
      found.set(value, { ...own, name: before?.name ?? (name === '' ? id : name) });
    }
    return;
  }
  if (isPair(value)) {
    visit(value.mainland, join(name, 'mainland'), 'mainland', depth + 1, found);
    visit(value.international, join(name, 'international'), 'international', depth + 1, found);
    return;
  }
  for (const [key, member] of Object.entries(value)) {
    // A list has no names, and neither has the default export of CommonJS, which repeats the others.
    const isNamed = !Array.isArray(value) && key !== 'default' && key !== 'module.exports';
    visit(member, isNamed ? join(name, key) : name, undefined, depth + 1, found);
  }
}

/** The text as Tencent has it: names of placeholders are the package's own. */
export function toTencentText(text: string): string {
  return text.replace(/\{[^{}:]*:(\d+)\}/g, '{$1}');
}

function join(name: string, more: string): string {
  return name === '' ? more : `${name}.${more}`;
}

type TemplateLike = Pick<DeclaredTemplate, 'id' | 'kind' | 'text'>;

function isTemplate(value: object): value is TemplateLike {
  return (
    'placeholders' in value &&
    ['id', 'kind', 'text'].every((member) => typeof Reflect.get(value, member) === 'string')
  );
}

function isPair(value: object): value is { mainland: object; international: object } {
  return (
    'mainland' in value &&
    'international' in value &&
    [value.mainland, value.international].every(
      (member) => typeof member === 'object' && member !== null && isTemplate(member),
    )
  );
}
