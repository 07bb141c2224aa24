import { MAX_LISTED_REVIEWS, MAX_TEXT_CHARACTERS } from '../../api/limits.js';
import { SMS_TYPES } from '../../api/templates.js';
import type { DescribeTemplateListStatus } from '../../api/templates.js';
import { ApiError } from '../protocol/api.error.js';
import { toSeconds } from '../clock/clock.js';
import type { Handlers } from './handler.js';
import { assertInternational, assertLimit } from './paging.js';
import { offersOptOut } from '../../api/opt-out.js';
import { Review } from '../records/review.js';
import { findTemplateRejection } from '../records/review-rules.js';
import { MAX_TEMPLATES } from '../records/templates.js';
import type { Template } from '../records/templates.js';

const MAX_NAME_CHARACTERS = 500;
const MAX_SMS_TYPE = 3;

/** Handlers of the templates. */
export const templatesHandlers: Handlers<
  'AddSmsTemplate' | 'ModifySmsTemplate' | 'DeleteSmsTemplate' | 'DescribeSmsTemplateList'
> = {
  AddSmsTemplate(request, { account }) {
    assertTemplate(request);
    if (account.templates.size >= MAX_TEMPLATES) {
      throw new ApiError(
        'FailedOperation.TemplateNumberLimit',
        `An account has at most ${MAX_TEMPLATES} templates.`,
      );
    }
    return { AddTemplateStatus: { TemplateId: account.templates.add(request).id } };
  },

  ModifySmsTemplate(request, { account }) {
    const now = account.clock.now();
    const template = account.templates.find(String(request.TemplateId));
    if (template === undefined) {
      throw new ApiError(
        'FailedOperation.MissingTemplateToModify',
        'The TemplateId does not exist.',
      );
    }
    if (template.review.statusAt(now) === 0) {
      throw new ApiError(
        'FailedOperation.TemplateAlreadyPassedCheck',
        'An approved template cannot be changed.',
      );
    }
    assertTemplate(request);
    if (request.International !== template.market) {
      throw new ApiError(
        'InvalidParameterValue.InvalidInternational',
        '`International` must be what it was when the template was added.',
      );
    }
    template.name = request.TemplateName;
    template.content = request.TemplateContent;
    template.smsType = request.SmsType;
    template.review = Review.submittedAt(now, findTemplateRejection(request));
    return { ModifyTemplateStatus: { TemplateId: request.TemplateId } };
  },

  DeleteSmsTemplate(request, { account }) {
    const id = String(request.TemplateId);
    if (account.templates.find(id) === undefined) {
      throw new ApiError('FailedOperation.TemplateIdNotExist', 'The TemplateId does not exist.');
    }
    account.templates.delete(id);
    return {
      DeleteTemplateStatus: {
        DeleteStatus: 'return successfully!',
        DeleteTime: toSeconds(account.clock.now()),
      },
    };
  },

  DescribeSmsTemplateList(request, { account }) {
    const { TemplateIdSet: ids = [], Limit: limit = 0, Offset: offset = 0 } = request;
    assertInternational(request.International);
    assertLimit(Math.max(limit, ids.length), MAX_LISTED_REVIEWS);
    const ofMarket = account.templates
      .list()
      .filter(({ market }) => market === request.International || market === 3);
    const page =
      ids.length > 0
        ? ofMarket.filter(({ id }) => ids.includes(Number(id)))
        : ofMarket.slice(offset, offset + limit);
    const now = account.clock.now();
    return { DescribeTemplateStatusSet: page.map((template) => toListItem(template, now)) };
  },
};

function toListItem(template: Template, now: number): DescribeTemplateListStatus {
  return {
    TemplateId: Number(template.id),
    International: template.market,
    StatusCode: template.review.statusAt(now),
    ReviewReply: template.review.replyAt(now),
    TemplateName: template.name,
    CreateTime: toSeconds(template.createdAt),
    TemplateContent: template.content ?? '',
  };
}

function assertTemplate(request: {
  TemplateName: string;
  TemplateContent: string;
  SmsType: number;
  International: number;
}): void {
  // 0 is what older accounts call an ordinary text.
  if (request.SmsType > MAX_SMS_TYPE) {
    throw new ApiError(
      'InvalidParameterValue.InvalidSmsType',
      '`SmsType` must be 1 (marketing), 2 (notification) or 3 (verification code).',
    );
  }
  assertInternational(request.International);
  if (request.TemplateName === '' || request.TemplateName.length > MAX_NAME_CHARACTERS) {
    throw new ApiError(
      'InvalidParameter.InvalidParameters',
      `\`TemplateName\` must have 1 to ${MAX_NAME_CHARACTERS} characters.`,
    );
  }
  const problem = findFormatProblem(request.TemplateContent, request.International);
  if (problem !== undefined) {
    throw new ApiError(
      'InvalidParameterValue.InvalidTemplateFormat',
      `\`TemplateContent\` ${problem}.`,
    );
  }
  assertOptOut(request);
}

// Whether a text lets people out is for the review of the mainland only.
function assertOptOut(request: {
  TemplateContent: string;
  SmsType: number;
  International: number;
}): void {
  if (
    request.SmsType === SMS_TYPES.marketing &&
    request.International === 0 &&
    !offersOptOut(request.TemplateContent)
  ) {
    throw new ApiError(
      'InvalidParameterValue.MarketingTemplateWithoutUnsubscribe',
      'A marketing template must end with 拒收请回复R.',
    );
  }
}

function findFormatProblem(content: string, international: number): string | undefined {
  const most = MAX_TEXT_CHARACTERS[international === 0 ? 'mainland' : 'international'];
  if (content === '' || content.length > most) {
    return `must have 1 to ${most} characters`;
  }
  if (/[【】]/.test(content)) {
    return 'must not contain 【 or 】: the signature is put in front when sending';
  }
  if (/[{}]/.test(content.replace(/\{[1-9]\d*\}/g, ''))) {
    return 'may use braces for variables only, written {1}, {2} and so on';
  }
  const numbers = new Set(content.match(/\{\d+\}/g));
  const gap = Array.from(numbers, (_, index) => index + 1).find((n) => !numbers.has(`{${n}}`));
  return gap === undefined
    ? undefined
    : `must number its variables from 1 without gaps: {${gap}} is missing`;
}
