// The rules of the review, as far as Tencent documents them. Their texts are Chinese, as Tencent's.
import type { AddSmsSignRequest } from '../../api/signs.js';
import { SMS_TYPES } from '../../api/templates.js';
import type { AddSmsTemplateRequest } from '../../api/templates.js';
import { containsUrl } from '../../templates/contains-url.js';
import { findSignFault, isMainlandSignName } from '../../templates/sign-name.js';

/**
 * Why a template is not approved; `undefined` when it is.
 *
 * @see https://cloud.tencent.com/document/product/382/39023
 */
export function findTemplateRejection({
  TemplateContent: content,
  SmsType: kind,
  International: market,
}: Pick<AddSmsTemplateRequest, 'TemplateContent' | 'SmsType' | 'International'>):
  string | undefined {
  if (content.replace(/\{\d+\}|\s/g, '') === '') {
    return '模板内容不能全部为变量';
  }
  if (content.includes('}{')) {
    return '两个变量不能相邻';
  }
  if (hasVariableInUrl(content)) {
    return '链接中不能包含变量';
  }
  if (/[｛｝]/.test(content)) {
    return '变量须使用半角花括号';
  }
  if (SYMBOL.test(content) || EMOTICON.test(content)) {
    return '模板内容不能包含￥、★等特殊符号或组合符号';
  }
  if (kind === SMS_TYPES.verification && !(market === 0 ? /验证码/ : /\bcode\b/i).test(content)) {
    return market === 0 ? '验证码模板必须包含“验证码”' : '验证码模板必须包含“code”';
  }
  return undefined;
}

/** Either sign of the yen, reference marks, arrows, boxes, shapes, dingbats, emoji. */
const SYMBOL =
  /[\u00A5\uFFE5\u203B\u2190-\u21FF\u2300-\u23FF\u2500-\u27BF\u2900-\u297F\u2B00-\u2BFF\u{1F000}-\u{1FAFF}]/u;
/** Faces put together from other characters, such as `^_^`, `>_<`, `T_T`, `:-)`. */
const EMOTICON =
  /(?<![A-Za-z\d])[\^>TOo=~]_+[\^<TOo=~](?![A-Za-z\d])|[\^>][-.]?[\^<]|[:;](?:-[()DP]|\))(?!\w)/;

/** What can belong to a URL, a variable included. */
const URL_RUN = /[\w\-.~:/?#@&=%+{}]+/g;

/** Whether a variable is part of a URL: inside it, before it or behind it. */
function hasVariableInUrl(content: string): boolean {
  const runs = content.normalize('NFKC').match(URL_RUN) ?? [];
  return runs.some(
    (run) =>
      /\{\d+\}/.test(run) && ['a', ''].some((value) => containsUrl(run.replace(/\{\d+\}/g, value))),
  );
}

/** The kinds of proof that each kind of owner can give. Owners that are not here are withdrawn. */
const PROOFS = new Map<number, readonly number[]>([
  [0, [0, 1]],
  [1, [0, 1, 2, 3, 4]],
  [4, [7]],
  [5, [2, 3]],
]);
/** Only beyond the mainland. */
const APP_OWNER = 1;

/** Why a signature is not approved; `undefined` when it is. */
export function findSignRejection({
  SignName: name,
  SignType: owner,
  DocumentType: proof,
  International: market,
}: Pick<AddSmsSignRequest, 'SignName' | 'SignType' | 'DocumentType' | 'International'>):
  string | undefined {
  const proofs = market === 0 && owner === APP_OWNER ? undefined : PROOFS.get(owner);
  if (proofs === undefined) {
    return '该签名类型已不支持';
  }
  if (!proofs.includes(proof)) {
    return '证明类型与签名类型不符';
  }
  if (market === 0 && !isMainlandSignName(name)) {
    return '签名只能由汉字、字母和数字组成';
  }
  return findSignFault(name) === undefined ? undefined : '签名不能包含空格、引号、表情或控制字符';
}
