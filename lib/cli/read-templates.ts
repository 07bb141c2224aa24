import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isTemplateLike } from '../emulator/engine/own-templates.js';
import type { SmsEmulatorTemplate } from '../emulator/engine/own-templates.js';

/**
 * Reads templates from a JSON file, or from a JavaScript module that exports what `smsTemplate` makes:
 * one by one, in lists or in objects. Whatever else it exports is left alone.
 *
 * @throws an Error saying what is wrong with the file.
 */
export async function readTemplates(file: string): Promise<SmsEmulatorTemplate[]> {
  const templates = collect(await load(file));
  if (templates.length === 0) {
    throw new Error(
      `--templates: ${file} has no template: what smsTemplate makes, or { "id", "kind", "text" }.`,
    );
  }
  return templates;
}

async function load(file: string): Promise<unknown> {
  if (/\.[cm]?tsx?$/.test(file)) {
    throw new Error(`--templates: ${file} is TypeScript: name the JavaScript that it is built to.`);
  }
  try {
    return file.endsWith('.json')
      ? JSON.parse(readFileSync(file, 'utf8'))
      : await import(pathToFileURL(resolve(file)).href);
  } catch (error) {
    throw new Error(`--templates: ${file} can't be read: ${reasonOf(error)}`, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error
    ? String(error.message)
    : String(error);
}

/** A module with its exports, an object, a list: templates lie two levels deep at most. */
function collect(value: unknown, depth = 0): SmsEmulatorTemplate[] {
  if (isTemplateLike(value)) {
    return [value];
  }
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) {
    return [];
  }
  const found = Object.values(value).flatMap((one) => collect(one, depth + 1));
  // A module of CommonJS has its exports a second time, as its default.
  return [...new Set(found)];
}

const MAX_DEPTH = 2;
