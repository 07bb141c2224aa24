import { SMS_TYPES } from '../../api/templates.js';
import type { AddSmsTemplateRequest } from '../../api/templates.js';
import type { ReadableClock } from '../clock/clock.js';
import { Review } from './review.js';
import { findTemplateRejection } from './review-rules.js';

/** A template of the account. */
export interface Template {
  readonly id: string;
  name: string;
  /** `undefined` for one that was learned: its text is unknown. */
  content: string | undefined;
  /** 1 marketing, 2 notification, 3 verification code; 0 where it is unknown. */
  smsType: number;
  /** 0 mainland, 1 international, 3 both. */
  readonly market: 0 | 1 | 3;
  /** Place of the verification code among its values, where that is told. */
  readonly codeAt?: number | undefined;
  readonly createdAt: number;
  review: Review;
}

/** A template that the emulator is given to start with. */
export interface OwnTemplate {
  readonly id: string;
  readonly content: string;
  readonly smsType: number;
  /** Place of the verification code among its values; `undefined` where none is told. */
  readonly codeAt: number | undefined;
}

/** Most templates of an account. */
export const MAX_TEMPLATES = 1000;
const FIRST_ID = 2_000_001;
const SEED = {
  id: '449739',
  name: '登录验证码',
  content: '{1}为您的登录验证码，请于{2}分钟内填写，如非本人操作，请忽略本短信。',
  smsType: SMS_TYPES.verification,
  codeAt: 0,
};

/** The account's templates: one to start with, and what `AddSmsTemplate` brings. */
export class Templates {
  private readonly known = new Map<string, Template>();
  private readonly deleted = new Set<string>();
  /** Ids that are there from the start, and so need not be kept. */
  private readonly given = new Set<string>();
  private nextId = FIRST_ID;

  constructor(
    private readonly clock: ReadableClock,
    private readonly strict: boolean,
    own: readonly OwnTemplate[],
  ) {
    for (const template of [SEED, ...own]) {
      this.known.set(template.id, {
        name: `模板${template.id}`,
        ...template,
        // Both, so that one can try every market before adding a template.
        market: 3,
        createdAt: clock.now(),
        review: Review.passed(),
      });
      this.given.add(template.id);
    }
  }

  get size(): number {
    return this.known.size;
  }

  find(id: string): Template | undefined {
    return this.known.get(id);
  }

  list(): Template[] {
    return [...this.known.values()];
  }

  add(request: AddSmsTemplateRequest): Template {
    const now = this.clock.now();
    while (this.known.has(String(this.nextId))) {
      this.nextId += 1;
    }
    const template: Template = {
      id: String(this.nextId),
      name: request.TemplateName,
      content: request.TemplateContent,
      smsType: request.SmsType,
      market: request.International,
      createdAt: now,
      review: Review.submittedAt(now, findTemplateRejection(request)),
    };
    this.nextId += 1;
    this.known.set(template.id, template);
    return template;
  }

  /** Takes one that was there before; what is given from the start is not among the added ones. */
  restore(template: Template, isGiven: boolean): void {
    this.known.set(template.id, template);
    if (isGiven) {
      this.given.add(template.id);
    }
  }

  /** What came after the start. */
  added(): Template[] {
    return this.list().filter(({ id }) => !this.given.has(id));
  }

  delete(id: string): void {
    this.known.delete(id);
    // Remembered, so that the lenient mode does not learn it again. Ids come from us, one call each.
    this.deleted.add(id);
    if (this.deleted.size > MAX_TEMPLATES) {
      for (const oldest of this.deleted) {
        this.deleted.delete(oldest);
        break;
      }
    }
  }

  /** The template to send with; `undefined` when it must not be used. */
  findUsable(id: string): Template | undefined {
    const template = this.known.get(id);
    if (template === undefined) {
      return this.strict || this.deleted.has(id) || !/^\d{1,19}$/.test(id)
        ? undefined
        : this.learn(id);
    }
    if (!this.strict) {
      template.review.finishNow();
    }
    return template.review.statusAt(this.clock.now()) === 0 ? template : undefined;
  }

  // Nothing is stored: what is not known of the template can't be listed either.
  private learn(id: string): Template {
    return {
      id,
      name: '',
      content: undefined,
      smsType: 0,
      market: 3,
      createdAt: this.clock.now(),
      review: Review.passed(),
    };
  }
}

/** Whether a template is for verification codes, which must be digits. */
export function isVerification(template: Template): boolean {
  return template.smsType === SMS_TYPES.verification;
}

/** Whether a template is for marketing, which the mainland takes by day only. */
export function isMarketing(template: Template): boolean {
  return template.smsType === SMS_TYPES.marketing;
}

/** The verification code among the values; the minutes beside it are shorter. */
export function findCode(template: Template, params: readonly string[]): string | undefined {
  if (template.codeAt !== undefined) {
    return params[template.codeAt];
  }
  if (isVerification(template)) {
    return params.find((value) => /^\d{4,6}$/.test(value)) ?? params.find((value) => value !== '');
  }
  return template.content === undefined
    ? params.find((value) => /^\d{4,8}$/.test(value))
    : undefined;
}

/** How many values a template's text takes. */
export function countVariables(content: string): number {
  return new Set(content.match(/\{\d+\}/g)).size;
}

/** Puts the values into a template's text. */
export function renderTemplate(template: Template, params: readonly string[]): string {
  return template.content === undefined
    ? `模板${template.id}：${params.join('，')}`
    : template.content.replace(
        /\{(\d+)\}/g,
        (_, number: string) => params[Number(number) - 1] ?? '',
      );
}
