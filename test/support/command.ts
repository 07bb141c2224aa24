import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { CREDENTIALS } from './sms-test-case.js';

const COMMAND = resolve('dist/cli/main.cli.js');

/** How a command ended, and what it printed. */
export interface EndedCommand {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** What a command gets beside its arguments. */
export interface CommandSurroundings {
  /** All variables that it sees, beside `PATH`. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** What is typed on its standard input, which is no terminal. */
  readonly input?: string;
}

/** Runs the package's command as users do, in a process of its own, to its end. */
export async function runCommand(
  args: readonly string[],
  { env = {}, cwd, input = '' }: CommandSurroundings = {},
): Promise<EndedCommand> {
  if (!existsSync(COMMAND)) {
    throw new Error(`${COMMAND} is missing: run "npm run build" before this spec.`);
  }
  const child = spawn(process.execPath, [COMMAND, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], ...env },
  });
  // A command that has ended already reads nothing.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return new Promise((done) => {
    let out = '';
    let err = '';
    child.stdout.on('data', (data: Buffer) => (out += data.toString()));
    child.stderr.on('data', (data: Buffer) => (err += data.toString()));
    child.on('close', (code) => {
      done({ code, out, err });
    });
  });
}

/** The variables of an account at an emulator, with a secret that is found wherever it leaks. */
export function accountVariables(
  endpoint: string,
  more: Readonly<Record<string, string | undefined>> = {},
): Record<string, string> {
  const all = {
    TENCENTCLOUD_SECRET_ID: CREDENTIALS.secretId,
    TENCENTCLOUD_SECRET_KEY: CREDENTIALS.secretKey,
    SMS_SDK_APP_ID: '1400006666',
    SMS_SIGN_NAME: '腾讯云',
    SMS_ENDPOINT: endpoint,
    ...more,
  };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
