import type { SmsFieldIssue, SmsIssueReason } from '../errors/sms.error.js';
import { SmsValidationError } from '../errors/validation.error.js';
import { maskNumber } from '../privacy/mask-number.js';
import { isMainland, loadPhoneNumberParser, parseMainlandNumber } from './phone-number.js';
import type { ParsePhoneNumber } from './phone-number.js';

/** Where a recipient is: the two never share a request. */
export type SmsMarket = 'mainland' | 'international';

/** An input row that can be sent to. */
export interface UsableRecipient {
  /** Place in the input. */
  readonly index: number;
  /** E.164. */
  readonly to: string;
  readonly market: SmsMarket;
  /** Place of the first row with the same number; that one is sent to for both. */
  readonly duplicateOf?: number | undefined;
  readonly error?: undefined;
}

/** An input row that can't be sent to. */
export interface UnusableRecipient {
  /** Place in the input. */
  readonly index: number;
  /** Why; shows the number masked. */
  readonly error: SmsValidationError;
  readonly to?: undefined;
  readonly market?: undefined;
  readonly duplicateOf?: undefined;
}

/** One row of the input; nothing is left out and nothing moved. */
export type Recipient = UsableRecipient | UnusableRecipient;

/**
 * Brings numbers as people type them into E.164: `+86…`, `0086…`, `86…` and bare mainland mobile
 * numbers, and anything else with its plus; blanks, hyphens, dots, parentheses and full-width
 * digits are fine. Never throws for a bad number: that row has an `error`.
 *
 * Answers at once when all numbers are of the mainland; any other needs the numbering plans, which
 * are loaded for the list as a whole.
 *
 * @param numbers a lone number is a list of one, and called `to` instead of `to[0]` in its error
 * @param fieldOf how errors call a number by its place
 */
export function normalizeRecipients(
  numbers: string | readonly string[],
  fieldOf = (index: number): string => (Array.isArray(numbers) ? `to[${index}]` : 'to'),
): Recipient[] | Promise<Recipient[]> {
  const lone = !Array.isArray(numbers);
  const texts = Array.from(lone ? [numbers] : (numbers as readonly unknown[]), compact);
  return texts.some(needsNumberingPlans)
    ? loadPhoneNumberParser().then((parse) => toRecipients(texts, parse, fieldOf))
    : toRecipients(texts, parseMainlandNumber, fieldOf);
}

function toRecipients(
  texts: readonly string[],
  parse: ParsePhoneNumber,
  fieldOf: (index: number) => string,
): Recipient[] {
  const first = new Map<string, number>();
  return texts.map((text, index) => {
    const to = parse(text)?.e164;
    if (to === undefined) {
      return { index, error: new SmsValidationError([issueOf(fieldOf(index), text)]) };
    }
    const duplicateOf = first.get(to);
    if (duplicateOf === undefined) {
      first.set(to, index);
    }
    return { index, to, market: isMainland(to) ? 'mainland' : 'international', duplicateOf };
  });
}

// Longer than any number with everything that people put between its digits.
const MAX_TYPED_CHARACTERS = 64;
// \s has the full-width blank too; the second row is the invisible marks that phone books add to a
// copied number to keep its direction.
const BETWEEN_DIGITS =
  /[\s.()（）．\-‐‑‒–—−－]|[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;

function compact(text: unknown): string {
  if (typeof text !== 'string' || text.length > MAX_TYPED_CHARACTERS) {
    return '';
  }
  if (/^\+?\d+$/.test(text)) {
    return text;
  }
  return text
    .replace(BETWEEN_DIGITS, '')
    .replace(/[０-９＋]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));
}

function needsNumberingPlans(text: string): boolean {
  return /^\+[1-9]\d+$/.test(text) && !isMainland(text);
}

function issueOf(field: string, text: string): SmsFieldIssue {
  if (text === '') {
    return {
      field,
      message: `${field} must be a phone number, as text.`,
      reason: 'phone-missing',
    };
  }
  const [why, reason] = whyUnusable(text, maskNumber(text));
  return { field, message: `${field} ${why}`, reason };
}

// Of the ranges 1064x and 14x, as the plan of the mainland gives them to machines.
const MACHINE = /^(?:(?:\+|00)?86)?(?:1064\d|14[014678]\d{2})\d{8}$/;
const TWICE = /^(?:\+|00)?86(?:\+|00)?860?1\d{10}$/;

function whyUnusable(text: string, shown: string): [sentence: string, reason: SmsIssueReason] {
  if (MACHINE.test(text)) {
    return [
      `is a 13-digit number of a machine (M2M), and Tencent takes mobile numbers of 11 digits: ${shown}.`,
      'phone-impossible',
    ];
  }
  if (TWICE.test(text)) {
    return [`has its country code twice: ${shown}.`, 'phone-impossible'];
  }
  if (/^(?:00)?86\d+$/.test(text) || !/^\d+$/.test(text)) {
    return [`is not a possible phone number: ${shown}.`, 'phone-impossible'];
  }
  return text.startsWith('00')
    ? [`begins with 00: ${shown}. Write a plus in its place.`, 'phone-without-country-code']
    : [
        `has no country code: ${shown}. Only mainland mobile numbers may go without their plus.`,
        'phone-without-country-code',
      ];
}
