import { checkSmsTemplates } from '../../../account/check-templates.js';
import { guessKind } from '../../../account/template-kind.js';
import { pullSmsTemplates } from '../../../account/list-templates.js';
import type { SmsAccountTemplate } from '../../../account/list-templates.js';
import { SmsApiError } from '../../../errors/api.errors.js';
import { redactUntrusted } from '../../../privacy/redact.js';
import { parsePhone } from '../../../recipients/parse-phone.js';
import type { SmsMarket } from '../../../recipients/normalize-recipients.js';
import { importTemplates } from '../../templates/import-templates.js';
import { join, say } from '../../language.js';
import type { CliText } from '../../language.js';
import { describeKind, describeMarkets, describeState } from '../describe-state.js';
import { explain, fail, notChecked, ok, warn } from '../finding.js';
import type { DoctorCheck } from '../check.js';
import type { Finding } from '../finding.js';
import type { Examination } from '../examination.js';

const CONSOLE = 'https://console.cloud.tencent.com/smsv2/csms-template';

/**
 * Whether there are templates to send with: those of `--template` and of `--module`, or else all that
 * the account has.
 */
export const templates: DoctorCheck = {
  name: 'templates',
  title: say('Templates', '模板'),
  timeoutMs: 30_000,
  async run(examination) {
    const obstacle = examination.obstacle();
    if (obstacle !== undefined) {
      return obstacle;
    }
    const { templateIds, module } = examination.request;
    try {
      const findings: Finding[] = [];
      if (module !== undefined) {
        findings.push(await judgeModule(module, examination));
      }
      if (templateIds.length > 0) {
        findings.push(await judgeIds(examination));
      }
      return findings.length === 0 ? await judgeAll(examination) : together(findings);
    } catch (error) {
      if (error instanceof SmsApiError) {
        return notChecked(explain(error));
      }
      throw error;
    }
  },
};

async function judgeAll({ sms, found }: Examination): Promise<Finding> {
  const all = await pullSmsTemplates(sms);
  const approved = all.filter(({ state }) => state === 'approved');
  const rejected = all.filter(({ state }) => state === 'rejected').length;
  const waiting = all.length - approved.length - rejected;
  const count = (market: SmsMarket): number =>
    approved.filter(({ markets }) => markets.includes(market)).length;
  const seen = say(
    `${approved.length} approved (${count('mainland')} mainland, ${count('international')} international), ${waiting} under review, ${rejected} rejected`,
    `${approved.length} 个已通过审核（国内 ${count('mainland')}，国际/港澳台 ${count('international')}），${waiting} 个审核中，${rejected} 个未通过`,
  );
  if (approved.length === 0) {
    found.cannotSend = true;
    return fail(
      seen,
      say(`Nothing can be sent without one: ${CONSOLE}`, `没有模板就无法发送：${CONSOLE}`),
    );
  }
  return rejected > 0
    ? warn(seen, say(`Read the reviewer's words in ${CONSOLE}`, `请在 ${CONSOLE} 查看审核意见`))
    : ok(seen);
}

async function judgeIds({ sms, found, request }: Examination): Promise<Finding> {
  const { templateIds: ids, sendTo } = request;
  const known = await pullSmsTemplates(sms, { ids });
  found.templates = known;
  const market = await marketOf(sendTo);
  const finding = together(
    ids.map((id) =>
      judgeOne(
        id,
        known.find((template) => template.id === id),
        market,
      ),
    ),
  );
  if (finding.status === 'fail') {
    found.cannotSend = true;
  }
  return finding;
}

async function marketOf(phone: string | undefined): Promise<SmsMarket | undefined> {
  try {
    return phone === undefined ? undefined : (await parsePhone(phone)).market;
  } catch {
    // The send says what is wrong with the number.
    return undefined;
  }
}

function judgeOne(
  id: string,
  template: SmsAccountTemplate | undefined,
  market: SmsMarket | undefined,
): Finding {
  if (template === undefined) {
    return fail(
      say(`the account has no template ${id}`, `账号没有模板 ${id}`),
      say(
        `Compare the id with ${CONSOLE}, and the key with the account.`,
        `请在 ${CONSOLE} 核对模板 ID，并确认密钥属于该账号。`,
      ),
    );
  }
  const state = describeState(template.state);
  const markets = describeMarkets(template.markets);
  const kind = describeKind(guessKind(template.text));
  if (template.state !== 'approved') {
    const reply = template.reviewReply === '' ? '' : `: ${redactUntrusted(template.reviewReply)}`;
    return fail(
      say(`template ${id} is ${state.en}${reply}`, `模板 ${id} ${state.zh}${reply}`),
      template.state === 'rejected'
        ? say(`Change it and submit it again: ${CONSOLE}`, `请修改后重新提交：${CONSOLE}`)
        : say('Wait for the review.', '请等待审核。'),
    );
  }
  if (market !== undefined && !template.markets.includes(market)) {
    const wanted = describeMarkets([market]);
    return fail(
      say(
        `template ${id} is for ${markets.en} texts only, and the number is ${wanted.en}`,
        `模板 ${id} 仅用于${markets.zh}，而该号码属于${wanted.zh}`,
      ),
      say(
        `Submit the text as a template of the other market, too: ${CONSOLE}`,
        `请把该内容另行申请为${wanted.zh}模板：${CONSOLE}`,
      ),
    );
  }
  return ok(
    say(
      `template ${id} is approved, ${markets.en}, by its text for ${kind.en}`,
      `模板 ${id} 已通过审核，${markets.zh}，从内容看为${kind.zh}`,
    ),
  );
}

async function judgeModule(file: string, { sms }: Examination): Promise<Finding> {
  let declared;
  try {
    declared = await importTemplates(file);
  } catch (error) {
    const reason = error instanceof Error ? redactUntrusted(error.message) : '';
    return fail(say(`--module: ${reason}`, `--module：${reason}`));
  }
  const { checked, drift } = await checkSmsTemplates(sms, declared);
  if (drift.length === 0) {
    return ok(
      say(`${checked} of the code agree with the account`, `代码中的 ${checked} 个与账号一致`),
    );
  }
  const list = drift.map(({ name, what }) => `${name} (${what})`).join(', ');
  const check = `npx nestjs-tencentcloud-sms templates check --module ${file}`;
  return fail(
    say(`differ from the account: ${list}`, `与账号不一致：${list}`),
    say(`See how: ${check}`, `查看差异：${check}`),
  );
}

const ORDER = { ok: 0, warn: 1, fail: 2 } as const;

/** Several findings in one line; the worst decides. */
function together(findings: readonly Finding[]): Finding {
  const worst = findings.reduce((a, b) => (ORDER[b.status] > ORDER[a.status] ? b : a));
  const nexts = findings.flatMap(({ next }): CliText[] => (next === undefined ? [] : [next]));
  return {
    status: worst.status,
    seen: join(
      findings.map(({ seen }) => seen),
      say('; ', '；'),
    ),
    next: nexts.length === 0 ? undefined : join(nexts, say(' ', '')),
  };
}
