import { say } from '../language.js';

/** What `doctor --help` prints. */
export const DOCTOR_USAGE = say(
  `Usage: nestjs-tencentcloud-sms doctor [options]

Looks at everything that sending a text needs, from the variables to the
callback, and says what to do next. Sends nothing unless it is told to.

  --env-file <file>   read variables from this file, too (default .env where
                      there is one); what is set already stays
  --callback <url>    look at the address that Tencent pushes reports to, with
                      its secret: .../<secret>/status
  --template <id>     look at this template; may be given several times
                      (default: how many there are)
  --module <file>     compare the templates that this JavaScript exports with
                      the account
  --send-to <number>  send one text of --template to this number, which costs
                      what a text costs
  --param <value>     value for it, in the order of the template; may be given
                      several times
  --json              print JSON only: { ok, checks: [{ name, status, seen,
                      next }] }
  --lang <language>   zh-CN, zh or en (default: by the locale)
  --help              show this text

Marks: \u2714 fine, \u25D0 in doubt or not checked, \u2716 wrong. Exit status: 0, 1 when
something is wrong, 2 when the command line can't be understood.
`,
  `用法：nestjs-tencentcloud-sms doctor [选项]

逐项检查发送短信所需的一切，从环境变量到回调，并给出下一步操作。
除非明确要求，不会发送短信。

  --env-file <文件>   同时从该文件读取变量（默认读取已有的 .env）；已设置的变量优先
  --callback <地址>   检查腾讯云推送回执的地址，须带密钥：.../<密钥>/status
  --template <ID>     检查该模板，可多次给出（默认只统计数量）
  --module <文件>     将该 JavaScript 文件导出的模板与账号比较
  --send-to <号码>    用 --template 向该号码发送一条短信，正常计费
  --param <值>        模板参数，按模板中的顺序，可多次给出
  --json              只输出 JSON：{ ok, checks: [{ name, status, seen, next }] }
  --lang <语言>       zh-CN、zh 或 en（默认取决于系统语言）
  --help              显示本帮助

标记：\u2714 正常，\u25D0 存疑或未检查，\u2716 错误。退出码：0；有错误时为 1；
命令行无法识别时为 2。
`,
);
