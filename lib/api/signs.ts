// Signatures: the name in 【】 that stands before a text.
import type { ActionShape } from './shapes.js';
import type { ResponseEnvelope } from './envelope.js';

/**
 * Submit a signature for review. At most 1 calls a second. Enterprise accounts only.
 *
 * @see https://console.cloud.tencent.com/api/explorer?Product=sms&Version=2021-01-11&Action=AddSmsSign
 */
export interface AddSmsSignRequest {
  /**
   * Signature content without brackets; must not equal one already approved or waiting. Rule:
   * mainland 2-12 characters (Chinese, letters, digits); international 2-15 characters.
   */
  SignName: string;
  /**
   * Kind of owner; the DocumentType must fit. `0` company - DocumentType 0 or 1; `1` app -
   * DocumentType 0,1,2,3 or 4 (no longer accepted for mainland signatures); `2` website -
   * withdrawn; `3` WeChat official account - withdrawn; `4` trademark - DocumentType 7; `5`
   * government, public institution or other body - DocumentType 2 or 3; `6` WeChat mini program
   * - withdrawn.
   */
  SignType: 0 | 1 | 2 | 3 | 4 | 5 | 6;
  /**
   * Kind of proof. `0` three-in-one licence; `1` business licence; `2` organisation code
   * certificate; `3` social credit code certificate; `4` app back-end screenshot, personal app
   * (no longer accepted for mainland signatures); `5` website filing screenshot - withdrawn; `6`
   * mini-program settings screenshot - withdrawn; `7` trademark registration certificate; `8`
   * official-account settings screenshot - withdrawn.
   */
  DocumentType: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;
  /** Market. `0` Chinese-mainland SMS; `1` international / Hong Kong, Macao, Taiwan SMS. */
  International: 0 | 1;
  /** Purpose. `0` own use; `1` on behalf of another party (CommissionImage needed). */
  SignPurpose: 0 | 1;
  /**
   * Proof of qualification. Image file as base64, WITHOUT the data:image/jpeg;base64, prefix.
   * Rule: jpg, jpeg or png; documentation of the console: at most 5 MB each.
   */
  ProofImage: string;
  /**
   * Letter of authorisation, only with SignPurpose 1. Image file as base64, WITHOUT the
   * data:image/jpeg;base64, prefix. Needed: when SignPurpose = 1.
   */
  CommissionImage?: string;
  /** Note for the reviewer. */
  Remark?: string;
  /**
   * Id of an approved real-name qualification. Needed: mainland signatures; not for
   * international ones.
   */
  QualificationId?: number;
}

/** Answer of `AddSmsSign`. */
export interface AddSmsSignResponse extends ResponseEnvelope {
  /** Result. */
  AddSignStatus: AddSignStatus;
}

/**
 * Change a signature that is waiting or rejected; an approved one cannot be changed. At most 1
 * calls a second. Enterprise accounts only.
 *
 * @see https://console.cloud.tencent.com/api/explorer?Product=sms&Version=2021-01-11&Action=ModifySmsSign
 */
export interface ModifySmsSignRequest {
  /** Signature to change. */
  SignId: number;
  /** New content. */
  SignName: string;
  /**
   * Kind of owner. `0` company - DocumentType 0 or 1; `1` app - DocumentType 0,1,2,3 or 4 (no
   * longer accepted for mainland signatures); `2` website - withdrawn; `3` WeChat official
   * account - withdrawn; `4` trademark - DocumentType 7; `5` government, public institution or
   * other body - DocumentType 2 or 3; `6` WeChat mini program - withdrawn.
   */
  SignType: 0 | 1 | 2 | 3 | 4 | 5 | 6;
  /**
   * Kind of proof. `0` three-in-one licence; `1` business licence; `2` organisation code
   * certificate; `3` social credit code certificate; `4` app back-end screenshot, personal app
   * (no longer accepted for mainland signatures); `5` website filing screenshot - withdrawn; `6`
   * mini-program settings screenshot - withdrawn; `7` trademark registration certificate; `8`
   * official-account settings screenshot - withdrawn.
   */
  DocumentType: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;
  /**
   * Must equal the present value; cannot be changed. `0` Chinese-mainland SMS; `1` international
   * / Hong Kong, Macao, Taiwan SMS.
   */
  International: 0 | 1;
  /** Purpose. `0` own use; `1` on behalf of another party (CommissionImage needed). */
  SignPurpose: 0 | 1;
  /**
   * Proof. Image file as base64, WITHOUT the data:image/jpeg;base64, prefix. Marked required,
   * although the official request example sends an empty string.
   */
  ProofImage: string;
  /**
   * Letter of authorisation. Image file as base64, WITHOUT the data:image/jpeg;base64, prefix.
   * Needed: when SignPurpose = 1.
   */
  CommissionImage?: string;
  /** Note for the reviewer. */
  Remark?: string;
  /** Id of an approved real-name qualification. Needed: mainland signatures. */
  QualificationId?: number;
}

/** Answer of `ModifySmsSign`. */
export interface ModifySmsSignResponse extends ResponseEnvelope {
  /** Result. */
  ModifySignStatus: ModifySignStatus;
}

/**
 * Delete a signature. At most 1 calls a second. Enterprise accounts only.
 *
 * @see https://console.cloud.tencent.com/api/explorer?Product=sms&Version=2021-01-11&Action=DeleteSmsSign
 */
export interface DeleteSmsSignRequest {
  /** Signature to delete. */
  SignId: number;
}

/** Answer of `DeleteSmsSign`. */
export interface DeleteSmsSignResponse extends ResponseEnvelope {
  /** Result. */
  DeleteSignStatus: DeleteSignStatus;
}

/**
 * Review state of signatures. At most 20 calls a second. Enterprise accounts only.
 *
 * @see https://console.cloud.tencent.com/api/explorer?Product=sms&Version=2021-01-11&Action=DescribeSmsSignList
 */
export interface DescribeSmsSignListRequest {
  /** Market. `0` Chinese-mainland SMS; `1` international / Hong Kong, Macao, Taiwan SMS. */
  International: 0 | 1;
  /** Ids to look up; when empty the list is paged. 0 to 100 items. */
  SignIdSet?: readonly number[];
  /**
   * Page size, used only without SignIdSet. From 0 to 100.
   * @default 10
   */
  Limit?: number;
  /**
   * Offset, used only without SignIdSet.
   * @default 0
   */
  Offset?: number;
}

/** Answer of `DescribeSmsSignList`. */
export interface DescribeSmsSignListResponse extends ResponseEnvelope {
  /** Signatures (mind the name: no Sms). */
  DescribeSignListStatusSet: DescribeSignListStatus[];
}

/** `AddSignStatus` of the answer. */
export interface AddSignStatus {
  /** New signature id, integer. */
  SignId: number;
}

/** `ModifySignStatus` of the answer. */
export interface ModifySignStatus {
  /** Signature id. */
  SignId: number;
}

/** `DeleteSignStatus` of the answer. */
export interface DeleteSignStatus {
  /** Text, "return successfully!" in the documentation. */
  DeleteStatus: string;
  /** UNIX seconds. */
  DeleteTime: number;
}

/** An item of `DescribeSignListStatusSet`. */
export interface DescribeSignListStatus {
  /** Signature id. */
  SignId: number;
  /** Market. `0` Chinese-mainland SMS; `1` international / Hong Kong, Macao, Taiwan SMS. */
  International: 0 | 1;
  /**
   * State. Mainland 0 means usable; -1 also covers "carrier registration not finished". `0`
   * approved and in effect; `1` under review; `2` approved, not in effect yet; `-1` rejected or
   * review failed.
   */
  StatusCode: -1 | 0 | 1 | 2;
  /** Reviewer's text. */
  ReviewReply: string;
  /** Content. */
  SignName: string;
  /** Submission time, UNIX seconds. */
  CreateTime: number;
  /** Qualification id; 0 for international. */
  QualificationId?: number;
  /** Qualification name; empty for international. */
  QualificationName?: string;
  /**
   * Qualification state. `0` waiting for review (also the default for international); `1`
   * approved; `2` rejected; `3` to be completed and resubmitted; `4` changed, waiting for
   * review; `5` changed, rejected.
   */
  QualificationStatusCode?: 0 | 1 | 2 | 3 | 4 | 5;
}

/** The members of these actions, for checking at run time. */
export const signsShapes = {
  AddSmsSign: {
    request: {
      SignName: 'string',
      SignType: 'integer',
      DocumentType: 'integer',
      International: 'integer',
      SignPurpose: 'integer',
      ProofImage: 'string',
      CommissionImage: 'string?',
      Remark: 'string?',
      QualificationId: 'integer?',
    },
    response: {
      AddSignStatus: {
        SignId: 'integer',
      },
    },
  },
  ModifySmsSign: {
    request: {
      SignId: 'integer',
      SignName: 'string',
      SignType: 'integer',
      DocumentType: 'integer',
      International: 'integer',
      SignPurpose: 'integer',
      ProofImage: 'string',
      CommissionImage: 'string?',
      Remark: 'string?',
      QualificationId: 'integer?',
    },
    response: {
      ModifySignStatus: {
        SignId: 'integer',
      },
    },
  },
  DeleteSmsSign: {
    request: {
      SignId: 'integer',
    },
    response: {
      DeleteSignStatus: {
        DeleteStatus: 'string',
        DeleteTime: 'integer',
      },
    },
  },
  DescribeSmsSignList: {
    request: {
      International: 'integer',
      SignIdSet: 'integer[]?',
      Limit: 'integer?',
      Offset: 'integer?',
    },
    response: {
      DescribeSignListStatusSet: [
        {
          SignId: 'integer',
          International: 'integer',
          StatusCode: 'integer',
          ReviewReply: 'string',
          SignName: 'string',
          CreateTime: 'integer',
          QualificationId: 'integer?',
          QualificationName: 'string?',
          QualificationStatusCode: 'integer?',
        },
      ],
    },
  },
} as const satisfies {
  AddSmsSign: ActionShape<AddSmsSignRequest, AddSmsSignResponse>;
  ModifySmsSign: ActionShape<ModifySmsSignRequest, ModifySmsSignResponse>;
  DeleteSmsSign: ActionShape<DeleteSmsSignRequest, DeleteSmsSignResponse>;
  DescribeSmsSignList: ActionShape<DescribeSmsSignListRequest, DescribeSmsSignListResponse>;
};
