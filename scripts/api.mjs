// Writes down what each entry point exports (`npm run api`), or, with `--check`, fails when it differs from
// what is written down: a change of the public types is then seen in review.
import { readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import {
  CompilerState,
  Extractor,
  ExtractorConfig,
  ExtractorLogLevel,
} from '@microsoft/api-extractor';
import { entryPoints } from './package.mjs';

const folder = resolve(import.meta.dirname, '../api');
const check = process.argv.includes('--check');

const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
const configs = files.map((file) => ExtractorConfig.loadFileAndPrepare(join(folder, file)));
// One program for all entryPoints: reading the types is what takes the time.
const compilerState = CompilerState.create(configs[0], {
  additionalEntryPoints: configs.map(({ mainEntryPointFilePath }) => mainEntryPointFilePath),
});

const problems = entryPoints
  .filter((entryPoint) => !files.includes(`${entryPoint}.json`))
  .map((entryPoint) => `api/${entryPoint}.json is missing: every entry point has a report.`);

configs.forEach((config, index) => {
  const { apiReportChanged, succeeded } = Extractor.invoke(config, {
    compilerState,
    localBuild: !check,
    showVerboseMessages: false,
    messageCallback: (message) => {
      // Which TypeScript it bundles, and that it wrote a file: not news.
      message.handled = message.logLevel !== ExtractorLogLevel.Error;
    },
  });
  const report = `api/${basename(files[index], '.json')}.api.md`;
  if (check && apiReportChanged) {
    problems.push(`${report} differs: run "npm run api" and commit it, if the change is meant.`);
  } else if (!succeeded) {
    problems.push(`${report} could not be made.`);
  } else if (apiReportChanged) {
    console.log(`${report} is updated.`);
  }
});

for (const problem of problems) {
  console.error(problem);
}
process.exitCode = problems.length === 0 ? 0 : 1;
