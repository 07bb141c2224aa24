#!/usr/bin/env node
import { EXIT_STATUS } from './exit-status.js';
import { languageOf, say } from './language.js';
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
      end();
      return;
    case 'templates':
      await (await import('./templates/templates.command.js')).runTemplates(rest);
      end();
      return;
    case '--version':
    case '-v':
      process.stdout.write(`${readVersion()}\n`);
      return;
    case '--help':
    case '-h':
      process.stdout.write(USAGE[languageOf(args)]);
      return;
    case 'emulator':
      await import('./emulator.cli.js');
      return;
    case undefined:
    default:
      complain(
        `${command === undefined ? 'Give a command.' : 'There is no such command.'}\n\n${USAGE[languageOf(args)]}`,
        EXIT_STATUS.usage,
      );
  }
}

/** Ends once all is written, whatever a module of the app has left open. */
function end(): void {
  process.stdout.write('', () => {
    process.stderr.write('', () => {
      process.exit();
    });
  });
}
