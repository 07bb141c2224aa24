import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Loads a module of the app that exports what `smsTemplate` makes.
 *
 * @throws an Error saying what is wrong with the file.
 */
export async function importTemplates(file: string): Promise<Readonly<Record<string, unknown>>> {
  if (/\.[cm]?tsx?$/.test(file) && !/\.d\.[cm]?ts$/.test(file)) {
    throw new Error(`${file} is TypeScript: name the JavaScript that it is built to.`);
  }
  try {
    return (await import(pathToFileURL(resolve(file)).href)) as Record<string, unknown>;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${file} can't be loaded: ${reason}`, { cause: error });
  }
}
