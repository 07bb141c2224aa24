import { parseArgs } from 'node:util';
import { readUsableEnv } from '../../config/read-sms-env.js';
import { redact } from '../../privacy/redact.js';
import { EXIT_STATUS } from '../exit-status.js';
import { LANGUAGES, languageOf, readLanguage } from '../language.js';
import type { CliLanguage } from '../language.js';
import { loadEnvFile } from '../load-env-file.js';
import { Terminal } from '../terminal.js';
import { complain, problemOf, UsageError } from '../usage.js';
import { CHECKS } from './checks.js';
import { DOCTOR_USAGE } from './doctor.usage.js';
import { Examination } from './examination.js';
import type { DoctorRequest } from './examination.js';
import { printResult, printSummary, toJson } from './print-results.js';
import { runChecks } from './run-checks.js';
import type { CheckResult } from './run-checks.js';

const FLAGS = {
  'env-file': { type: 'string' },
  callback: { type: 'string' },
  'send-to': { type: 'string' },
  template: { type: 'string', multiple: true },
  param: { type: 'string', multiple: true },
  module: { type: 'string' },
  json: { type: 'boolean' },
  lang: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

interface Command {
  readonly request: DoctorRequest;
  readonly envFile: string | undefined;
  readonly isJson: boolean;
  readonly isHelp: boolean;
  readonly language: CliLanguage;
}

/** Looks at everything that sending a text needs, and ends with 1 when something is wrong. */
export async function runDoctor(args: string[]): Promise<void> {
  let command: Command;
  let examination: Examination;
  try {
    command = readCommand(args);
    if (command.isHelp) {
      process.stdout.write(DOCTOR_USAGE[command.language]);
      return;
    }
    const envFile = loadEnvFile(command.envFile, process.env);
    examination = new Examination(readUsableEnv(process.env), envFile, command.request);
  } catch (error) {
    complain(`${redact(problemOf(error))}\n\n${DOCTOR_USAGE[languageOf(args)]}`, EXIT_STATUS.usage);
    return;
  }
  try {
    await report(examination, command);
  } finally {
    await examination.close();
  }
}

async function report(examination: Examination, { isJson, language }: Command): Promise<void> {
  const terminal = new Terminal(process.stdout, process.env);
  const results: CheckResult[] = [];
  for await (const result of runChecks(CHECKS, examination)) {
    results.push(result);
    if (!isJson) {
      printResult(result, language, terminal);
    }
  }
  if (isJson) {
    process.stdout.write(`${toJson(results, language)}\n`);
  } else {
    printSummary(results, language, terminal);
  }
  if (results.some(({ status }) => status === 'fail')) {
    process.exitCode = EXIT_STATUS.failed;
  }
}

/** @throws UsageError, or the one of `parseArgs`, which names the flag. */
function readCommand(args: string[]): Command {
  const { values } = parseArgs({ args, options: FLAGS, strict: true });
  const language = readLanguage(values.lang, process.env);
  if (language === undefined) {
    throw new UsageError(`--lang must be ${LANGUAGES}.`);
  }
  const templateIds = values.template ?? [];
  if (values['send-to'] !== undefined && templateIds.length !== 1) {
    throw new UsageError('--send-to needs one --template.');
  }
  if (!templateIds.every((id) => /^\d+$/.test(id))) {
    throw new UsageError('--template must be the id of a template: digits.');
  }
  if (values.callback !== undefined && !isHttpUrl(values.callback)) {
    throw new UsageError('--callback must be a URL with http or https.');
  }
  return {
    request: {
      callbackUrl: values.callback,
      sendTo: values['send-to'],
      templateIds,
      params: values.param ?? [],
      module: values.module,
    },
    envFile: values['env-file'],
    isJson: values.json === true,
    isHelp: values.help === true,
    language,
  };
}

function isHttpUrl(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}
