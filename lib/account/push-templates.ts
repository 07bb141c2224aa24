import { SMS_TYPES } from '../api/templates.js';
import { SmsError } from '../errors/sms.error.js';
import type { SmsMarket } from '../recipients/normalize-recipients.js';
import type { SmsService } from '../sms.service.js';
import { NEW_TEMPLATE_ID } from '../templates/template-content.js';
import { collectDeclared } from './declared-templates.js';
import type { DeclaredTemplate, SmsDeclaredTemplates } from './declared-templates.js';
import { pullSmsTemplates } from './list-templates.js';

/** How templates are submitted. */
export interface SmsTemplatePushOptions {
  /**
   * Submits nothing and tells what would be.
   * @default false
   */
  readonly dryRun?: boolean | undefined;
  /**
   * The market of templates that stand alone; one of `smsTemplate.byMarket` has its own.
   * @default 'mainland'
   */
  readonly market?: SmsMarket | undefined;
  /**
   * What the reviewer is told about the scene.
   * @default the name of the template
   */
  readonly remark?: string | undefined;
  /** Ends the work; what was submitted by then stays. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * What became of a template.
 *
 * - `missing`: it would be submitted (`dryRun`)
 * - `submitted`: Tencent reviews it under this id
 * - `exists`: the account has this text for this market already, under this id
 * - `failed`: Tencent refused it, or its answer was lost: `error`, with `maybeSent`
 */
export type SmsTemplatePush =
  | (PushedTemplate & { readonly status: 'missing' })
  | (PushedTemplate & { readonly status: 'submitted' | 'exists'; readonly id: string })
  | (PushedTemplate & { readonly status: 'failed'; readonly error: SmsError });

interface PushedTemplate {
  /** The name that the template is exported by. */
  readonly name: string;
  readonly market: SmsMarket;
  readonly text: string;
}

/**
 * Submits the templates whose id is `new` for review. One that the account has already is not submitted
 * again; after the first that Tencent refuses the others are tried all the same.
 *
 * @throws SmsError when the account could not be read; then nothing was submitted.
 */
export async function pushSmsTemplates(
  sms: SmsService,
  templates: SmsDeclaredTemplates,
  { dryRun = false, market = 'mainland', remark, signal }: SmsTemplatePushOptions = {},
): Promise<SmsTemplatePush[]> {
  const fresh = collectDeclared(templates).filter(({ id }) => id === NEW_TEMPLATE_ID);
  if (fresh.length === 0) {
    return [];
  }
  const known = new Map<string, string>();
  for (const { id, text, markets, state } of await pullSmsTemplates(sms, { signal })) {
    if (state !== 'rejected') {
      markets.forEach((one) => known.set(keyOf(one, text), id));
    }
  }
  const results: SmsTemplatePush[] = [];
  for (const template of fresh) {
    const own = { name: template.name, market: template.market ?? market, text: template.text };
    const key = keyOf(own.market, own.text);
    const id = known.get(key);
    if (id !== undefined) {
      results.push({ ...own, status: 'exists', id });
    } else if (dryRun) {
      results.push({ ...own, status: 'missing' });
    } else {
      // oxlint-disable-next-line no-await-in-loop -- two calls a second are allowed
      const result = await submit(sms, template, own, { remark, signal });
      results.push(result);
      if (result.status === 'submitted') {
        known.set(key, result.id);
      }
    }
  }
  return results;
}

async function submit(
  sms: SmsService,
  { kind }: DeclaredTemplate,
  own: PushedTemplate,
  { remark, signal }: Pick<SmsTemplatePushOptions, 'remark' | 'signal'>,
): Promise<SmsTemplatePush> {
  try {
    const { AddTemplateStatus: added } = await sms.addSmsTemplate(
      {
        TemplateName: own.name,
        TemplateContent: own.text,
        SmsType: SMS_TYPES[kind],
        International: own.market === 'mainland' ? 0 : 1,
        Remark: remark ?? own.name,
      },
      { signal },
    );
    return { ...own, status: 'submitted', id: added.TemplateId };
  } catch (error) {
    if (error instanceof SmsError) {
      return { ...own, status: 'failed', error };
    }
    throw error;
  }
}

function keyOf(market: SmsMarket, text: string): string {
  return `${market} ${text.trim()}`;
}
