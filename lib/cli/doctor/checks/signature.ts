import { listSigns } from '../../../account/list-signs.js';
import type { AccountSign } from '../../../account/list-signs.js';
import { SmsApiError } from '../../../errors/api.errors.js';
import { redactUntrusted } from '../../../privacy/redact.js';
import { say } from '../../language.js';
import { describeState } from '../describe-state.js';
import { explain, fail, notChecked, ok, warn } from '../finding.js';
import type { DoctorCheck } from '../check.js';
import type { Finding } from '../finding.js';
import type { Findings } from '../examination.js';

const SIGN_NAME = 'SMS_SIGN_NAME';
const CONSOLE = 'https://console.cloud.tencent.com/smsv2/csms-sign';

/** Whether the default signature is approved, and its content was given and not its id. */
export const signature: DoctorCheck = {
  name: 'signature',
  title: say('Signature', '签名'),
  timeoutMs: 15_000,
  async run(examination) {
    const { options, issues } = examination.environment;
    const { signName } = options;
    if (issues.some(({ field }) => field === SIGN_NAME)) {
      return examination.absent(SIGN_NAME);
    }
    if (signName === undefined || signName === '' || typeof signName !== 'string') {
      return warn(
        say(`${SIGN_NAME} is not set`, `未设置 ${SIGN_NAME}`),
        say(
          'Texts to the mainland need one: set it, or give signName with each send.',
          '向中国大陆发送必须带签名：请设置它，或在每次发送时给出 signName。',
        ),
      );
    }
    const obstacle = examination.obstacle();
    if (obstacle !== undefined) {
      return obstacle;
    }
    try {
      return judge(signName, await listSigns(examination.sms), examination.found);
    } catch (error) {
      if (error instanceof SmsApiError) {
        return notChecked(explain(error));
      }
      throw error;
    }
  },
};

function judge(signName: string, signs: readonly AccountSign[], found: Findings): Finding {
  const named = signs.filter(({ name }) => name === signName);
  const usable = named.filter(({ state }) => state === 'approved');
  if (usable.some(({ market }) => market === 'mainland')) {
    return ok(say(`${signName} is approved`, `${signName} 已通过审核`));
  }
  if (usable.length > 0) {
    return warn(
      say(
        `${signName} is approved for texts outside the mainland only`,
        `${signName} 仅通过了国际/港澳台短信的审核`,
      ),
      say(`Apply for it for the mainland, too: ${CONSOLE}`, `请同时申请国内短信签名：${CONSOLE}`),
    );
  }
  found.cannotSend = true;
  const [waiting] = named;
  if (waiting !== undefined) {
    const state = describeState(waiting.state);
    const reply = waiting.reviewReply === '' ? '' : ` (${redactUntrusted(waiting.reviewReply)})`;
    return fail(
      say(`${signName} is ${state.en}${reply}`, `${signName} ${state.zh}${reply}`),
      say(`Look at it in ${CONSOLE}`, `请查看 ${CONSOLE}`),
    );
  }
  return unknown(signName, signs);
}

function unknown(signName: string, signs: readonly AccountSign[]): Finding {
  const meant = signs.find(({ id }) => id === signName);
  if (meant !== undefined || /^\d{3,}$/.test(signName)) {
    const content = meant?.name;
    return fail(
      say(
        `SMS_SIGN_NAME is the id of a signature and not its content`,
        'SMS_SIGN_NAME 填的是签名 ID，而不是签名内容',
      ),
      say(
        `Write its content${content === undefined ? '' : `: SMS_SIGN_NAME=${content}`}`,
        `请填写签名内容${content === undefined ? '' : `：SMS_SIGN_NAME=${content}`}`,
      ),
    );
  }
  const approved = signs.filter(({ state }) => state === 'approved').map(({ name }) => name);
  const list = [...new Set(approved)].slice(0, 5).join(', ');
  return fail(
    say(`the account has no signature ${signName}`, `账号没有签名 ${signName}`),
    say(
      list === '' ? `Apply for one: ${CONSOLE}` : `Use one that is approved: ${list}`,
      list === '' ? `请申请签名：${CONSOLE}` : `请使用已通过审核的签名：${list}`,
    ),
  );
}
