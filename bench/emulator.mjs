// The emulator: how fast it starts, and how many texts a second it takes from a client on the same machine.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createClients, requestOf } from './clients.mjs';
import { load, median } from './measure.mjs';

const { rounds, count } = JSON.parse(process.argv[2]);
const command = fileURLToPath(new URL('../dist/cli/emulator.cli.js', import.meta.url));

/** From the launch of the process to its greeting, and to its first answer. */
async function start() {
  const began = process.hrtime.bigint();
  const child = fork(command, ['emulator', '--port', '0', '--secret-key', 'bench-secret-key'], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    execArgv: [],
  });
  let output = '';
  for await (const chunk of child.stdout) {
    output += chunk;
    const port = /http:\/\/127\.0\.0\.1:(\d+)/.exec(output)?.[1];
    if (port !== undefined) {
      const ms = millisecondsSince(began);
      await (await fetch(`http://127.0.0.1:${port}/readyz`)).text();
      return { child, port, ms, answerMs: millisecondsSince(began) };
    }
  }
  throw new Error('the emulator did not start');
}

function millisecondsSince(began) {
  return Number(process.hrtime.bigint() - began) / 1e6;
}

const starts = [];
const answers = [];
for (let round = 0; round < rounds; round += 1) {
  const { child, ms, answerMs } = await start();
  starts.push(ms);
  answers.push(answerMs);
  child.kill();
  await once(child, 'exit');
}

const { child, port } = await start();
const { clients, close } = await createClients({ secure: false, port, params: requestOf(1) });
const perSecond = [];
await load(clients.ours.send, count, 20);
for (let round = 0; round < rounds; round += 1) {
  const began = process.hrtime.bigint();
  await load(clients.ours.send, count, 20);
  perSecond.push(count / (millisecondsSince(began) / 1e3));
}
await close();
child.kill();
process.send(
  { startMs: median(starts), firstAnswerMs: median(answers), perSecond: median(perSecond) },
  () => process.exit(0),
);
