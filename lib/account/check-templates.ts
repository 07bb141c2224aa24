import { NEW_TEMPLATE_ID } from '../templates/template-content.js';
import type { SmsService } from '../sms.service.js';
import { collectDeclared } from './declared-templates.js';
import type { DeclaredTemplate, SmsDeclaredTemplates } from './declared-templates.js';
import { pullSmsTemplates } from './list-templates.js';
import type { SmsAccountReadOptions, SmsAccountTemplate } from './list-templates.js';
import { fitsKind, guessKind } from './template-kind.js';

/**
 * In what a template of the code differs from the account's.
 *
 * - `new`: it has the id `new` and is not submitted yet
 * - `missing`: the account has no template with this id
 * - `state`: it is not approved, or not in effect
 * - `market`: it is not approved for the market that it is declared for
 * - `text`: the texts differ, beside the names of placeholders
 * - `kind`: Tencent can't have approved the text for the kind. Tencent tells no template's kind, so
 *   only what the text itself shows is found.
 */
export type SmsTemplateDriftKind = 'new' | 'missing' | 'state' | 'market' | 'text' | 'kind';

/** One difference between the code and the account. */
export interface SmsTemplateDrift {
  /** The name that the template is exported by, or its id. */
  readonly name: string;
  readonly id: string;
  readonly what: SmsTemplateDriftKind;
  /** What the code says. */
  readonly declared: string;
  /** What the account has; may be empty. */
  readonly found: string;
}

/** What a check of templates found. */
export interface SmsTemplateCheck {
  /** How many texts the code declares. */
  readonly checked: number;
  /** Every difference; none when the code and the account agree. */
  readonly drift: readonly SmsTemplateDrift[];
}

/**
 * Compares the templates that the code declares with those of the account. Looks their ids up, which a
 * key of a sub-account may do, too.
 *
 * @throws SmsError when the account could not be read.
 */
export async function checkSmsTemplates(
  sms: SmsService,
  templates: SmsDeclaredTemplates,
  { signal }: Pick<SmsAccountReadOptions, 'signal'> = {},
): Promise<SmsTemplateCheck> {
  const declared = collectDeclared(templates);
  const ids = declared.map(({ id }) => id).filter((id) => id !== NEW_TEMPLATE_ID);
  const found = ids.length === 0 ? [] : await pullSmsTemplates(sms, { ids, signal });
  const byId = new Map(found.map((template) => [template.id, template]));
  return {
    checked: declared.length,
    drift: declared.flatMap((one) => compare(one, byId.get(one.id))),
  };
}

function compare(
  declared: DeclaredTemplate,
  found: SmsAccountTemplate | undefined,
): SmsTemplateDrift[] {
  const { name, id } = declared;
  const differ = (what: SmsTemplateDriftKind, said: string, instead: string): SmsTemplateDrift => ({
    name,
    id,
    what,
    declared: said,
    found: instead,
  });
  if (id === NEW_TEMPLATE_ID) {
    return [differ('new', id, '')];
  }
  if (found === undefined) {
    return [differ('missing', id, '')];
  }
  const drift: SmsTemplateDrift[] = [];
  if (found.state !== 'approved') {
    const reason = found.reviewReply === '' ? '' : `: ${found.reviewReply}`;
    drift.push(differ('state', 'approved', `${found.state}${reason}`));
  }
  if (declared.market !== undefined && !found.markets.includes(declared.market)) {
    drift.push(differ('market', declared.market, found.markets.join(', ')));
  }
  if (normal(declared.text) !== normal(found.text)) {
    drift.push(differ('text', declared.text, found.text));
  }
  // The kind of a text that differs anyway proves nothing: the account's text decides.
  if (!found.markets.some((market) => fitsKind(normal(found.text), declared.kind, market))) {
    drift.push(differ('kind', declared.kind, guessKind(normal(found.text))));
  }
  return drift;
}

/** A console may keep line ends and blanks at the ends otherwise than an editor. */
function normal(text: string): string {
  return text.replace(/\r\n?/g, '\n').trim();
}
