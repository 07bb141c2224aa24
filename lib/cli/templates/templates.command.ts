import { parseArgs } from 'node:util';
import { readSmsEnv } from '../../config/read-sms-env.js';
import { DOCTOR } from '../../errors/next-step.js';
import { SmsError } from '../../errors/sms.error.js';
import { redact } from '../../privacy/redact.js';
import type { SmsMarket } from '../../recipients/normalize-recipients.js';
import type { SmsStandalone } from '../../sms.standalone.js';
import { openAccount } from '../account.js';
import { EXIT_STATUS } from '../exit-status.js';
import { LANGUAGES, languageOf, readLanguage, say } from '../language.js';
import type { CliLanguage, CliText } from '../language.js';
import { loadEnvFile } from '../load-env-file.js';
import { UsageError, complain, problemOf } from '../usage.js';
import { checkModule } from './check-module.js';
import type { Speech } from '../speech.js';
import { pullInto } from './pull-into.js';
import { pushModule } from './push-module.js';
import { TEMPLATES_USAGE } from './templates.usage.js';

const FLAGS = {
  out: { type: 'string' },
  module: { type: 'string' },
  'dry-run': { type: 'boolean' },
  yes: { type: 'boolean' },
  market: { type: 'string' },
  remark: { type: 'string' },
  'env-file': { type: 'string' },
  json: { type: 'boolean' },
  lang: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Task = (account: SmsStandalone, speech: Speech) => Promise<boolean>;

interface Command extends Speech {
  readonly task: Task;
  readonly envFile: string | undefined;
}

/** Keeps templates of the code and of the account together; ends with 1 when they differ. */
export async function runTemplates(args: string[]): Promise<void> {
  let command: Command | CliLanguage;
  try {
    command = readCommand(args);
  } catch (error) {
    complain(
      `${redact(problemOf(error))}\n\n${TEMPLATES_USAGE[languageOf(args)]}`,
      EXIT_STATUS.usage,
    );
    return;
  }
  if (typeof command === 'string') {
    process.stdout.write(TEMPLATES_USAGE[command]);
    return;
  }
  try {
    await perform(command);
  } catch (error) {
    const problem = redact(problemOf(error));
    complain(problem);
    if (error instanceof SmsError && !problem.includes(DOCTOR)) {
      complain(SEE_DOCTOR[command.language]);
    }
  }
}

const SEE_DOCTOR: CliText = say(`Find the cause with: ${DOCTOR}`, `查找原因：${DOCTOR}`);

async function perform({ task, envFile, ...speech }: Command): Promise<void> {
  loadEnvFile(envFile, process.env);
  // Templates are of the account and of no application.
  const sdkAppId = process.env['SMS_SDK_APP_ID'] || '0';
  const account = openAccount(readSmsEnv({ ...process.env, SMS_SDK_APP_ID: sdkAppId }));
  try {
    if (!(await task(account, speech))) {
      process.exitCode = EXIT_STATUS.failed;
    }
  } finally {
    await account.close();
  }
}

/** The language alone where help is asked for. */
function readCommand(args: string[]): Command | CliLanguage {
  const { values, positionals } = parseArgs({ args, options: FLAGS, allowPositionals: true });
  const language = readLanguage(values.lang, process.env);
  if (language === undefined) {
    throw new UsageError(`--lang must be ${LANGUAGES}.`);
  }
  if (values.help === true) {
    return language;
  }
  const [what, surplus] = positionals;
  if (surplus !== undefined) {
    throw new UsageError('Give one of pull, check and push.');
  }
  return {
    language,
    isJson: values.json === true,
    envFile: values['env-file'],
    task: toTask(what, values),
  };
}

function toTask(
  what: string | undefined,
  {
    out,
    module,
    'dry-run': dryRun,
    yes,
    market,
    remark,
  }: {
    readonly out?: string;
    readonly module?: string;
    readonly 'dry-run'?: boolean;
    readonly yes?: boolean;
    readonly market?: string;
    readonly remark?: string;
  },
): Task {
  switch (what) {
    case 'pull': {
      const file = needed('--out', out);
      return async ({ sms }, speech) => pullInto(sms, file, speech);
    }
    case 'check': {
      const file = needed('--module', module);
      return async ({ sms }, speech) => checkModule(sms, file, speech);
    }
    case 'push': {
      const file = needed('--module', module);
      const options = { dryRun, yes, market: readMarket(market), remark };
      return async ({ sms }, speech) => pushModule(sms, file, options, speech);
    }
    case undefined:
    default:
      throw new UsageError('Give one of pull, check and push.');
  }
}

function needed(flag: string, value: string | undefined): string {
  if (value === undefined || value === '') {
    throw new UsageError(`${flag} is needed: name a file.`);
  }
  return value;
}

function readMarket(market: string | undefined): SmsMarket | undefined {
  if (market === undefined || market === 'mainland' || market === 'international') {
    return market;
  }
  throw new UsageError('--market must be mainland or international.');
}
