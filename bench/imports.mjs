// What importing costs, each time in a fresh process.
import { execFileSync } from 'node:child_process';
import { median } from './measure.mjs';

const SPECIFIERS = {
  root: 'nestjs-tencentcloud-sms',
  common: '@nestjs/common',
  rxjs: 'rxjs',
  sdk: 'tencentcloud-sdk-nodejs-sms',
};

/** What every Nest app has loaded when it comes to us. */
const NEST = ['@nestjs/common', '@nestjs/core', 'rxjs'];

/** Median milliseconds of importing each; `ours` is the root on top of what every Nest app loads. */
export function measureImports(rounds) {
  const figures = Object.fromEntries(
    [...Object.keys(SPECIFIERS), 'ours'].map((name) => [name, []]),
  );
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, specifier] of Object.entries(SPECIFIERS)) {
      figures[name].push(importTime([specifier]));
    }
    figures.ours.push(importTime([...NEST, 'nestjs-tencentcloud-sms']));
  }
  return Object.fromEntries(Object.entries(figures).map(([name, times]) => [name, median(times)]));
}

// Only the last specifier counts; what stands before it is there already in every Nest app.
function importTime(specifiers) {
  const last = specifiers.pop();
  const code = `${specifiers.map((one) => `await import('${one}');`).join('')}
    const start = process.hrtime.bigint(); await import('${last}');
    console.log(Number(process.hrtime.bigint() - start) / 1e6);`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', code], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  return Number(output);
}
