import { createInterface } from 'node:readline/promises';
import { pushSmsTemplates } from '../../account/push-templates.js';
import type { SmsTemplatePush, SmsTemplatePushOptions } from '../../account/push-templates.js';
import { describeSmsError } from '../../errors/error-catalogue.js';
import { toOneLine } from '../../privacy/redact.js';
import type { SmsService } from '../../sms.service.js';
import { say } from '../language.js';
import type { CliLanguage, CliText } from '../language.js';
import { Terminal } from '../terminal.js';
import { importTemplates } from './import-templates.js';
import type { Speech } from '../speech.js';

/** What was asked for on the command line. */
export interface PushRequest extends Pick<SmsTemplatePushOptions, 'dryRun' | 'market' | 'remark'> {
  readonly yes: boolean | undefined;
}

/**
 * Submits the new templates of a module once that is agreed to, and prints the ids that they got.
 *
 * @returns whether nothing is left to be submitted, or nothing was to be by `--dry-run`
 */
export async function pushModule(
  sms: SmsService,
  file: string,
  { dryRun = false, yes = false, ...options }: PushRequest,
  { language, isJson }: Speech,
): Promise<boolean> {
  const templates = await importTemplates(file);
  const planned = await pushSmsTemplates(sms, templates, { ...options, dryRun: true });
  const terminal = new Terminal(isJson ? process.stderr : process.stdout, process.env);
  const missing = planned.filter(({ status }) => status === 'missing').length;
  if (dryRun || missing === 0) {
    return show(planned, true, { language, isJson }, terminal);
  }
  if (!yes) {
    planned.forEach((one) => terminal.write('', 0, describe(one)[language]));
    if (!(await agrees(missing, language))) {
      process.stderr.write(`${REFUSED[language]}\n`);
      return false;
    }
  }
  const pushed = await pushSmsTemplates(sms, templates, options);
  const isOk = pushed.every(({ status }) => status !== 'failed');
  return show(pushed, isOk, { language, isJson }, terminal);
}

function show(
  results: readonly SmsTemplatePush[],
  isOk: boolean,
  { language, isJson }: Speech,
  terminal: Terminal,
): boolean {
  if (isJson) {
    const rows = results.map((one) =>
      one.status === 'failed'
        ? { ...one, error: { code: one.error.code, maybeSent: one.error.maybeSent } }
        : one,
    );
    process.stdout.write(`${JSON.stringify({ ok: isOk, templates: rows }, null, 2)}\n`);
    return isOk;
  }
  if (results.length === 0) {
    terminal.line(NOTHING[language]);
  }
  results.forEach((one) => terminal.write('', 0, describe(one)[language]));
  return isOk;
}

/** Only a terminal can agree: what is piped in was not written to this question. */
async function agrees(count: number, language: CliLanguage): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    return false;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(QUESTION(count)[language]);
    return /^(?:y|yes|是)$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}

function describe(result: SmsTemplatePush): CliText {
  const name = toOneLine(result.name);
  const market =
    result.market === 'mainland' ? say('mainland', '国内') : say('international', '国际');
  switch (result.status) {
    case 'missing':
      return say(
        `${name} (${market.en}): to be submitted: ${toOneLine(result.text)}`,
        `${name}（${market.zh}）：待提交：${toOneLine(result.text)}`,
      );
    case 'submitted':
      return say(
        `${name} (${market.en}): submitted; write id: '${result.id}'`,
        `${name}（${market.zh}）：已提交，请写入 id: '${result.id}'`,
      );
    case 'exists':
      return say(
        `${name} (${market.en}): is in the account already; write id: '${result.id}'`,
        `${name}（${market.zh}）：账号中已存在，请写入 id: '${result.id}'`,
      );
    case 'failed': {
      const { code, maybeSent } = result.error;
      const { en, zh } = describeSmsError(code);
      const doubt = maybeSent
        ? say(
            ' It may have been submitted: look before trying again.',
            '可能已提交，重试前请先查看。',
          )
        : say('', '');
      return say(
        `${name} (${market.en}): not submitted. ${en} (${code})${doubt.en}`,
        `${name}（${market.zh}）：未提交。${zh}（${code}）${doubt.zh}`,
      );
    }
  }
}

const NOTHING = say(
  "Nothing to submit: no template has the id 'new'.",
  "没有需要提交的模板：没有 id 为 'new' 的模板。",
);
const REFUSED = say(
  'Nothing was submitted: give --yes, or say yes in a terminal.',
  '没有提交：请使用 --yes，或在终端中确认。',
);
const QUESTION = (count: number): CliText =>
  say(`Submit ${count} for review? [y/N] `, `提交 ${count} 个模板供审核？[y/N] `);
