import { emitWarning } from './emit-warning.js';
import { loadPhoneNumberParser } from '../../recipients/phone-number.js';
import { Engine } from './engine.js';
import type { EngineOptions } from './engine.js';
import { postCallback } from '../carrier/post-callback.js';

/** Makes an engine with the numbering plans and the network it needs. */
export async function createEngine(
  options: Omit<EngineOptions, 'parsePhoneNumber' | 'postCallback' | 'warn'> &
    Partial<Pick<EngineOptions, 'warn'>>,
): Promise<Engine> {
  const parsePhoneNumber = await loadPhoneNumberParser();
  return new Engine({ warn: emitWarning, ...options, parsePhoneNumber, postCallback });
}
