// The page of error codes, from the catalogue.
import { SmsApiError } from '../lib/errors/api.errors.ts';
import { describeSmsError } from '../lib/errors/error-catalogue.ts';
import { GATEWAY_CODES } from '../lib/errors/gateway-codes.ts';
import { LEGACY_CODES } from '../lib/errors/legacy-codes.ts';
import { LOCAL_CODES } from '../lib/errors/local-codes.ts';
import { MANAGEMENT_CODES } from '../lib/errors/management-codes.ts';
import { SEND_CODES } from '../lib/errors/send-codes.ts';
import { statusOf } from '../lib/filters/error-status.ts';

const WORDS = {
  en: {
    head: `# Error codes

[中文](zh/error-codes.md) · [All pages](../README.md#documentation)`,
    intro: `Every code that \`describeSmsError\` knows, with its sentence: Tencent's, its gateway's, and those of this
package. Below each stand its family, who must act, whether the call may be made again, and the status that
\`SmsExceptionFilter\` answers with ([Errors](errors.md#over-http)).`,
    legend: `- \`safe-now\`: nothing was sent; again at once, with a back-off.
- \`safe-later\`: nothing was sent; it can only go better after waiting.
- \`unsafe\`: it may have been executed; look before you do it again.
- \`never\`: the same request fails until its cause is corrected.`,
    send: 'Sending',
    management: 'Signatures, templates and records',
    gateway: 'The gateway',
    local: 'This package',
    legacy: 'Former spellings',
    legacyIntro: 'Answers may still have them; they are read as the code beside them.',
    columns: ['Former', 'Code'],
    family: 'Family',
    owner: 'acts',
    retry: 'again',
  },
  zh: {
    head: `# 错误码

[English](../error-codes.md) · [全部文档](../../README.zh-CN.md#文档)`,
    intro: `\`describeSmsError\` 收录的全部错误码及其说明：腾讯云短信的、其网关的，以及本包的。每个错误码之下依次为：类别、由谁处理、能否重试，以及 \`SmsExceptionFilter\` 应答的状态码（[错误](errors.md#通过-http-返回)）。`,
    legend: `- \`safe-now\`：没有发送，退避后即可重试。
- \`safe-later\`：没有发送，等待之后重试才可能成功。
- \`unsafe\`：可能已经执行，重试前请先核实。
- \`never\`：在更正原因之前，同样的请求总会失败。`,
    send: '发送',
    management: '签名、模板和记录',
    gateway: '网关',
    local: '本包',
    legacy: '旧的拼写',
    legacyIntro: '应答中仍可能出现，按旁边的错误码处理。',
    columns: ['旧拼写', '错误码'],
    family: '类别',
    owner: '处理方',
    retry: '重试',
  },
};

/** The page in a language, `en` or `zh`. */
export function errorCodesPage(language) {
  const words = WORDS[language];
  const part = (title, codes, hasStatus) =>
    [
      `## ${title}`,
      ...Object.keys(codes)
        .toSorted()
        .map((code) => entry(code, language, hasStatus)),
    ].join('\n\n');
  return [
    words.head,
    '<!-- Made by `npm run docs:pages` from the catalogue in lib/errors. -->',
    words.intro,
    words.legend,
    part(words.send, SEND_CODES, true),
    part(words.management, MANAGEMENT_CODES, true),
    part(words.gateway, GATEWAY_CODES, true),
    part(words.local, LOCAL_CODES, false),
    `## ${words.legacy}`,
    words.legacyIntro,
    [
      `| ${words.columns.join(' | ')} |`,
      '| --- | --- |',
      ...LEGACY_CODES.map(([former, code]) => `| \`${former}\` | \`${code}\` |`),
    ].join('\n'),
    '',
  ].join('\n\n');
}

function entry(code, language, hasStatus) {
  const words = WORDS[language];
  const description = describeSmsError(code);
  const { family, owner, retry } = description;
  // What is thrown for a code of this package, and so its status, depends on where it arose.
  const status = hasStatus
    ? [`HTTP ${statusOf(new SmsApiError('SendSms', { code, message: '' }))}`]
    : [];
  const facts = [
    `${words.family} \`${family}\``,
    `${words.owner} \`${owner}\``,
    `${words.retry} \`${retry}\``,
    ...status,
  ].join(' · ');
  return `### \`${code}\`\n\n${description[language]}\n\n${facts}`;
}
