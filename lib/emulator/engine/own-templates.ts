import { SmsValidationError } from '../../errors/validation.error.js';
import { isObject } from '../../api/json-values.js';
import { SMS_TYPES } from '../../api/templates.js';
import { NEW_TEMPLATE_ID, parseTemplateContent } from '../../templates/template-content.js';
import type {
  SmsTemplateContent,
  SmsTemplateKind,
  TemplateRoles,
} from '../../templates/template-content.js';
import { SmsEmulatorError } from '../errors/emulator.error.js';
import type { OwnTemplate } from '../records/templates.js';

/**
 * An approved template of the app's own, as `smsTemplate` makes it: a plain object of the same members
 * will do.
 */
export type SmsEmulatorTemplate =
  | (Pick<SmsTemplateContent, 'id' | 'kind' | 'text'> & TemplateRoles)
  | {
      readonly mainland: Pick<SmsTemplateContent, 'id' | 'kind' | 'text'>;
      readonly international: Pick<SmsTemplateContent, 'id' | 'kind' | 'text'>;
    };

/** Most templates of an emulator's own. */
const MAX_OWN = 1000;

/**
 * Reads the templates that an emulator is to know from the start.
 *
 * @throws SmsEmulatorError naming the first one that can't be an approved template.
 */
export function resolveOwnTemplates(given: unknown = []): readonly OwnTemplate[] {
  if (!Array.isArray(given) || given.length > MAX_OWN) {
    throw invalid(
      `templates must be a list of what smsTemplate makes, or of { id, kind, text }, and have ${MAX_OWN} items at most.`,
    );
  }
  const ids = new Set<string>();
  return given.flatMap((one: unknown, index) =>
    textsOf(one).map((text) => {
      const template = toOwnTemplate(text, `templates[${index}]`);
      if (ids.has(template.id)) {
        throw invalid(`templates[${index}]: the id ${template.id} is given twice.`);
      }
      ids.add(template.id);
      return template;
    }),
  );
}

/** The templates of both markets, where one is made of two. */
function textsOf(given: unknown): readonly unknown[] {
  const texts =
    isObject(given) && 'mainland' in given && 'international' in given
      ? [given['mainland'], given['international']]
      : [given];
  // A template that is still to be submitted has no id to be sent with.
  return texts.filter((text) => !isTemplateLike(text) || text.id !== NEW_TEMPLATE_ID);
}

function toOwnTemplate(given: unknown, name: string): OwnTemplate {
  if (!isTemplateLike(given)) {
    throw invalid(
      `${name} must be a template: what smsTemplate makes, or { id, kind, text }, all of them texts.`,
    );
  }
  try {
    const { code, minutes } = given;
    const read = parseTemplateContent(given.id, given.kind, given.text, { code, minutes });
    const { id, kind, text } = read;
    // Names of placeholders are the package's own: Tencent knows their numbers alone.
    const content = text.replace(/\{[^{}:]*:(\d+)\}/g, '{$1}');
    const codeAt = read.code === undefined ? undefined : read.placeholders.indexOf(read.code);
    return { id, content, smsType: SMS_TYPES[kind], codeAt };
  } catch (error) {
    throw error instanceof SmsValidationError
      ? invalid(`${name}: ${error.issues.map(({ message }) => message).join(' ')}`)
      : error;
  }
}

/** Whether something has the members of a template; what they hold is checked afterwards. */
export function isTemplateLike(
  value: unknown,
): value is { id: string; kind: SmsTemplateKind; text: string } & TemplateRoles {
  return isObject(value) && ['id', 'kind', 'text'].every((name) => typeof value[name] === 'string');
}

function invalid(message: string): SmsEmulatorError {
  return new SmsEmulatorError('SMS_EMULATOR_OPTIONS_INVALID', message, undefined, 'templates');
}
