import { MAX_SIGN_CHARACTERS, MIN_SIGN_CHARACTERS } from '../api/limits.js';
import { collectValues, textLengthIssues } from './check-params.js';
import { countSegments } from './count-segments.js';
import type { SmsSegmentCount } from './count-segments.js';
import { findSignFault, signNameFor } from './sign-name.js';
import type { SmsSignName } from './sign-name.js';
import { renderText } from './template-content.js';
import type { SmsTemplateContent } from './template-content.js';

/** How a preview is made. */
export interface SmsPreviewOptions {
  /**
   * Content of the signature, without brackets, or one for each market. Left out, the signature is
   * not counted.
   * @default none
   */
  signName?: SmsSignName | undefined;
  /**
   * Where the recipients are; decides the brackets of the signature, how segments are counted and how
   * long a text may be.
   * @default that of `country`, or else 'mainland'
   */
  market?: 'mainland' | 'international' | undefined;
  /**
   * Country of the recipients, as its ISO 3166 code such as `MY`: a text of the same length may be
   * billed differently there. Decides the market, too, where that is left out.
   * @default none: as most countries of the market are billed
   */
  country?: string | undefined;
}

/** A text as its recipient would see it. */
export interface SmsPreview extends SmsSegmentCount {
  /** Signature included; a value that is missing leaves its placeholder. */
  readonly text: string;
  /** What would keep it from being sent, a sentence each. */
  readonly issues: readonly string[];
}

/**
 * Renders a template without sending it; faults become sentences instead of errors.
 *
 * @param other the template of the other market, whose parameters may be there too
 */
export function previewTemplate(
  template: SmsTemplateContent,
  params: unknown,
  { signName: signNames, country, market = marketOf(country) }: SmsPreviewOptions = {},
  other?: SmsTemplateContent,
): SmsPreview {
  const { values, issues } = collectValues(template, params, other);
  const given = signNameFor(market, signNames);
  const signName = given ?? '';
  const text = sign(signName, market) + renderText(template.text, values);
  return {
    text,
    ...countSegments(text, market, country?.toUpperCase()),
    issues: [...issues, ...textLengthIssues(template, values, market, signName)]
      .map(({ message }) => message)
      .concat(signIssues(given, market)),
  };
}

/** Where a preview is for. */
export function marketOf(country: string | undefined): 'mainland' | 'international' {
  return country === undefined || country.toUpperCase() === 'CN' ? 'mainland' : 'international';
}

function sign(signName: string, market: 'mainland' | 'international'): string {
  if (signName === '') {
    return '';
  }
  return market === 'mainland' ? `【${signName}】` : `[${signName}]`;
}

function signIssues(signName: string | undefined, market: 'mainland' | 'international'): string[] {
  // An empty one asks for none, which texts abroad can do without.
  if (signName === undefined || (signName === '' && market === 'international')) {
    return [];
  }
  const fault = findSignFault(signName);
  if (fault !== undefined) {
    return [`signName must be ${fault}.`];
  }
  const { length } = Array.from(signName);
  const longest = MAX_SIGN_CHARACTERS[market];
  return length < MIN_SIGN_CHARACTERS || length > longest
    ? [`signName must have ${MIN_SIGN_CHARACTERS} to ${longest} characters.`]
    : [];
}
