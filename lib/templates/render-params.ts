import { SmsValidationError } from '../errors/validation.error.js';
import { collectRawValues, collectValues } from './check-params.js';
import type { CollectedValues } from './check-params.js';
import type {
  SmsAnyTemplate,
  SmsMarketTemplate,
  SmsRawTemplate,
  SmsTemplate,
} from './sms-template.js';
import { checkTemplateId } from './template-content.js';

/** What goes over the wire as `TemplateId` and `TemplateParamSet`. */
export interface RenderedParams {
  readonly templateId: string;
  readonly values: string[];
}

/**
 * Checks the parameters of a send and puts them in order.
 *
 * @param params of a template made by `smsTemplate`; a raw one brings its own
 * @throws SmsValidationError naming every bad parameter, without its value.
 */
export function renderParams(
  template: SmsTemplate | SmsRawTemplate,
  params?: unknown,
): RenderedParams {
  const { values, issues } = collect(template, params);
  if (issues.length > 0) {
    throw new SmsValidationError(issues);
  }
  return {
    templateId: isRawTemplate(template) ? template.templateId : template.id,
    values: values.map(String),
  };
}

/**
 * Checks the parameters of a send for both markets and puts them in order; what a template of one
 * market has is the same for both.
 *
 * @throws SmsValidationError naming every bad parameter, without its value.
 */
export function renderForMarkets(
  template: SmsAnyTemplate,
  params?: unknown,
): Readonly<Record<'mainland' | 'international', RenderedParams>> {
  if (!isMarketTemplate(template)) {
    const rendered = renderParams(template, params);
    return { mainland: rendered, international: rendered };
  }
  const { mainland, international } = template;
  const collected = {
    mainland: collectValues(mainland, params, international),
    international: collectValues(international, params, mainland),
  };
  // What is wrong for both is said once.
  const issues = new Map(
    [...collected.mainland.issues, ...collected.international.issues].map((issue) => [
      issue.message,
      issue,
    ]),
  );
  if (issues.size > 0) {
    throw new SmsValidationError([...issues.values()]);
  }
  return {
    mainland: { templateId: mainland.id, values: collected.mainland.values.map(String) },
    international: {
      templateId: international.id,
      values: collected.international.values.map(String),
    },
  };
}

/** Whether a template has one for each market. */
export function isMarketTemplate(template: SmsAnyTemplate): template is SmsMarketTemplate {
  return 'mainland' in template;
}

/** The template that texts of a market are of. */
export function templateFor(
  template: SmsAnyTemplate,
  market: 'mainland' | 'international',
): SmsTemplate | SmsRawTemplate {
  return isMarketTemplate(template) ? template[market] : template;
}

/** Whether only the id of a template is known, unlike one made by `smsTemplate`. */
export function isRawTemplate(template: SmsAnyTemplate): template is SmsRawTemplate {
  return 'templateId' in template;
}

function collect(template: SmsTemplate | SmsRawTemplate, params: unknown): CollectedValues {
  if (!isTemplate(template)) {
    const message = 'template must be made by smsTemplate, or be { templateId, params }.';
    return { values: [], issues: [{ field: 'template', message }] };
  }
  if (!isRawTemplate(template)) {
    return collectValues(template, params);
  }
  const { values, issues } = collectRawValues(template.params);
  return {
    values,
    issues: [
      ...checkTemplateId('templateId', template.templateId),
      ...(params === undefined
        ? issues
        : [{ field: 'params', message: 'params stand in the raw template; give them once.' }]),
    ],
  };
}

// JavaScript callers are not type-checked.
function isTemplate(template: unknown): template is SmsTemplate | SmsRawTemplate {
  return (
    typeof template === 'object' &&
    template !== null &&
    ('templateId' in template || 'placeholders' in template)
  );
}
