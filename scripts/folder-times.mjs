// A reporter of Jest: how long the specs of each folder took, beside what a folder may take. Says so
// and no more: a busy machine is slow, which is no fault.
import { relative } from 'node:path';

/** Seconds that the specs of a folder should take together on two cores. */
const BUDGETS = {
  'test/delivery': 25,
  'test/docs': 15,
  'test/queue': 60,
  'test/redis': 20,
  'test/verification': 25,
};
/** Runs of fewer specs are about something else. */
const LEAST_SPECS = 20;
/** Folders that are shown without a budget. */
const MOST_FOLDERS = 12;

export default class FolderTimes {
  constructor({ rootDir }) {
    this.rootDir = rootDir;
  }

  onRunComplete(_, { testResults }) {
    if (testResults.length < LEAST_SPECS) {
      return;
    }
    const seconds = new Map();
    for (const { testFilePath, perfStats } of testResults) {
      const folder = folderOf(relative(this.rootDir, testFilePath));
      seconds.set(folder, (seconds.get(folder) ?? 0) + perfStats.runtime / 1000);
    }
    const slowest = [...seconds].toSorted(([, one], [, other]) => other - one);
    const shown = slowest.filter(([folder], i) => i < MOST_FOLDERS || folder in BUDGETS);
    process.stderr.write(`\nSeconds by folder\n${shown.map(toLine).join('')}`);
  }
}

/** The first two parts of a path: specs beside each other in `test/` are a folder, too. */
function folderOf(path) {
  return path.split(/[\\/]/).slice(0, -1).slice(0, 2).join('/');
}

function toLine([folder, seconds]) {
  const budget = BUDGETS[folder];
  const beside = budget === undefined ? '' : ` of ${budget}${seconds > budget ? '  OVER' : ''}`;
  return `${seconds.toFixed(1).padStart(7)}${beside.padEnd(12)} ${folder}\n`;
}
