import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { pullSmsTemplates } from '../../account/list-templates.js';
import type { SmsService } from '../../sms.service.js';
import { say } from '../language.js';
import type { CliText } from '../language.js';
import { Terminal } from '../terminal.js';
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
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const { source, ...summary } = updateSource(before, await pullSmsTemplates(sms));
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

function describe(
  file: string,
  { added, changed, unusable, byHand, skipped }: Omit<UpdatedSource, 'source'>,
): CliText[] {
  const lines: readonly (readonly [readonly string[], CliText])[] = [
    [unusable, say('in the file and not usable in the account', '文件中有、但账号中不可用')],
    [
      byHand,
      say(
        'the text differs and is no plain literal: change it by hand',
        '内容不一致且不是普通字符串，请手工修改',
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
