import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

/** The file that `ConfigModule` reads where none is named. */
const DEFAULT_FILE = '.env';

/**
 * Puts the variables of a file into the environment, as `ConfigModule` does: what is set already stays.
 *
 * @param file `.env` where there is one and none is named
 * @returns the file that was read, if any
 * @throws the error of the file system when the file that is named can't be read.
 */
export function loadEnvFile(file: string | undefined, env: NodeJS.ProcessEnv): string | undefined {
  const path = file ?? (existsSync(DEFAULT_FILE) ? DEFAULT_FILE : undefined);
  if (path === undefined) {
    return undefined;
  }
  // Editors of Windows put a mark before the text, which would be part of the first name.
  const text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  for (const [name, value] of Object.entries(parseEnv(text))) {
    env[name] ??= value;
  }
  return path;
}
