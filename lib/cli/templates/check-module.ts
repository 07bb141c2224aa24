import { checkSmsTemplates } from '../../account/check-templates.js';
import type { SmsTemplateDrift, SmsTemplateDriftKind } from '../../account/check-templates.js';
import { redactUntrusted, toOneLine } from '../../privacy/redact.js';
import type { SmsService } from '../../sms.service.js';
import { say } from '../language.js';
import type { CliLanguage, CliText } from '../language.js';
import { Terminal, pad, widthOf } from '../terminal.js';
import { importTemplates } from './import-templates.js';
import type { Speech } from '../speech.js';

/**
 * Compares the templates of a module with the account's, and prints a table of what differs.
 *
 * @returns whether they agree
 */
export async function checkModule(
  sms: SmsService,
  file: string,
  { language, isJson }: Speech,
): Promise<boolean> {
  const { checked, drift } = await checkSmsTemplates(sms, await importTemplates(file));
  const isOk = checked > 0 && drift.length === 0;
  if (isJson) {
    process.stdout.write(`${JSON.stringify({ ok: isOk, checked, drift }, null, 2)}\n`);
    return isOk;
  }
  const terminal = new Terminal(process.stdout, process.env);
  if (checked === 0) {
    terminal.line(NONE(file)[language]);
  } else if (drift.length === 0) {
    terminal.line(`${terminal.paint('green', '✔')} ${AGREE(checked)[language]}`);
  } else {
    printTable(drift, language, terminal);
  }
  return isOk;
}

function printTable(
  drift: readonly SmsTemplateDrift[],
  language: CliLanguage,
  terminal: Terminal,
): void {
  const rows = drift.map((one) => ({
    name: toOneLine(one.name),
    id: one.id,
    what: KINDS[one.what][language],
    tell: toOneLine(tell(one)[language]),
  }));
  const head = HEAD[language];
  const widths = (['name', 'id', 'what'] as const).map((column) =>
    Math.max(widthOf(head[column]), ...rows.map((row) => widthOf(row[column]))),
  );
  for (const [index, row] of [head, ...rows].entries()) {
    const mark = index === 0 ? ' ' : terminal.paint('red', '✖');
    const cells = [row.name, row.id, row.what].map((cell, column) =>
      pad(cell, (widths[column] ?? 0) + 2),
    );
    const width = 2 + widths.reduce((sum, one) => sum + one + 2, 0);
    terminal.write(`${mark} ${cells.join('')}`, width, row.tell);
  }
}

const HEAD: Readonly<
  Record<CliLanguage, Readonly<Record<'name' | 'id' | 'what' | 'tell', string>>>
> = {
  en: { name: 'NAME', id: 'ID', what: 'DIFFERS', tell: 'HOW' },
  zh: { name: '名称', id: 'ID', what: '差异', tell: '说明' },
};

const KINDS: Readonly<Record<SmsTemplateDriftKind, CliText>> = {
  new: say('new', '未提交'),
  missing: say('missing', '不存在'),
  state: say('state', '状态'),
  market: say('market', '市场'),
  text: say('text', '内容'),
  kind: say('kind', '类型'),
};

function tell({ what, declared, found }: SmsTemplateDrift): CliText {
  switch (what) {
    case 'new':
      return say('not submitted yet: templates push', '尚未提交：templates push');
    case 'missing':
      return say('the account has no such template', '账号中没有该模板');
    case 'state':
      return say(redactUntrusted(found), redactUntrusted(found));
    case 'market':
    case 'text':
    case 'kind':
      return say(`code: ${declared} / account: ${found}`, `代码：${declared} / 账号：${found}`);
  }
}

const AGREE = (checked: number): CliText =>
  say(
    `${checked === 1 ? 'One template agrees' : `${checked} templates agree`} with the account.`,
    `${checked} 个模板与账号一致。`,
  );

const NONE = (file: string): CliText =>
  say(
    `${file} exports nothing that smsTemplate makes.`,
    `${file} 没有导出 smsTemplate 定义的模板。`,
  );
