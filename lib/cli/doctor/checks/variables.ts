import { join, say } from '../../language.js';
import { fail, ok } from '../finding.js';
import type { DoctorCheck } from '../check.js';

/** Whether `smsConfig` would take the environment; names only. */
export const variables: DoctorCheck = {
  name: 'variables',
  title: say('Variables', '变量'),
  timeoutMs: 1000,
  async run({ environment: { issues, variables: names }, envFile }) {
    const list = names.join(', ');
    const where =
      envFile === undefined
        ? say('from the environment', '来自环境变量')
        : say(`from ${envFile} and the environment`, `来自 ${envFile} 与环境变量`);
    if (issues.length === 0) {
      return ok(say(`${list} (${where.en})`, `${list}（${where.zh}）`));
    }
    const bad = issues.map(({ field, message }) =>
      names.includes(field)
        ? say(message, `${field} 无法使用：${message}`)
        : say(`${field} is missing.`, `缺少 ${field}。`),
    );
    return fail(
      join(bad, say(' ', '')),
      say(
        `Set it in the environment, or in a file that --env-file names (read: ${where.en}).`,
        `请在环境变量中设置，或写入 --env-file 指定的文件（当前${where.zh}）。`,
      ),
    );
  },
};
