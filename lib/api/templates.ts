// Templates: the only texts that may be sent.
import type { ActionShape } from './shapes.js';
import type { ResponseEnvelope } from './envelope.js';

/**
 * Submit a template for review. At most 2 calls a second. Enterprise accounts only.
 *
 * @see https://console.cloud.tencent.com/api/explorer?Product=sms&Version=2021-01-11&Action=AddSmsTemplate
 */
export interface AddSmsTemplateRequest {
  /** Name, free. */
  TemplateName: string;
  /**
   * Body with placeholders {1}, {2}, ... numbered from 1 without gaps; no 【】. Rule: whole
   * message incl. signature and values at most 500 characters; not variables only; variables not
   * adjacent.
   */
  TemplateContent: string;
  /**
   * Kind of SMS (1/2/3 since 2024-05-16; older accounts and old samples use 0 = ordinary, 1 =
   * marketing). `1` marketing; `2` notification; `3` verification code.
   */
  SmsType: 1 | 2 | 3;
  /** Market. `0` Chinese-mainland SMS; `1` international / Hong Kong, Macao, Taiwan SMS. */
  International: 0 | 1;
  /** Reason / scene for the reviewer. */
  Remark: string;
}

/** `SmsType` of each kind of SMS, since 2024-05-16. */
export const SMS_TYPES = { marketing: 1, notification: 2, verification: 3 } as const;

/** Answer of `AddSmsTemplate`. */
export interface AddSmsTemplateResponse extends ResponseEnvelope {
  /** Result. */
  AddTemplateStatus: AddTemplateStatus;
}

/**
 * Change a template that is waiting or rejected; an approved one cannot be changed. At most 20
 * calls a second. Enterprise accounts only.
 *
 * @see https://console.cloud.tencent.com/api/explorer?Product=sms&Version=2021-01-11&Action=ModifySmsTemplate
 */
export interface ModifySmsTemplateRequest {
  /** Template to change, INTEGER. */
  TemplateId: number;
  /** New name. */
  TemplateName: string;
  /** New body. */
  TemplateContent: string;
  /** Kind of SMS. `1` marketing; `2` notification; `3` verification code. */
  SmsType: 1 | 2 | 3;
  /**
   * Must equal the present value of the template; cannot be changed. `0` Chinese-mainland SMS;
   * `1` international / Hong Kong, Macao, Taiwan SMS.
   */
  International: 0 | 1;
  /** Reason / scene for the reviewer. */
  Remark: string;
}

/** Answer of `ModifySmsTemplate`. */
export interface ModifySmsTemplateResponse extends ResponseEnvelope {
  /** Result. */
  ModifyTemplateStatus: ModifyTemplateStatus;
}

/**
 * Delete a template. At most 1 calls a second. Enterprise accounts only.
 *
 * @see https://console.cloud.tencent.com/api/explorer?Product=sms&Version=2021-01-11&Action=DeleteSmsTemplate
 */
export interface DeleteSmsTemplateRequest {
  /** Template to delete, integer. */
  TemplateId: number;
}

/** Answer of `DeleteSmsTemplate`. */
export interface DeleteSmsTemplateResponse extends ResponseEnvelope {
  /** Result. */
  DeleteTemplateStatus: DeleteTemplateStatus;
}

/**
 * Review state of templates. At most 20 calls a second. Enterprise accounts only.
 *
 * @see https://console.cloud.tencent.com/api/explorer?Product=sms&Version=2021-01-11&Action=DescribeSmsTemplateList
 */
export interface DescribeSmsTemplateListRequest {
  /** Market. `0` Chinese-mainland SMS; `1` international / Hong Kong, Macao, Taiwan SMS. */
  International: 0 | 1;
  /**
   * Ids to look up. When empty or absent the list is paged with Limit and Offset (needs the main
   * account's key). 0 to 100 items.
   */
  TemplateIdSet?: readonly number[];
  /**
   * Page size, used only without TemplateIdSet. The DEFAULT IS 0, so pass it explicitly. From 0
   * to 100.
   * @default 0
   */
  Limit?: number;
  /**
   * Offset, used only without TemplateIdSet.
   * @default 0
   */
  Offset?: number;
}

/** Answer of `DescribeSmsTemplateList`. */
export interface DescribeSmsTemplateListResponse extends ResponseEnvelope {
  /** Templates (mind the name: no Sms, no List). */
  DescribeTemplateStatusSet: DescribeTemplateListStatus[];
}

/** `AddTemplateStatus` of the answer. */
export interface AddTemplateStatus {
  /** New template id, a STRING here (integer in every other template response). */
  TemplateId: string;
}

/** `ModifyTemplateStatus` of the answer. */
export interface ModifyTemplateStatus {
  /** Template id, integer. */
  TemplateId: number;
}

/** `DeleteTemplateStatus` of the answer. */
export interface DeleteTemplateStatus {
  /** Text, "return successfully!" in the documentation. */
  DeleteStatus: string;
  /** UNIX seconds. */
  DeleteTime: number;
}

/** An item of `DescribeTemplateStatusSet`. */
export interface DescribeTemplateListStatus {
  /** Template id, integer. */
  TemplateId: number;
  /** Market. `0` mainland; `1` international; `3` usable for both. */
  International: 0 | 1 | 3;
  /**
   * Review state; only 0 may be used for sending. `0` approved and in effect; `1` under review;
   * `2` approved, not in effect yet; `-1` rejected or review failed.
   */
  StatusCode: -1 | 0 | 1 | 2;
  /** Reviewer's text, usually the reason of a rejection. */
  ReviewReply: string;
  /** Name. */
  TemplateName: string;
  /** Submission time, UNIX seconds. */
  CreateTime: number;
  /** Body. */
  TemplateContent: string;
}

/** The members of these actions, for checking at run time. */
export const templatesShapes = {
  AddSmsTemplate: {
    request: {
      TemplateName: 'string',
      TemplateContent: 'string',
      SmsType: 'integer',
      International: 'integer',
      Remark: 'string',
    },
    response: {
      AddTemplateStatus: {
        TemplateId: 'string',
      },
    },
  },
  ModifySmsTemplate: {
    request: {
      TemplateId: 'integer',
      TemplateName: 'string',
      TemplateContent: 'string',
      SmsType: 'integer',
      International: 'integer',
      Remark: 'string',
    },
    response: {
      ModifyTemplateStatus: {
        TemplateId: 'integer',
      },
    },
  },
  DeleteSmsTemplate: {
    request: {
      TemplateId: 'integer',
    },
    response: {
      DeleteTemplateStatus: {
        DeleteStatus: 'string',
        DeleteTime: 'integer',
      },
    },
  },
  DescribeSmsTemplateList: {
    request: {
      International: 'integer',
      TemplateIdSet: 'integer[]?',
      Limit: 'integer?',
      Offset: 'integer?',
    },
    response: {
      DescribeTemplateStatusSet: [
        {
          TemplateId: 'integer',
          International: 'integer',
          StatusCode: 'integer',
          ReviewReply: 'string',
          TemplateName: 'string',
          CreateTime: 'integer',
          TemplateContent: 'string',
        },
      ],
    },
  },
} as const satisfies {
  AddSmsTemplate: ActionShape<AddSmsTemplateRequest, AddSmsTemplateResponse>;
  ModifySmsTemplate: ActionShape<ModifySmsTemplateRequest, ModifySmsTemplateResponse>;
  DeleteSmsTemplate: ActionShape<DeleteSmsTemplateRequest, DeleteSmsTemplateResponse>;
  DescribeSmsTemplateList: ActionShape<
    DescribeSmsTemplateListRequest,
    DescribeSmsTemplateListResponse
  >;
};
