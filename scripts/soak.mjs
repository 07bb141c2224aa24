// Sends a million texts to a fake Tencent that fails in every way (test/soak), over the build, and says
// what is wrong with their outcomes. `npm test` runs a short form.
//
//   npm run soak -- --sends 1000000 --seed 1
import process from 'node:process';
import { parseArgs } from 'node:util';
import { foundWrong, soak } from '../test/soak/soak.ts';

const { values } = parseArgs({
  options: {
    sends: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
});
const seed = Number(values.seed);
const start = performance.now();
console.log(`seed ${seed}`);

const report = await soak({
  sends: Number(values.sends),
  seed,
  onRound: ({ rows, wrongs }) => {
    console.log(`${rows} sends in ${secondsSince(start)} s, ${JSON.stringify(wrongs)}`);
  },
});

const { rows, requests, outcomes, requestFaults, numberFaults, wrongs, examples } = report;
console.log(`\n${rows} sends in ${requests} requests, ${secondsSince(start)} s, seed ${seed}`);
console.log('outcomes', outcomes);
console.log('faults of requests', Object.fromEntries(requestFaults));
console.log('faults of numbers', Object.fromEntries(numberFaults));
console.log('wrong', wrongs);
for (const example of examples) {
  console.log(example);
}
const failed = foundWrong(report);
console.log(failed ? 'FAILED' : 'No phone was texted twice, and every outcome is true.');
process.exitCode = failed ? 1 : 0;

function secondsSince(begin) {
  return ((performance.now() - begin) / 1000).toFixed(1);
}
