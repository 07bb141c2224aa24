import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Engine } from '../emulator/engine/engine.js';
import { addStock, parseStock, takeStock } from '../emulator/engine/stock.js';
import type { Stock } from '../emulator/engine/stock.js';
import { problemOf } from './usage.js';

/** Files of signatures and templates that the command is given. */
export interface StockFiles {
  /** There from the start, each time. */
  readonly seed: string | undefined;
  /** What is added is kept in it, for the next start. */
  readonly state: string | undefined;
}

/**
 * Reads the files, and gives what sets an engine up with them.
 *
 * @throws an Error saying what is wrong with which file.
 */
export function readStockFiles({ seed, state }: StockFiles): (engine: Engine) => void {
  const given = seed === undefined ? undefined : read('--seed', seed);
  // One that is not there yet comes with the first change.
  const kept = state === undefined || !existsSync(state) ? undefined : read('--state', state);
  return (engine) => {
    if (given !== undefined) {
      addStock(engine.account, given, true);
    }
    if (kept !== undefined) {
      addStock(engine.account, kept, false);
    }
    if (state !== undefined) {
      engine.onStockChanged = () => {
        write(state, takeStock(engine.account));
      };
    }
  };
}

function read(flag: string, file: string): Stock {
  try {
    return parseStock(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new Error(`${flag}: ${file}: ${problemOf(error)}`, { cause: error });
  }
}

/** A process that is killed meanwhile leaves the former file or the new one. */
function write(file: string, stock: Stock): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(stock, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}
