import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { pullSmsTemplates } from '../../account/list-templates.js';
import type { SmsAccountTemplate } from '../../account/list-templates.js';
import type { SmsService } from '../../sms.service.js';
import { say } from '../language.js';
import type { CliText } from '../language.js';
import { Terminal } from '../terminal.js';
import { problemOf } from '../usage.js';
import type { Speech } from '../speech.js';
import { updateSource } from './update-source.js';
import type { UpdatedSource } from './update-source.js';

/**
 * Writes the account's approved templates into a file, and prints what became of it.
 *
 * @returns whether the file says now what the account has
 */
export async function pullInto(
  sms: SmsService,
  file: string,
  { language, isJson }: Speech,
): Promise<boolean> {
  const templates = await pullSmsTemplates(sms);
  const { before, source, ...summary } = update(file, templates);
  if (source !== before) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, source);
  }
  const isOk = summary.byHand.length === 0;
  if (isJson) {
    process.stdout.write(`${JSON.stringify({ ok: isOk, file, ...summary }, null, 2)}\n`);
    return isOk;
  }
  const terminal = new Terminal(process.stdout, process.env);
  for (const line of describe(file, summary)) {
    terminal.write('', 0, line[language]);
  }
  return isOk;
}

/** @throws an Error that names the file, which is not changed then. */
function update(
  file: string,
  templates: readonly SmsAccountTemplate[],
): UpdatedSource & { readonly before: string } {
  try {
    const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
    return { before, ...updateSource(before, templates) };
  } catch (error) {
    throw new Error(`${file} can't be read: ${problemOf(error)}`, { cause: error });
  }
}

function describe(
  file: string,
  { added, changed, unusable, byHand, skipped }: Omit<UpdatedSource, 'source'>,
): CliText[] {
  const lines: readonly (readonly [readonly string[], CliText])[] = [
    [unusable, say('in the file and not usable in the account', '文件中有、但账号中不可用')],
    [
      byHand,
      say(
        'in the file with an id or a text that is no plain literal: compare it with templates check',
        '文件中的 ID 或内容不是普通字符串：请用 templates check 核对',
      ),
    ],
    [
      skipped,
      say(
        'left out, since smsTemplate does not take the text',
        '未写入，因为 smsTemplate 不接受该内容',
      ),
    ],
  ];
  return [
    say(
      `${file}: ${added.length} added, ${changed.length} changed.`,
      `${file}：新增 ${added.length} 个，更新 ${changed.length} 个。`,
    ),
    ...lines
      .filter(([ids]) => ids.length > 0)
      .map(([ids, why]) => say(`${ids.join(', ')}: ${why.en}.`, `${ids.join('、')}：${why.zh}。`)),
  ];
}
