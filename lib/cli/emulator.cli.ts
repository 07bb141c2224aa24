#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { SmsEmulatorError } from '../emulator/errors/emulator.error.js';
import { DEFAULT_SECRET_KEY, resolveEmulatorOptions } from '../emulator/engine/emulator.options.js';
import type { SmsEmulatorOptions } from '../emulator/engine/emulator.options.js';
import { EMULATOR_USAGE_ZH } from './emulator.usage.zh.js';
import { LANGUAGES, readLanguage } from './language.js';
import { readTemplates } from './read-templates.js';
import { readVersion } from './read-version.js';
import type { StockFiles, readStockFiles } from './stock-file.js';
import { EmulatorServer } from '../emulator/server/emulator-server.js';

const USAGE = `Usage: nestjs-tencentcloud-sms emulator [options]

Runs Tencent Cloud SMS on this machine: any SDK can talk to it, and no text is sent.

  --port <number>      port to listen on (default 9753; 0 takes any that is free)
  --host <address>     address to listen on (default 127.0.0.1); any other opens the inbox, with the
                       codes in it, to the network
  --allowed-host <name>  name with a dot to serve the inbox under, such as
                         sms-emulator.default.svc; may be given several times (default none)
  --tls-cert <file>    certificate to listen with TLS, PEM (default none: plain HTTP)
  --tls-key <file>     its private key, PEM
  --secret-key <key>   SecretKey that requests must be signed with (default ${DEFAULT_SECRET_KEY})
  --strict             refuse applications, templates and signatures that were not added, and sends
                       that the package does not cover (default: they are learned, and it never ends)
  --limits <which>     how often a number may be texted and an action called: off (default) or
                       tencent-default
  --delivery <when>    when reports come: instant (default), realistic (1-8 s), slow (1-5 min) or never
  --callback-url <url>        where to push reports (default none)
  --reply-callback-url <url>  where to push replies (default none)
  --echo-context              repeat the SessionContext of a send in its reports, which Tencent does on
                              demand only (default: reports have none)
  --record-lag <time>         how long the records to look up are behind, such as 10m (default 0)
  --blocked-countries <list>  countries not to send to, such as MY,44 (default none)
  --refusals-at <place>       where templates, signatures and an empty package are refused: recipients
                              (default) or request, at the top
  --templates <file>          templates of your own, JSON or a JavaScript module that exports what
                              smsTemplate makes (default none)
  --faults <list>             what goes wrong from the start, JSON such as
                              '[{"callback":"duplicated","times":"always"}]' (default none)
  --seed <file>               signatures and templates to start with, JSON:
                              { "signatures": ["云上小店"], "templates": [{ "id", "kind", "text" }] }
                              (default none), also "market" and "state" of each
  --state <file>              keep in this file what is added by the API, and start with it again
                              (default none: it is forgotten)
  --keep <size>               memory for everything that is kept, such as 64MB (default); the oldest goes
                              first
  --package-size <number>     segments in each application's package (default 10000)
  --lang <language>    language of this text: zh-CN, zh or en (default by the locale)
  --help               show this text
  --version            show the version
`;

const DEFAULT_PORT = 9753;
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

/** The options on the command line. */
type Command =
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'version' }
  | { readonly kind: 'usage'; readonly problem: string }
  | {
      readonly kind: 'emulator';
      readonly options: SmsEmulatorOptions;
      readonly templatesFile: string | undefined;
      readonly stockFiles: StockFiles;
    };

await run(readCommand(process.argv.slice(2)));

async function run(command: Command): Promise<void> {
  switch (command.kind) {
    case 'help':
      process.stdout.write(command.text);
      return;
    case 'version':
      process.stdout.write(`${readVersion()}\n`);
      return;
    case 'usage':
      complain(`${command.problem}\n\n${USAGE}`, EXIT_USAGE);
      return;
    case 'emulator':
      await runEmulator(command);
      return;
  }
}

async function runEmulator({
  options: flags,
  templatesFile,
  stockFiles,
}: Extract<Command, { kind: 'emulator' }>): Promise<void> {
  let options = flags;
  let prepare: ReturnType<typeof readStockFiles> | undefined;
  try {
    if (templatesFile !== undefined) {
      options = { ...flags, templates: await readTemplates(templatesFile) };
    }
    if (stockFiles.seed !== undefined || stockFiles.state !== undefined) {
      // Loaded where it is needed: the greeting is not to wait for it.
      prepare = (await import('./stock-file.js')).readStockFiles(stockFiles);
    }
  } catch (error) {
    complain(`${problemOf(error)}\n`, EXIT_USAGE);
    return;
  }
  let server: EmulatorServer;
  try {
    server = await EmulatorServer.listen(resolveEmulatorOptions(options), warn, prepare);
  } catch (error) {
    if (!(error instanceof SmsEmulatorError)) {
      throw error;
    }
    const isUsage = error.code === 'SMS_EMULATOR_OPTIONS_INVALID';
    complain(
      isUsage ? `${error.message}\n\n${USAGE}` : `${error.message}\n`,
      isUsage ? EXIT_USAGE : EXIT_FAILED,
    );
    return;
  }
  const stop = (): void => {
    // Nothing else is open, so the process ends by itself, with code 0.
    void server.close();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  process.stdout.write(greet(server, options));
  // Requests that come sooner wait for it.
  await server.load();
}

function warn(message: string): void {
  process.stderr.write(`Warning: ${message}\n`);
}

function greet({ url }: EmulatorServer, { secretKey }: SmsEmulatorOptions): string {
  // The default is public. A key of the user's own stays out of logs.
  const [protocol, endpoint] = url.split('://');
  const key = secretKey === undefined ? DEFAULT_SECRET_KEY : 'the one you gave';
  return [
    `listening on ${url}`,
    `secret key: ${key}`,
    `Point an SDK at it: endpoint ${endpoint}, protocol ${protocol}, this secret key, any secret id.`,
    '',
  ].join('\n');
}

function readCommand(args: string[]): Command {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        port: { type: 'string' },
        host: { type: 'string' },
        'allowed-host': { type: 'string', multiple: true },
        'tls-cert': { type: 'string' },
        'tls-key': { type: 'string' },
        'secret-key': { type: 'string' },
        strict: { type: 'boolean' },
        limits: { type: 'string' },
        delivery: { type: 'string' },
        'callback-url': { type: 'string' },
        'reply-callback-url': { type: 'string' },
        'echo-context': { type: 'boolean' },
        'record-lag': { type: 'string' },
        'blocked-countries': { type: 'string' },
        'refusals-at': { type: 'string' },
        templates: { type: 'string' },
        faults: { type: 'string' },
        seed: { type: 'string' },
        state: { type: 'string' },
        lang: { type: 'string' },
        keep: { type: 'string' },
        'package-size': { type: 'string' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
      },
    });
    const language = readLanguage(values.lang, process.env);
    if (language === undefined) {
      return { kind: 'usage', problem: `--lang must be ${LANGUAGES}.` };
    }
    if (values.help === true) {
      return { kind: 'help', text: language === 'zh' ? EMULATOR_USAGE_ZH : USAGE };
    }
    if (values.version === true) {
      return { kind: 'version' };
    }
    const [command, surplus] = positionals;
    if (command !== 'emulator' || surplus !== undefined) {
      return {
        kind: 'usage',
        problem: 'Give the word "emulator" and its options, and nothing else.',
      };
    }
    return {
      kind: 'emulator',
      templatesFile: values.templates,
      stockFiles: { seed: values.seed, state: values.state },
      options: {
        // Not a number is refused with the other bad ports.
        port: readNumber(values.port) ?? DEFAULT_PORT,
        host: values.host,
        allowedHosts: values['allowed-host'],
        tls: readTls(values['tls-cert'], values['tls-key']),
        secretKey: values['secret-key'],
        strict: values.strict,
        // Words that name nothing are refused with the other bad options.
        limits: values.limits as SmsEmulatorOptions['limits'],
        delivery: values.delivery as SmsEmulatorOptions['delivery'],
        callbackUrl: values['callback-url'],
        replyCallbackUrl: values['reply-callback-url'],
        echoContext: values['echo-context'],
        recordLag: values['record-lag'] as SmsEmulatorOptions['recordLag'],
        blockedCountries: values['blocked-countries']?.split(','),
        refusalsAt: values['refusals-at'] as SmsEmulatorOptions['refusalsAt'],
        faults: readFaults(values.faults),
        keep: values.keep,
        packageSize: readNumber(values['package-size']),
      },
    };
  } catch (error) {
    // `parseArgs` names the unknown flag, and reading a file the file; both errors come from Node itself.
    return { kind: 'usage', problem: problemOf(error) };
  }
}

/** @throws when a file can't be read, or when one is given without the other. */
function readTls(cert: string | undefined, key: string | undefined): SmsEmulatorOptions['tls'] {
  if (cert === undefined && key === undefined) {
    return undefined;
  }
  if (cert === undefined || key === undefined) {
    throw new Error('--tls-cert and --tls-key belong together: give both.');
  }
  return { cert: readFileSync(cert), key: readFileSync(key) };
}

/** What is no list of faults is refused with the other bad options. */
function readFaults(json: string | undefined): SmsEmulatorOptions['faults'] {
  if (json === undefined) {
    return undefined;
  }
  try {
    return JSON.parse(json) as SmsEmulatorOptions['faults'];
  } catch {
    throw new Error('--faults is not JSON.');
  }
}

function readNumber(text: string | undefined): number | undefined {
  if (text === undefined) {
    return undefined;
  }
  return /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
}

function problemOf(error: unknown): string {
  return typeof error === 'object' &&
    error !== null &&
    'message' in error &&
    typeof error.message === 'string'
    ? error.message
    : 'These arguments could not be read.';
}

function complain(text: string, exitCode: number): void {
  process.stderr.write(text);
  process.exitCode = exitCode;
}
