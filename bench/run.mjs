// npm run bench [-- --quick] [-- --json]
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measureImports } from './imports.mjs';

const { values: flags } = parseArgs({
  options: { json: { type: 'boolean' }, quick: { type: 'boolean' } },
});
const ROUNDS = 8;
const scale = flags.quick ? 0.1 : 1;
// The helpers of the specs are TypeScript.
const TYPESCRIPT = new URL('../scripts/typescript.mjs', import.meta.url).href;
const CA = fileURLToPath(new URL('../test/support/tls/ca.pem', import.meta.url));

const SCENARIOS = [
  { wire: 'tls', concurrency: 1, numbers: 1, count: 800 },
  { wire: 'tls', concurrency: 20, numbers: 1, count: 4000 },
  { wire: 'tls', concurrency: 100, numbers: 1, count: 4000 },
  { wire: 'plain', concurrency: 1, numbers: 1, count: 800 },
  { wire: 'plain', concurrency: 20, numbers: 1, count: 4000 },
  { wire: 'plain', concurrency: 100, numbers: 1, count: 4000 },
  { wire: 'tls', concurrency: 20, numbers: 200, count: 1000 },
];
// What the ratios are made of, measured well, and no more.
const QUICK_SCENARIOS = [
  { wire: 'tls', concurrency: 20, numbers: 1, count: 2000 },
  { wire: 'tls', concurrency: 100, numbers: 1, count: 2000 },
];

const server = start('server.mjs');
const [ports] = await once(server, 'message');
const loads = await answerOf('load.mjs', {
  ports,
  scenarios: flags.quick ? QUICK_SCENARIOS : SCENARIOS,
  rounds: ROUNDS,
});
const signing = await answerOf('signing.mjs', {
  rounds: ROUNDS,
  count: flags.quick ? 8000 : 20_000,
});
const imports = measureImports(flags.quick ? 3 : ROUNDS);
const memory = await answerOf('memory.mjs', {
  port: ports.plain,
  few: 10_000,
  many: flags.quick ? 100_000 : 1_000_000,
});
const emulator = await answerOf('emulator.mjs', {
  rounds: flags.quick ? 3 : 5,
  count: flags.quick ? 1000 : 4000,
});
server.kill();
const observability = await answerOf('observability.mjs', {
  rounds: ROUNDS,
  count: Math.ceil(5000 * scale * (flags.quick ? 2 : 1)),
});
const verification = await answerOf(
  'verification.mjs',
  {
    rounds: flags.quick ? 4 : ROUNDS,
    // Shorter rounds end before all of the code is compiled again.
    count: 6000,
    phones: flags.quick ? 200 : 1000,
  },
  ['--import', TYPESCRIPT],
);
const delivery = await answerOf('delivery.mjs', {
  rounds: flags.quick ? 3 : 5,
  pushes: flags.quick ? 2000 : 4000,
  sends: flags.quick ? 2000 : 4000,
});
const queue = await answerOf(
  'queue.mjs',
  {
    rounds: flags.quick ? 3 : 5,
    jobs: flags.quick ? 1000 : 3000,
    rows: flags.quick ? 10_000 : 40_000,
    personalRows: flags.quick ? 1000 : 3000,
    kept: flags.quick ? 200 : 1000,
  },
  ['--import', TYPESCRIPT],
);

const tlsAt = (atOnce) =>
  loads.find(
    ({ wire, concurrency, numbers }) => wire === 'tls' && concurrency === atOnce && numbers === 1,
  ).ratios;
const ratios = {
  throughputVsSdkC20Tls: round(tlsAt(20).throughputVsSdk),
  throughputVsSdkC100Tls: round(tlsAt(100).throughputVsSdk),
  cpuVsUndiciC20Tls: round(tlsAt(20).cpuVsUndici),
  cpuVsUndiciC100Tls: round(tlsAt(100).cpuVsUndici),
  signVsSdk: round(signing.sdk.micros / signing.ours.micros),
  signVsBareCrypto: round(signing.ours.micros / signing.crypto.micros),
  importVsSdk: round(imports.ours / imports.sdk),
  cpuSilentVsUnchecked: round(observability.silent / observability.unchecked),
  // Settled: how far the heap swells between two collections is V8's choice, not the rows'.
  rssGrowthMb1MRows: Math.round(memory.large.settledMb - memory.small.settledMb),
  ...(verification !== null && {
    verificationVsCounting: round(verification.storeVsCounting),
    verificationStartVsCounting: round(verification.serviceVsCounting),
  }),
  reportVsController: round(delivery.single.ratio),
  sendFollowedVsNot: round(delivery.send.ratio),
  ...(queue !== null && {
    jobVsNaive: round(queue.ratios.naive.job),
    jobVsFollowed: round(queue.ratios.followed.job),
    campaignVsSendEach: round(queue.ratios.naive.same),
    campaignVsFollowed: round(queue.ratios.followed.same),
    personalVsSendEach: round(queue.ratios.naive.personal),
    personalVsFollowed: round(queue.ratios.followed.personal),
  }),
};

if (flags.json) {
  console.log(
    JSON.stringify({
      node: process.version,
      rounds: ROUNDS,
      ratios,
      loads,
      signing,
      imports,
      memory,
      emulator,
      observability,
      verification,
      delivery,
      queue,
    }),
  );
} else {
  print();
}

function start(file, argument, loader = []) {
  return fork(new URL(file, import.meta.url), argument === undefined ? [] : [argument], {
    execArgv: ['--expose-gc', '--no-warnings', ...loader],
    env: { ...process.env, NODE_EXTRA_CA_CERTS: CA },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

async function answerOf(file, argument, loader) {
  const child = start(file, JSON.stringify(argument), loader);
  const [answer] = await once(child, 'message');
  return answer;
}

function print() {
  console.log(`Node ${process.version}, medians of ${ROUNDS} interleaved rounds\n`);
  console.log('| SendSms | ours | official SDK | stock axios | bare undici |');
  console.log('| --- | --- | --- | --- | --- |');
  for (const { wire, concurrency, numbers, results } of loads) {
    const cells = Object.values(results).map(
      ({ perSecond, cpu }) => `${Math.round(perSecond)}/s, ${Math.round(cpu)} µs`,
    );
    console.log(
      `| ${wire}, ${concurrency} at once, ${numbers === 1 ? '1 number' : `${numbers} numbers`} | ${cells.join(' | ')} |`,
    );
  }
  console.log(
    `\nSigning, µs: ours ${round(signing.ours.micros)}, official SDK ${round(signing.sdk.micros)}, two SHA-256 and one HMAC ${round(signing.crypto.micros)}`,
  );
  console.log(
    `Import, ms: root ${round(imports.root)} (on top of Nest ${round(imports.ours)}), @nestjs/common ${round(imports.common)}, rxjs ${round(imports.rxjs)}, official SDK ${round(imports.sdk)}`,
  );
  for (const { rows, peakMb, settledMb, heapMb } of [memory.small, memory.large]) {
    console.log(
      `sendEach of ${rows} rows, MB resident: ${Math.round(settledMb)} settled, ${Math.round(peakMb)} at most; heap ${Math.round(heapMb)}`,
    );
  }
  console.log(
    `Emulator: starts in ${Math.round(emulator.startMs)} ms (Node's own start included), answers after ${Math.round(emulator.firstAnswerMs)} ms, ${Math.round(emulator.perSecond)} SendSms/s`,
  );
  const { silent, unchecked, listener, otel, checksNanos } = observability;
  console.log(
    `send without a network, µs of CPU: ${round(silent)} without listeners, ${round(unchecked)} without the checks for listeners, ${round(listener)} with a listener that does nothing, ${round(otel)} with OpenTelemetry; the checks take ${round(checksNanos)} ns`,
  );
  console.log(sayVerification(verification));
  console.log(sayDelivery(delivery));
  console.log(sayQueue(queue));
  console.log('\nRatios:');
  for (const [name, value] of Object.entries(ratios)) {
    console.log(`  ${name}: ${value}`);
  }
}

function sayVerification(figures) {
  if (figures === null) {
    return 'Verification codes: SKIPPED, since there is no redis-server here (REDIS_SERVER_PATH names one).';
  }
  const { cpu, cryptoMicros, bytes } = figures;
  return `Verification codes, µs of CPU a start: reserve and conclude ${round(cpu.store)}, all of start() ${round(cpu.service)}, seven limits of rate-limiter-flexible ${round(cpu.counting)}; cryptography ${round(cryptoMicros)} µs; ${Math.round(bytes)} bytes of Redis a pending phone`;
}

function sayDelivery({ single, full, send }) {
  return `Deliveries, µs of CPU a report: ${round(single.following)} in pushes of one (a controller ${round(single.plain)}), ${round(full.following)} in pushes of a hundred (${round(full.plain)}); a send ${round(send.followed)} with the store in memory, ${round(send.without)} without`;
}

function sayQueue(measured) {
  if (measured === null) {
    return 'Queue: SKIPPED, since there is no redis-server here (REDIS_SERVER_PATH names one).';
  }
  const { figures, bytes } = measured;
  const lines = Object.entries(figures).map(
    ([mode, { enqueue, work, jobs, same, personal }]) =>
      `  ${mode}: ${round(enqueue)} µs of CPU to queue a job, ${round(work)} to do it, ${Math.round(jobs)} jobs/s; ${Math.round(same)} rows/s with one text, ${Math.round(personal)} with texts of their own`,
  );
  const [waiting, ended, row, personalRow, endedRow] = [
    bytes.waiting,
    bytes.ended,
    bytes.row,
    bytes.personalRow,
    bytes.endedRow,
  ].map(Math.round);
  return [
    'Queue, beside a processor that awaits sms.send(), and campaigns beside sendEach:',
    ...lines,
    `  Bytes of Redis: ${waiting} a job that waits, ${ended} one that has ended; ${row} a row that waits, ${personalRow} with a text of its own, ${endedRow} one that was sent`,
  ].join('\n');
}

function round(value) {
  return Math.round(value * 100) / 100;
}
