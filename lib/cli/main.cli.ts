#!/usr/bin/env node
import { EXIT_STATUS } from './exit-status.js';
import { readLanguage, say } from './language.js';
import { readVersion } from './read-version.js';
import { complain } from './usage.js';

const USAGE = say(
  `Usage: nestjs-tencentcloud-sms <command> [options]

  emulator    run Tencent Cloud SMS on this machine, with an inbox
  doctor      look at everything that sending a text needs
  templates   pull, check or push the templates of the account

  --help      show this text, or that of a command
  --version   show the version
`,
  `用法：nestjs-tencentcloud-sms <命令> [选项]

  emulator    在本机运行腾讯云短信模拟器，带收件箱
  doctor      检查发送短信所需的一切
  templates   拉取、核对或提交账号的模板

  --help      显示本帮助或某个命令的帮助
  --version   显示版本
`,
);

// A reader such as `head` that has seen enough closes the pipe, which is no failure.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  process.exitCode ??= code === 'EPIPE' ? 0 : EXIT_STATUS.failed;
});

await run(process.argv.slice(2));

/** Each command loads by itself: the emulator greets before the client would be loaded. */
async function run(args: string[]): Promise<void> {
  const [command, ...rest] = args;
  switch (command) {
    case 'doctor':
      await (await import('./doctor/doctor.command.js')).runDoctor(rest);
      return;
    case 'templates':
      await (await import('./templates/templates.command.js')).runTemplates(rest);
      return;
    case '--version':
    case '-v':
      process.stdout.write(`${readVersion()}\n`);
      return;
    case '--help':
    case '-h':
      process.stdout.write(usage(rest));
      return;
    case 'emulator':
      await import('./emulator.cli.js');
      return;
    case undefined:
    default:
      complain(
        `${command === undefined ? 'Give a command.' : 'There is no such command.'}\n\n${usage(rest)}`,
        EXIT_STATUS.usage,
      );
  }
}

function usage(args: readonly string[]): string {
  const place = args.indexOf('--lang');
  const asked = place === -1 ? undefined : args[place + 1];
  return USAGE[readLanguage(asked, process.env) ?? 'en'];
}
