import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { redact } from '../../privacy/redact.js';
import { EXIT_STATUS } from '../exit-status.js';
import { complain, problemOf } from '../usage.js';

/**
 * Loads a module of the app that exports what `smsTemplate` makes. What it prints meanwhile goes to the
 * error output: the other one is for what the command has to say.
 *
 * @throws an Error saying what is wrong with the file.
 */
export async function importTemplates(file: string): Promise<Readonly<Record<string, unknown>>> {
  if (/\.[cm]?tsx?$/.test(file) && !/\.d\.[cm]?ts$/.test(file)) {
    throw new Error(`${file} is TypeScript: name the JavaScript that it is built to.`);
  }
  const path = resolve(file);
  if (!existsSync(path)) {
    throw new Error(`${file} does not exist: build the app, and name what it is built to.`);
  }
  const { stdout, stderr } = process;
  const write = stdout.write.bind(stdout);
  // A module that ends the process, or never finishes loading, must not pass for one that agrees.
  const onExit = (): void => {
    complain(redact(`${file} can't be loaded: the process ended before it was.`));
    process.exitCode = EXIT_STATUS.failed;
  };
  process.once('exit', onExit);
  stdout.write = stderr.write.bind(stderr);
  try {
    return (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (error) {
    throw new Error(`${file} can't be loaded: ${problemOf(error)}`, { cause: error });
  } finally {
    stdout.write = write;
    process.off('exit', onExit);
  }
}
