import { isObject } from '../api/json-values.js';
import { MAX_SIGN_CHARACTERS, MIN_SIGN_CHARACTERS } from '../api/limits.js';
import { collectValues, textLengthIssues } from './check-params.js';
import { countSegments } from './count-segments.js';
import type { SmsSegmentCount } from './count-segments.js';
import { findSignFault } from './sign-name.js';
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

type Market = 'mainland' | 'international';

/**
 * Renders a template without sending it; faults become sentences instead of errors.
 *
 * @param templates the template of each market, which may be one and the same
 */
export function previewTemplate(
  templates: Readonly<Record<Market, SmsTemplateContent>>,
  params: unknown,
  options: SmsPreviewOptions | undefined,
): SmsPreview {
  const { market, country, given, faults } = readOptions(options);
  const { [market]: template, [market === 'mainland' ? 'international' : 'mainland']: other } =
    templates;
  const { values, issues } = collectValues(template, params, other);
  const signName = given ?? '';
  const text = sign(signName, market) + renderText(template.text, values);
  return {
    text,
    ...countSegments(text, market, country),
    issues: [...issues, ...textLengthIssues(template, values, market, signName)]
      .map(({ message }) => message)
      .concat(faults, signIssues(given, market)),
  };
}

/** Options as they can be used, and a sentence for each that can't: JavaScript callers are not type-checked. */
interface ReadOptions {
  readonly market: Market;
  readonly country: string | undefined;
  /** The signature of the market; empty where none is asked for. */
  readonly given: string | undefined;
  readonly faults: readonly string[];
}

function readOptions(options: unknown): ReadOptions {
  const faults: string[] = [];
  if (options !== undefined && !isObject(options)) {
    faults.push('options must be an object.');
  }
  const { market, country, signName } = isObject(options) ? options : {};
  const isCountry = typeof country === 'string' && /^[a-z]{2}$/i.test(country);
  if (country !== undefined && !isCountry) {
    faults.push('country must be an ISO 3166 code, such as MY.');
  }
  const isMarket = market === 'mainland' || market === 'international';
  if (market !== undefined && !isMarket) {
    faults.push('market must be mainland or international.');
  }
  const code = isCountry ? country.toUpperCase() : undefined;
  const own = isMarket ? market : marketOf(code);
  const signature = isObject(signName) ? signName[own] : signName;
  if (signature !== undefined && typeof signature !== 'string') {
    faults.push('signName must be text.');
  }
  const given = typeof signature === 'string' ? signature : undefined;
  return { market: own, country: code, given, faults };
}

function marketOf(country: string | undefined): Market {
  return country === undefined || country === 'CN' ? 'mainland' : 'international';
}

function sign(signName: string, market: Market): string {
  if (signName === '') {
    return '';
  }
  return market === 'mainland' ? `【${signName}】` : `[${signName}]`;
}

function signIssues(signName: string | undefined, market: Market): string[] {
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
