import { setTimeout as wait } from 'node:timers/promises';
import { SmsValidationError } from '../../../errors/validation.error.js';
import { redactCode } from '../../../privacy/redact.js';
import type { SmsAccepted } from '../../../sending/outcome.js';
import type { SmsService } from '../../../sms.service.js';
import { say } from '../../language.js';
import type { CliText } from '../../language.js';
import { explain, fail, notChecked, ok, warn } from '../finding.js';
import type { DoctorCheck } from '../check.js';
import type { Finding } from '../finding.js';

const REPORT_MS = 15_000;
const POLL_MS = 1000;

/** Sends one text, where that was asked for, and says what it cost and how it ended. */
export const send: DoctorCheck = {
  name: 'send',
  title: say('Send', '发送'),
  timeoutMs: REPORT_MS + 30_000,
  async run(examination) {
    const { sendTo, templateIds, params } = examination.request;
    const [templateId] = templateIds;
    if (sendTo === undefined || templateId === undefined) {
      return undefined;
    }
    const obstacle = examination.appObstacle();
    if (obstacle !== undefined) {
      return obstacle;
    }
    if (examination.found.cannotSend === true) {
      return notChecked(say('Tencent would refuse it, see above', '会被腾讯云拒绝，原因见上'));
    }
    const { sms, found } = examination;
    const text = found.templates?.find(({ id }) => id === templateId)?.text ?? '';
    const wanted = new Set(text.match(/\{\d+\}/g)).size;
    if (text !== '' && wanted !== params.length) {
      return fail(
        say(
          `not sent: template ${templateId} takes ${wanted} values, and ${params.length} are given`,
          `未发送：模板 ${templateId} 需要 ${wanted} 个参数，给出了 ${params.length} 个`,
        ),
        say('Give each with --param.', '请用 --param 逐个给出。'),
      );
    }
    try {
      const since = Math.floor(Date.now() / 1000) - 60;
      const outcome = await sms.trySend({ templateId, params: [...params] }, { to: sendTo });
      switch (outcome.status) {
        case 'accepted':
          return await follow(sms, outcome, since);
        case 'rejected':
          return outcome.error instanceof SmsValidationError
            ? notSent(outcome.error)
            : fail(
                say(
                  `not sent. ${explain(outcome.error).en}`,
                  `未发送。${explain(outcome.error).zh}`,
                ),
              );
        case 'unknown':
          return fail(
            say(
              `it is not known whether it was sent: ${explain(outcome.error).en}`,
              `不确定是否已发送：${explain(outcome.error).zh}`,
            ),
            say('Look at the phone before sending it again.', '再次发送前请先查看手机。'),
          );
      }
    } catch (error) {
      if (error instanceof SmsValidationError) {
        return notSent(error);
      }
      throw error;
    }
  },
};

function notSent({ issues }: SmsValidationError): Finding {
  const sentences = issues.map(({ message }) => message).join(' ');
  return fail(say(`not sent: ${sentences}`, `未发送：${sentences}`));
}

async function follow(
  sms: SmsService,
  { to, fee, serialNo }: SmsAccepted,
  since: number,
): Promise<Finding> {
  const accepted = say(
    `accepted, costs ${fee === 1 ? 'one text' : `${fee} texts`} of the package`,
    `已受理，计费 ${fee} 条`,
  );
  const report = await findReport(sms, to, serialNo, since);
  if (report === undefined) {
    return ok(both(accepted, say('no report yet', '尚无回执')));
  }
  return report === 'DELIVRD'
    ? ok(both(accepted, say('delivered', '已送达')))
    : warn(
        both(accepted, say(`not delivered (${report})`, `未送达（${report}）`)),
        say(
          'See what the code means in Tencent’s list of receipts.',
          '请在腾讯云的回执码列表中查看含义。',
        ),
      );
}

/** The carrier's code, once it is there; reading takes nothing out of a queue. */
async function findReport(
  sms: SmsService,
  PhoneNumber: string,
  serialNo: string,
  BeginTime: number,
): Promise<string | undefined> {
  // Bounds the last look, too: a check that is given up would not say that the text was accepted.
  const signal = AbortSignal.timeout(REPORT_MS);
  while (!signal.aborted) {
    try {
      // oxlint-disable-next-line no-await-in-loop
      const { PullSmsSendStatusSet: reports } = await sms.pullSmsSendStatusByPhoneNumber(
        { PhoneNumber, BeginTime, Offset: 0, Limit: 100 },
        { signal },
      );
      const report = reports.find(({ SerialNo }) => SerialNo === serialNo);
      if (report !== undefined) {
        return report.ReportStatus === 'SUCCESS' ? 'DELIVRD' : redactCode(report.Description);
      }
    } catch {
      // The text was accepted, which is what counts; whether reports can be read was told above.
      return undefined;
    }
    // oxlint-disable-next-line no-await-in-loop
    await wait(POLL_MS);
  }
  return undefined;
}

function both(a: CliText, b: CliText): CliText {
  return say(`${a.en}; ${b.en}`, `${a.zh}；${b.zh}`);
}
