import { SmsValidationError } from '../errors/validation.error.js';
import { collectRawValues, collectValues } from './check-params.js';
import type { CollectedValues } from './check-params.js';
import type { SmsAnyTemplate, SmsRawTemplate, SmsTemplate } from './sms-template.js';
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
export function renderParams(template: SmsAnyTemplate, params?: unknown): RenderedParams {
  const { values, issues } = collect(template, params);
  if (issues.length > 0) {
    throw new SmsValidationError(issues);
  }
  return {
    templateId: isRawTemplate(template) ? template.templateId : template.id,
    values: values.map(String),
  };
}

/** Whether only the id of a template is known, unlike one made by `smsTemplate`. */
export function isRawTemplate(template: SmsAnyTemplate): template is SmsRawTemplate {
  return 'templateId' in template;
}

function collect(template: SmsAnyTemplate, params: unknown): CollectedValues {
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
