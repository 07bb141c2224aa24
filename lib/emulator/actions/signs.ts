import { MAX_LISTED_REVIEWS, MAX_SIGN_CHARACTERS, MIN_SIGN_CHARACTERS } from '../../api/limits.js';
import type { AddSmsSignRequest, DescribeSignListStatus } from '../../api/signs.js';
import { ApiError } from '../protocol/api.error.js';
import { toSeconds } from '../clock/clock.js';
import type { Handlers } from './handler.js';
import { assertInternational, assertLimit } from './paging.js';
import { Review } from '../records/review.js';
import { findSignRejection } from '../records/review-rules.js';
import { MAX_SIGNS } from '../records/signs.js';
import { missing } from '../protocol/verify-signature.js';
import type { Sign } from '../records/signs.js';

const DEFAULT_LISTED = 10;
/** Of 5 MB in base64. */
const MAX_IMAGE_CHARACTERS = Math.ceil((5 * 1024 * 1024) / 3) * 4;
const MAX_SIGN_TYPE = 6;
const MAX_DOCUMENT_TYPE = 8;

/** Handlers of the signatures. */
export const signsHandlers: Handlers<
  'AddSmsSign' | 'ModifySmsSign' | 'DeleteSmsSign' | 'DescribeSmsSignList'
> = {
  AddSmsSign(request, { account }) {
    if (request.SignPurpose > 1) {
      throw new ApiError(
        'InvalidParameterValue.InvalidUsedMethod',
        '`SignPurpose` must be 0 (own use) or 1 (for another party).',
      );
    }
    assertSignFields(request);
    const same = account.signs.findByName(request.SignName, request.International);
    if (same !== undefined) {
      throw same.review.statusAt(account.clock.now()) === 0
        ? new ApiError(
            'InvalidParameterValue.SignAlreadyPassedCheck',
            'This signature is approved already.',
          )
        : new ApiError(
            'InvalidParameterValue.SignExistAndUnapproved',
            'The same signature was submitted before and is not approved.',
          );
    }
    if (account.signs.size >= MAX_SIGNS) {
      throw new ApiError('FailedOperation.SignNumberLimit', 'There are too many signatures.');
    }
    return { AddSignStatus: { SignId: account.signs.add(request).id } };
  },

  ModifySmsSign(request, { account }) {
    const now = account.clock.now();
    const sign = account.signs.find(request.SignId);
    if (sign === undefined) {
      throw new ApiError('FailedOperation.MissingSignatureToModify', 'The SignId does not exist.');
    }
    if (sign.review.statusAt(now) === 0) {
      throw new ApiError(
        'InvalidParameterValue.SignAlreadyPassedCheck',
        'An approved signature cannot be changed.',
      );
    }
    if (request.SignPurpose > 1) {
      throw new ApiError(
        'InvalidParameterValue.InvalidSignPurpose',
        '`SignPurpose` must be 0 (own use) or 1 (for another party).',
      );
    }
    assertSignFields(request);
    if (request.International !== sign.market) {
      throw new ApiError(
        'InvalidParameterValue.InvalidInternational',
        '`International` must be what it was when the signature was added.',
      );
    }
    const same = account.signs.findByName(request.SignName, request.International);
    if (same !== undefined && same !== sign) {
      throw new ApiError(
        'InvalidParameterValue.SignExistAndUnapproved',
        'Another signature has this name.',
      );
    }
    sign.name = request.SignName;
    sign.qualificationId = request.QualificationId;
    sign.review = Review.submittedAt(now, findSignRejection(request));
    return { ModifySignStatus: { SignId: sign.id } };
  },

  DeleteSmsSign(request, { account }) {
    const sign = account.signs.find(request.SignId);
    if (sign === undefined) {
      throw new ApiError('FailedOperation.SignIdNotExist', 'The SignId does not exist.');
    }
    account.signs.delete(sign);
    return {
      DeleteSignStatus: {
        DeleteStatus: 'return successfully!',
        DeleteTime: toSeconds(account.clock.now()),
      },
    };
  },

  DescribeSmsSignList(request, { account }) {
    const { SignIdSet: ids = [], Limit: limit = DEFAULT_LISTED, Offset: offset = 0 } = request;
    assertInternational(request.International);
    assertLimit(Math.max(limit, ids.length), MAX_LISTED_REVIEWS);
    const ofMarket = account.signs.list().filter(({ market }) => market === request.International);
    const page =
      ids.length > 0
        ? ofMarket.filter(({ id }) => ids.includes(id))
        : ofMarket.slice(offset, offset + limit);
    const now = account.clock.now();
    return { DescribeSignListStatusSet: page.map((sign) => toListItem(sign, now)) };
  },
};

function toListItem(sign: Sign, now: number): DescribeSignListStatus {
  return {
    SignId: sign.id,
    International: sign.market,
    StatusCode: sign.review.statusAt(now),
    ReviewReply: sign.review.replyAt(now),
    SignName: sign.name,
    CreateTime: toSeconds(sign.createdAt),
    ...qualificationOf(sign),
  };
}

function qualificationOf({ market, qualificationId }: Sign): Partial<DescribeSignListStatus> {
  if (market === 1) {
    return { QualificationId: 0, QualificationName: '', QualificationStatusCode: 0 };
  }
  return qualificationId === undefined
    ? {}
    : {
        QualificationId: qualificationId,
        QualificationName: `示例科技有限公司_${qualificationId}`,
        QualificationStatusCode: 1,
      };
}

type SignFields = Pick<
  AddSmsSignRequest,
  | 'SignName'
  | 'SignType'
  | 'DocumentType'
  | 'International'
  | 'SignPurpose'
  | 'ProofImage'
  | 'CommissionImage'
>;

function assertSignFields(request: SignFields): void {
  assertInternational(request.International);
  const { length } = Array.from(request.SignName);
  const longest = MAX_SIGN_CHARACTERS[request.International === 0 ? 'mainland' : 'international'];
  if (length > longest) {
    throw new ApiError(
      'InvalidParameterValue.SignNameLengthTooLong',
      `\`SignName\` must have at most ${longest} characters.`,
    );
  }
  if (length < MIN_SIGN_CHARACTERS || /[【】[\]]/.test(request.SignName)) {
    throw new ApiError(
      'FailedOperation.OtherError',
      `\`SignName\` must have at least ${MIN_SIGN_CHARACTERS} characters, and no brackets.`,
    );
  }
  if (request.SignType > MAX_SIGN_TYPE) {
    throw new ApiError('FailedOperation.OtherError', '`SignType` must be from 0 to 6.');
  }
  if (request.DocumentType > MAX_DOCUMENT_TYPE) {
    throw new ApiError(
      'InvalidParameterValue.InvalidDocumentType',
      '`DocumentType` must be from 0 to 8.',
    );
  }
  if (request.SignPurpose === 1 && (request.CommissionImage ?? '') === '') {
    throw missing('CommissionImage');
  }
  for (const image of [request.ProofImage, request.CommissionImage ?? '']) {
    if (image.length > MAX_IMAGE_CHARACTERS) {
      throw new ApiError('InvalidParameterValue.ImageInvalid', 'An image must have at most 5 MB.');
    }
    if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(image)) {
      throw new ApiError(
        'InvalidParameterValue.ImageInvalid',
        'An image must be base64, without a `data:` prefix.',
      );
    }
  }
}
