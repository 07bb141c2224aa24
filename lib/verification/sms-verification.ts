import type { SmsFieldIssue } from '../errors/sms.error.js';
import { SmsValidationError } from '../errors/validation.error.js';
import type {
  SmsMarketTemplate,
  SmsTemplate,
  SmsUnfilledParams,
} from '../templates/sms-template.js';
import { DURATION_FORM, parseDuration } from '../time/duration.js';
import type { SmsDuration } from '../time/duration.js';

/** A template for codes, or one for each market. */
export type SmsCodeTemplate = SmsTemplate | SmsMarketTemplate;

/** What a code is for, and how it is sent. Made by `smsVerification` and frozen. */
export interface SmsVerification<Template extends SmsCodeTemplate = SmsCodeTemplate> {
  /** A code of one purpose is none of another. */
  readonly purpose: string;
  readonly template: Template;
  /** How long a code holds, in milliseconds. */
  readonly ttlMs: number;
}

/** What `smsVerification` makes a definition of. */
export interface SmsVerificationDefinition<Template extends SmsCodeTemplate> {
  /** Such as `login`: letters, digits, `-`, `_`, `.` and `:`, at most 64. */
  purpose: string;
  /** Of the kind `verification`, with a placeholder for the code, and maybe one for the minutes. */
  template: Template;
  /**
   * How long a code holds, from 1 to 10 minutes; whole minutes where the text says them. Fills the
   * placeholder of the minutes.
   * @default '5m'
   */
  ttl?: SmsDuration | undefined;
}

/** The values that a text has beside the code and its minutes. */
export type SmsVerificationParams<Definition> =
  Definition extends SmsVerification<infer Template> ? SmsUnfilledParams<Template> : never;

const MINUTE_MS = 60_000;
const SHORTEST_MS = MINUTE_MS;
/** OWASP ASVS 5.0, 6.5.5: codes sent out of band hold for ten minutes at most. */
export const LONGEST_LIFE_MS = 10 * MINUTE_MS;

/**
 * Describes a verification.
 *
 * @example
 * export const Login = smsVerification({ purpose: 'login', template: LoginCode, ttl: '5m' });
 *
 * @throws SmsValidationError with every fault of the definition.
 */
export function smsVerification<const Template extends SmsCodeTemplate>(
  definition: SmsVerificationDefinition<Template>,
): SmsVerification<Template> {
  const { purpose, template, ttl = '5m' } = definition;
  const ttlMs = parseDuration(ttl);
  const issues = [...checkPurpose(purpose), ...checkTemplate(template), ...checkTtl(ttlMs)];
  const saysMinutes = textsOf(template).some(({ minutes }) => minutes !== undefined);
  if (issues.length === 0 && saysMinutes && Number(ttlMs) % MINUTE_MS !== 0) {
    issues.push({ field: 'ttl', message: 'ttl must be whole minutes, since the text says them.' });
  }
  if (issues.length > 0) {
    throw new SmsValidationError(issues);
  }
  return Object.freeze({ purpose, template, ttlMs: Number(ttlMs) });
}

/**
 * @throws SmsValidationError when it was not made by `smsVerification`.
 */
export function assertDefinition(definition: SmsVerification): void {
  const { purpose, template, ttlMs } = Object(definition) as Partial<SmsVerification>;
  const issues = [...checkPurpose(purpose), ...checkTemplate(template), ...checkTtl(ttlMs)];
  if (issues.length > 0) {
    throw new SmsValidationError([
      { field: 'definition', message: 'definition must be made by smsVerification.' },
    ]);
  }
}

function checkPurpose(purpose: unknown): SmsFieldIssue[] {
  return typeof purpose === 'string' && /^[\w.:-]{1,64}$/.test(purpose)
    ? []
    : [
        {
          field: 'purpose',
          message: 'purpose must be a name such as "login": letters, digits and - _ . : only.',
        },
      ];
}

/** The template of each market; both are the same where there is one for both. */
function textsOf(template: unknown): readonly [Partial<SmsTemplate>, Partial<SmsTemplate>] {
  const { mainland = template, international = template } = Object(
    template,
  ) as Partial<SmsMarketTemplate>;
  return [Object(mainland) as Partial<SmsTemplate>, Object(international) as Partial<SmsTemplate>];
}

function checkTemplate(template: unknown): SmsFieldIssue[] {
  const [mainland, international] = textsOf(template);
  const issue = checkText(mainland) ?? checkText(international);
  if (issue !== undefined) {
    return unusable(issue);
  }
  const isNumbered = mainland.placeholders?.some((name) => /^\d+$/.test(name)) === true;
  return isNumbered &&
    (mainland.code !== international.code || mainland.minutes !== international.minutes)
    ? unusable('template must have code and minutes in the same places in both markets.')
    : [];
}

function checkText({
  kind,
  code,
  minutes,
  placeholders,
}: Partial<SmsTemplate>): string | undefined {
  if (kind === undefined || placeholders === undefined) {
    return 'template must be made by smsTemplate, or by smsTemplate.byMarket.';
  }
  if (kind !== 'verification') {
    return 'template must be of the kind verification: other texts have other limits, and no code belongs into them.';
  }
  if (code === undefined) {
    return 'template must have a placeholder for the code: name it {code:1}, or tell smsTemplate which one it is.';
  }
  const rest = placeholders.filter((name) => name !== code && name !== minutes);
  return rest.some((name) => /^\d+$/.test(name))
    ? 'template must name its placeholders where it has more than the code and the minutes.'
    : undefined;
}

function unusable(message: string): SmsFieldIssue[] {
  return [{ field: 'template', message }];
}

function checkTtl(ttlMs: number | undefined): SmsFieldIssue[] {
  return ttlMs !== undefined && ttlMs >= SHORTEST_MS && ttlMs <= LONGEST_LIFE_MS
    ? []
    : [{ field: 'ttl', message: `ttl must be from 1 to 10 minutes: ${DURATION_FORM}.` }];
}

/** All values of a text, in the form that its template takes. */
export function fillParams(
  { template, ttlMs }: SmsVerification,
  code: string,
  params: Readonly<Record<string, unknown>> | undefined,
): unknown {
  const filled: Record<string, unknown> = { ...params };
  const texts = textsOf(template);
  for (const text of texts) {
    if (text.code !== undefined) {
      filled[text.code] = code;
    }
    if (text.minutes !== undefined) {
      filled[text.minutes] = String(ttlMs / MINUTE_MS);
    }
  }
  const [{ placeholders = [] }] = texts;
  return placeholders.some((name) => /^\d+$/.test(name))
    ? placeholders.map((name) => filled[name])
    : filled;
}
