import { isSmsAction, membersOf } from '../api/actions.js';
import { isObject } from '../api/json-values.js';
import type { Member, Members } from '../api/shapes.js';
import { findTextFault } from '../api/text-faults.js';
import type { SmsFieldIssue } from '../errors/sms.error.js';
import { SmsValidationError } from '../errors/validation.error.js';
import type { SmsMarket } from '../recipients/normalize-recipients.js';
import { isMainland, parseMainlandNumber } from '../recipients/phone-number.js';
import { findSignFault, signNameFor } from '../templates/sign-name.js';
import type { SmsSignName } from '../templates/sign-name.js';

/** Members that may have several lines: what people read, the caller's own text, and base64. */
const WITH_LINES: ReadonlySet<string> = new Set([
  'TemplateParamSet',
  'SessionContext',
  'TemplateContent',
  'Remark',
  'ProofImage',
  'CommissionImage',
]);

/**
 * Completes a request that the caller wrote in Tencent's spelling: a `SendSms` without `SignName` takes
 * the account's. An empty one asks for none.
 *
 * @throws SmsValidationError naming every text that can't be sent, without its value.
 */
export function completeRequest<Params>(
  action: string,
  given: Params,
  signName: SmsSignName | undefined,
): Params {
  if (!isSmsAction(action) || !isObject(given)) {
    return given;
  }
  const issues: SmsFieldIssue[] = [];
  checkTexts('', given, membersOf(action, 'request'), (field, fault) => {
    issues.push({ field, message: `${action}: ${field} ${fault}.` });
  });
  if (issues.length > 0) {
    throw new SmsValidationError(issues);
  }
  if (action !== 'SendSms' || (given['SignName'] ?? undefined) !== undefined) {
    return given;
  }
  const own = signNameFor(marketOf(given['PhoneNumberSet']), signName);
  return own === undefined ? given : { ...given, SignName: own };
}

// The numbers of a request are of one market, or Tencent refuses it.
function marketOf(numbers: unknown): SmsMarket {
  const [first] = Array.isArray(numbers) ? (numbers as unknown[]) : [];
  return typeof first === 'string' && !isMainland(first) && parseMainlandNumber(first) === undefined
    ? 'international'
    : 'mainland';
}

function checkTexts(
  path: string,
  given: Readonly<Record<string, unknown>>,
  members: Members,
  say: (field: string, fault: string) => void,
): void {
  for (const [name, member] of members) {
    const value = given[name];
    if (!Array.isArray(value)) {
      checkText(() => path + name, name, value, member, say);
      continue;
    }
    for (let index = 0; index < value.length; index += 1) {
      checkText(() => `${path}${name}[${index}]`, name, value[index], member, say);
    }
  }
}

function checkText(
  /** Made only where it is said: each call of the API passes here. */
  toField: () => string,
  name: string,
  item: unknown,
  member: Member,
  say: (field: string, fault: string) => void,
): void {
  if (typeof item === 'string') {
    const fault = findFault(name, item);
    if (fault !== undefined) {
      say(toField(), fault);
    }
  } else if (member.kind === 'object' && isObject(item)) {
    checkTexts(`${toField()}.`, item, member.members, say);
  }
}

function findFault(name: string, text: string): string | undefined {
  // An empty one is the same as none, on the wire as well.
  if (text === '') {
    return undefined;
  }
  if (name === 'SignName') {
    const fault = findSignFault(text);
    return fault === undefined ? undefined : `must be ${fault}`;
  }
  if (name === 'ExtendCode' && !/^\d+$/.test(text)) {
    return 'must be digits, as text';
  }
  const fault = findTextFault(text, WITH_LINES.has(name));
  return fault === undefined ? undefined : `must not have ${fault}`;
}
