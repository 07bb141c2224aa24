import { MAX_LISTED_REVIEWS } from '../api/limits.js';
import type { DescribeTemplateListStatus } from '../api/templates.js';
import { SmsApiError } from '../errors/api.errors.js';
import { toOneLine } from '../privacy/redact.js';
import type { SmsMarket } from '../recipients/normalize-recipients.js';
import type { SmsService } from '../sms.service.js';
import { toReviewState } from './review-state.js';
import type { SmsReviewState } from './review-state.js';

/** A template as Tencent has it. */
export interface SmsAccountTemplate {
  /** Digits. */
  readonly id: string;
  /** Its name in the console. */
  readonly name: string;
  /** The text with placeholders `{1}`. */
  readonly text: string;
  /** Where it may be sent. */
  readonly markets: readonly SmsMarket[];
  readonly state: SmsReviewState;
  /** The reviewer's words, usually the reason of a rejection; may be empty. */
  readonly reviewReply: string;
}

/** How the account is read. */
export interface SmsAccountReadOptions {
  /**
   * Ids to look up; all templates when left out, for which Tencent wants a key of the main account.
   * @default all
   */
  readonly ids?: readonly string[] | undefined;
  /** Ends the reading. */
  readonly signal?: AbortSignal | undefined;
}

/** A hundred thousand templates: more than any account has. Bounds the loop if the offset is ignored. */
const MAX_PAGES = 1000;
const MARKETS = [
  [0, 'mainland'],
  [1, 'international'],
] as const;

/**
 * Reads the templates of the account, of both markets.
 *
 * @throws SmsError when no usable answer came.
 */
export async function pullSmsTemplates(
  sms: SmsService,
  { ids, signal }: SmsAccountReadOptions = {},
): Promise<SmsAccountTemplate[]> {
  const found = new Map<string, SmsAccountTemplate>();
  for (const [market, name] of MARKETS) {
    // One after the other: the action may be called 20 times a second, and pages need one another.
    // oxlint-disable-next-line no-await-in-loop
    for (const item of await listMarket(sms, market, ids, signal)) {
      const template = toTemplate(item, name);
      const before = found.get(template.id);
      found.set(template.id, {
        ...template,
        markets: [...new Set([...(before?.markets ?? []), ...template.markets])],
      });
    }
  }
  return [...found.values()];
}

async function listMarket(
  sms: SmsService,
  market: 0 | 1,
  ids: readonly string[] | undefined,
  signal: AbortSignal | undefined,
): Promise<DescribeTemplateListStatus[]> {
  return ids === undefined
    ? listAll(async (page) => ask(sms, { International: market, ...page }, signal))
    : lookUp(ids, async (TemplateIdSet) =>
        ask(sms, { International: market, TemplateIdSet }, signal),
      );
}

async function ask(
  sms: SmsService,
  params: Parameters<SmsService['describeSmsTemplateList']>[0],
  signal: AbortSignal | undefined,
): Promise<DescribeTemplateListStatus[]> {
  const { DescribeTemplateStatusSet: items } = await sms.describeSmsTemplateList(params, {
    signal,
  });
  return items;
}

/** Reads page by page until one is not full. */
export async function listAll<T>(
  readPage: (page: { Limit: number; Offset: number }) => Promise<readonly T[]>,
): Promise<T[]> {
  const all: T[] = [];
  for (let page = 0; page < MAX_PAGES; page += 1) {
    // oxlint-disable-next-line no-await-in-loop -- whether there is a next page is seen in this one
    const items = await orNone(readPage({ Limit: MAX_LISTED_REVIEWS, Offset: all.length }));
    all.push(...(items ?? []));
    if ((items ?? []).length < MAX_LISTED_REVIEWS) {
      break;
    }
  }
  return all;
}

async function lookUp<T>(
  ids: readonly string[],
  readIds: (ids: number[]) => Promise<readonly T[]>,
): Promise<T[]> {
  const numbers = [...new Set(ids)].map(Number).filter((id) => Number.isSafeInteger(id));
  const all: T[] = [];
  for (let start = 0; start < numbers.length; start += MAX_LISTED_REVIEWS) {
    const some = numbers.slice(start, start + MAX_LISTED_REVIEWS);
    // oxlint-disable-next-line no-await-in-loop -- an action of few calls a second
    const items = await orNone(readIds(some));
    if (items !== undefined) {
      all.push(...items);
    } else if (some.length > 1) {
      // One unknown id is enough for a refusal, which does not say which one it is.
      for (const id of some) {
        // oxlint-disable-next-line no-await-in-loop -- an action of few calls a second
        all.push(...((await orNone(readIds([id]))) ?? []));
      }
    }
  }
  return all;
}

/** `undefined` where Tencent has nothing of the kind: whether that is an empty list is not documented. */
async function orNone<T>(items: Promise<T>): Promise<T | undefined> {
  try {
    return await items;
  } catch (error) {
    if (error instanceof SmsApiError && NOTHING.test(error.code)) {
      return undefined;
    }
    throw error;
  }
}

const NOTHING = /\.(?:Missing(?:Template|Signature)List|(?:Template|Sign)IdNotExist)$/;

function toTemplate(item: DescribeTemplateListStatus, asked: SmsMarket): SmsAccountTemplate {
  return {
    id: String(item.TemplateId),
    name: toOneLine(item.TemplateName),
    text: item.TemplateContent,
    markets: item.International === 3 ? ['mainland', 'international'] : [asked],
    state: toReviewState(item.StatusCode),
    reviewReply: toOneLine(item.ReviewReply),
  };
}
