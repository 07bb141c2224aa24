import * as v from 'valibot';
import { SMS_TYPES } from '../../api/templates.js';
import { checkOptions, expects, objectOr, optionsObject } from '../../errors/check-options.js';
import type { OptionProblem } from '../../errors/check-options.js';
import { SmsEmulatorError } from '../errors/emulator.error.js';
import type { Account } from '../records/account.js';
import { Review } from '../records/review.js';
import { findTemplateRejection } from '../records/review-rules.js';
import type { Sign } from '../records/signs.js';
import type { Template } from '../records/templates.js';

const MARKETS = { mainland: 0, international: 1, both: 3 } as const;
const market = expects(
  'mainland, international or both',
  v.picklist(['mainland', 'international', 'both']),
);
const state = expects(
  'approved, waiting or rejected',
  v.picklist(['approved', 'waiting', 'rejected']),
);
const text = expects('text, and not empty', v.pipe(v.string(), v.nonEmpty()));

const STOCK = optionsObject({
  signatures: v.optional(
    v.array(
      objectOr(
        optionsObject({
          id: expects(
            'a whole number from 1',
            v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
          ),
          name: text,
          market: v.optional(market, 'both'),
          state: v.optional(state, 'approved'),
          reviewReply: v.optional(v.string(), ''),
        }),
        text,
      ),
    ),
    [],
  ),
  templates: v.optional(
    v.array(
      optionsObject({
        id: expects('digits, as text', v.pipe(v.string(), v.regex(/^\d{1,15}$/))),
        name: v.optional(text),
        kind: expects(
          'verification, notification or marketing',
          v.optional(v.picklist(['verification', 'notification', 'marketing'])),
        ),
        text,
        market: v.optional(market, 'both'),
        state: v.optional(state, 'approved'),
        reviewReply: v.optional(v.string(), ''),
      }),
    ),
    [],
  ),
});

/** Signatures and templates of an account, as they stand in a file. */
export interface Stock {
  readonly signatures: readonly StockSign[];
  readonly templates: readonly StockTemplate[];
}

interface Reviewed {
  readonly market: keyof typeof MARKETS;
  readonly state: 'approved' | 'waiting' | 'rejected';
  readonly reviewReply: string;
}

interface StockSign extends Reviewed {
  readonly id?: number | undefined;
  readonly name: string;
}

interface StockTemplate extends Reviewed {
  readonly id: string;
  readonly name?: string | undefined;
  /** Not told for one of the former kinds. */
  readonly kind?: keyof typeof SMS_TYPES | undefined;
  readonly text: string;
}

/**
 * Reads what a file holds.
 *
 * @throws SmsEmulatorError naming the first member that is wrong.
 */
export function parseStock(given: unknown): Stock {
  const checked = checkOptions(STOCK, given);
  if (checked.problems !== undefined) {
    const [problem] = checked.problems;
    const code = 'SMS_EMULATOR_OPTIONS_INVALID';
    throw new SmsEmulatorError(code, describe(problem), undefined, problem?.field);
  }
  const { templates, signatures } = checked.output;
  return {
    templates,
    signatures: signatures.map((sign) =>
      typeof sign === 'string'
        ? { name: sign, market: 'both', state: 'approved', reviewReply: '' }
        : sign,
    ),
  };
}

function describe(problem: OptionProblem | undefined): string {
  const { field = '', kind = 'unusable', expected = '' } = problem ?? {};
  if (field === '') {
    return 'it must be { "signatures": [], "templates": [] }.';
  }
  return kind === 'unknown' ? `${field} is unknown.` : `${field} must be ${expected}.`;
}

/**
 * Gives an account what a file held.
 *
 * @param isGiven whether it is there from the start, and so not among what `takeStock` gives
 */
export function addStock(account: Account, stock: Stock, isGiven: boolean): void {
  const now = account.clock.now();
  for (const { id, name, market: where, ...reviewed } of stock.signatures) {
    // A signature is for one market, so that of both is two.
    for (const one of where === 'both' ? ([0, 1] as const) : [toOneMarket(where)]) {
      const review = toReview(reviewed, now, undefined);
      const own = where === 'both' ? undefined : id;
      const sign = { id: own, name, market: one, createdAt: now, qualificationId: 1, review };
      account.signs.restore(sign, isGiven);
    }
  }
  for (const { id, name, kind, text: content, market: where, ...reviewed } of stock.templates) {
    const smsType = kind === undefined ? 0 : SMS_TYPES[kind];
    const rejection = findTemplateRejection({
      TemplateContent: content,
      SmsType: kind === undefined ? SMS_TYPES.notification : SMS_TYPES[kind],
      International: where === 'international' ? 1 : 0,
    });
    const template = {
      id,
      name: name ?? `模板${id}`,
      content,
      smsType,
      market: MARKETS[where],
      createdAt: now,
      review: toReview(reviewed, now, rejection),
    };
    account.templates.restore(template, isGiven);
  }
}

/** What was added to an account, in the form of a file. */
export function takeStock({ signs, templates, clock }: Account): Stock {
  const now = clock.now();
  return {
    signatures: signs.added().map((sign) => ({
      id: sign.id,
      name: sign.name,
      market: sign.market === 0 ? 'mainland' : 'international',
      state: stateAt(sign, now),
      reviewReply: sign.review.replyAt(now),
    })),
    templates: templates.added().map((template) => ({
      id: template.id,
      name: template.name,
      kind: kindOf(template),
      text: template.content ?? '',
      market: (['mainland', 'international', 'both', 'both'] as const)[template.market],
      state: stateAt(template, now),
      reviewReply: template.review.replyAt(now),
    })),
  };
}

function toOneMarket(where: 'mainland' | 'international'): 0 | 1 {
  return where === 'mainland' ? 0 : 1;
}

/** A review that was not over begins anew. */
function toReview(
  { state: reached, reviewReply }: Pick<Reviewed, 'state' | 'reviewReply'>,
  now: number,
  rejection: string | undefined,
): Review {
  switch (reached) {
    case 'approved':
      return Review.passed();
    case 'waiting':
      return Review.submittedAt(now, rejection);
    case 'rejected':
      return Review.rejected(reviewReply);
  }
}

function stateAt({ review }: Pick<Sign | Template, 'review'>, now: number): Reviewed['state'] {
  return ({ 0: 'approved', 1: 'waiting', '-1': 'rejected' } as const)[review.statusAt(now)];
}

function kindOf({ smsType }: Template): StockTemplate['kind'] {
  const kinds = Object.keys(SMS_TYPES) as (keyof typeof SMS_TYPES)[];
  return kinds.find((kind) => SMS_TYPES[kind] === smsType);
}
