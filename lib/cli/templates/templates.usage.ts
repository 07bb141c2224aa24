import { say } from '../language.js';

/** What `templates --help` prints. */
export const TEMPLATES_USAGE = say(
  `Usage: nestjs-tencentcloud-sms templates <pull|check|push> [options]

  pull     writes a definition for every approved template of the account
           into a file of TypeScript. What is in the file keeps its names.
  check    compares the templates of the code with those of the account, and
           ends with 1 when they differ
  push     submits the templates with the id "new" for review, and prints the
           ids that they got

  --out <file>        pull: the file to write, such as src/sms/templates.ts
  --module <file>     check, push: JavaScript that exports the templates, such
                      as dist/sms/templates.js
  --dry-run           push: only say what would be submitted
  --yes               push: submit without asking
  --market <market>   push: mainland (default) or international, for templates
                      that are in no pair
  --remark <text>     push: what the reviewer is told (default: the name)
  --env-file <file>   read variables from this file, too (default .env where
                      there is one); what is set already stays
  --json              print JSON only
  --lang <language>   zh-CN, zh or en (default: by the locale)
  --help              show this text

Exit status: 0, 1 when something differs or failed, 2 when the command line
can't be understood.
`,
  `用法：nestjs-tencentcloud-sms templates <pull|check|push> [选项]

  pull     把账号中所有已通过审核的模板写入一个 TypeScript 文件，
           文件中已有的名称保持不变
  check    将代码中的模板与账号比较，不一致时退出码为 1
  push     提交 id 为 "new" 的模板，并输出腾讯云给出的模板 ID

  --out <文件>        pull：要写入的文件，如 src/sms/templates.ts
  --module <文件>     check、push：导出模板的 JavaScript 文件，
                      如 dist/sms/templates.js
  --dry-run           push：只显示将要提交的内容
  --yes               push：不询问，直接提交
  --market <市场>     push：mainland（默认）或 international，
                      用于没有成对定义的模板
  --remark <文字>     push：给审核人员的说明（默认为模板名称）
  --env-file <文件>   同时从该文件读取变量（默认读取已有的 .env）；
                      已设置的变量优先
  --json              只输出 JSON
  --lang <语言>       zh-CN、zh 或 en（默认取决于系统语言）
  --help              显示本帮助

退出码：0；不一致或失败时为 1；命令行无法识别时为 2。
`,
);
