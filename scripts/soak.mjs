/* oxlint-disable no-await-in-loop -- rounds and sends follow each other */
// Sends a million texts to a local server that fails in every way, and compares what the library
// says with what the server did: no phone may be texted twice, and no outcome may be untrue. Requests
// go over undici and over axios instances that ask for redirects, rows are hostile or use one object
// again, the loop is blocked now and then, sends have little time, and each round ends in a shutdown.
//
//   npm run soak -- --sends 1000000 --seed 1
import { parseArgs } from 'node:util';
import { Test } from '@nestjs/testing';
import { SmsModule, getSmsServiceToken } from 'nestjs-tencentcloud-sms';
import { startFakeTencent } from './fake-tencent.mjs';

const { values } = parseArgs({
  options: {
    sends: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
  },
});
const goal = Number(values.sends);
const random = randomFrom(Number(values.seed));
const server = await startFakeTencent(random);
const CREDENTIALS = { secretId: 'AKIDsoaksoaksoak', secretKey: 'soak-secret-key' };
const TEMPLATE = { templateId: '449739' };

/** Interceptors that ask for redirects, which would execute a request twice. */
const REDIRECTING = {
  transformRequest: [(data) => data],
  maxRedirects: 5,
  fetchOptions: { redirect: 'follow' },
};
/** Accounts by name, and how each sends. */
const WAYS = {
  undici: {},
  'axios over undici': { http: { ...REDIRECTING } },
  'axios over http': { http: { ...REDIRECTING, adapter: 'http' } },
  'axios over fetch': { http: { ...REDIRECTING, adapter: 'fetch' } },
};
const NAMES = Object.keys(WAYS);

const figures = { accepted: 0, rejected: 0, unknown: 0, duplicates: 0 };
const wrongs = { doubled: 0, misreported: 0, vague: 0, 'without outcome': 0 };
const examples = [];
let rows = 0;
let serial = 0;
const start = performance.now();

for (let round = 1; !enough(); round += 1) {
  server.nextRound();
  const told = new Set();
  const app = await startAccounts();
  await Promise.all([
    sendMany(app, told, Math.min(16_000, goal - rows)),
    sendEach(app, told, 13_000, false),
    sendEach(app, told, 9500, true),
    trySend(app, told, 1500),
  ]);
  await shutDown(app, told);
  await server.settled();
  for (const key of server.sentKeys()) {
    if (!told.has(key)) {
      complain('without outcome', key);
    }
  }
  if (round % 5 === 0) {
    const seconds = (performance.now() - start) / 1000;
    console.log(`${rows} sends in ${seconds.toFixed(0)} s, ${JSON.stringify(wrongs)}`);
  }
}

await server.stop();
const seconds = (performance.now() - start) / 1000;
console.log(
  `\n${rows} sends in ${server.requests} requests, ${seconds.toFixed(1)} s, seed ${values.seed}`,
);
console.log('outcomes', figures);
console.log('faults of requests', Object.fromEntries(server.faults));
console.log('faults of numbers', Object.fromEntries(server.numberFaults));
console.log('wrong', wrongs);
for (const example of examples) {
  console.log(example);
}
const failed = Object.values(wrongs).some((count) => count > 0);
console.log(failed ? 'FAILED' : 'No phone was texted twice, and every outcome is true.');
process.exitCode = failed ? 1 : 0;

function enough() {
  return rows >= goal;
}

/** A new app with an account for each way to send. */
async function startAccounts() {
  const module = await Test.createTestingModule({
    imports: NAMES.map((name) =>
      SmsModule.forRoot({
        name,
        // Another object each time, so that a refused token is followed by a newer one.
        credentials: () => ({ ...CREDENTIALS }),
        sdkAppId: '1400006666',
        signName: '腾讯云',
        endpoint: server.url,
        proxy: false,
        timeoutMs: 1500,
        retry: { attempts: 3, baseDelayMs: 2 },
        ...WAYS[name],
      }),
    ),
  }).compile();
  await module.init();
  return module;
}

/** An account at random; most requests go over undici. */
function account(app) {
  const name = random() < 0.7 ? 'undici' : NAMES[Math.floor(random() * NAMES.length)];
  // A connection that axios keeps by itself may bring a late answer: its outcome is unknown then.
  const keepsConnections = name === 'axios over http' || name === 'axios over fetch';
  return { sms: app.get(getSmsServiceToken(name)), keepsConnections };
}

/** Closes the app while sends are in flight, and sends on. */
async function shutDown(app, told) {
  const going = [sendMany(app, told, 1000), sendEach(app, told, 400, true), trySend(app, told, 40)];
  await new Promise((resolve) => setTimeout(resolve, random() * 30));
  const closed = app.close();
  await Promise.all([...going, closed, trySend(app, told, 40)]);
  await trySend(app, told, 40);
}

async function sendMany(app, told, count) {
  const phones = Array.from({ length: count }, () => phone(count));
  const ending = maybeEnding();
  const { sms, keepsConnections } = account(app);
  const { outcomes } = await sms.sendMany(
    { ...TEMPLATE, params: ['1'] },
    { to: phones.map(({ typed }) => typed), concurrency: 5 + Math.floor(random() * 20), ...ending },
  );
  check(told, phones, outcomes, keepsConnections || ending.signal !== undefined);
  const texted = new Set();
  for (const outcome of outcomes) {
    if (outcome.duplicateOf === undefined && server.timesSent(outcome) > 0) {
      if (texted.has(outcome.to)) {
        complain('doubled', outcome);
      }
      texted.add(outcome.to);
    }
  }
}

async function sendEach(app, told, count, asStream) {
  const phones = Array.from({ length: count }, () => phone(count));
  const { sms, keepsConnections } = account(app);
  const list = phones.map(({ typed, to }, index) => ({
    to: typed,
    params: [String(Math.floor(random() * 20))],
    ref: String(index),
    // Without a signature, different texts abroad share a request.
    ...(to?.startsWith('+852') && index % 2 === 0 ? { signName: '' } : {}),
  }));
  for (const [index, { typed }] of phones.entries()) {
    if (typed === '') {
      Object.defineProperty(list[index], 'to', {
        get: () => {
          throw new TypeError('hostile');
        },
      });
    }
  }
  const ending = maybeEnding();
  const outcomes = [];
  try {
    for await (const outcome of sms.sendEach(TEMPLATE, asStream ? stream(list) : list, ending)) {
      outcomes.push(outcome);
    }
  } catch (error) {
    if (!asStream || (error.name !== 'SmsAbortError' && error.code !== 'SMS_SHUT_DOWN')) {
      throw error;
    }
  }
  const read = asStream && ending.signal?.aborted ? phones.slice(0, outcomes.length) : phones;
  check(told, read, outcomes, keepsConnections || ending.signal !== undefined);
  checkRepetitions(list, outcomes);
}

/** A row that repeats one of the last 200 different ones is not sent. */
function checkRepetitions(list, outcomes) {
  const last = new Map();
  for (const [index, outcome] of outcomes.entries()) {
    if (server.timesSent(outcome) === 0 && outcome.code === 'SMS_PARAMETER_INVALID') {
      continue;
    }
    const { params, signName } = list[index];
    const text = JSON.stringify([outcome.to, params, signName]);
    if (outcome.duplicateOf !== last.get(text)) {
      complain('doubled', outcome);
    }
    if (!last.has(text)) {
      last.set(text, index);
      if (last.size > 200) {
        last.delete(last.keys().next().value);
      }
    }
    if (outcome.ref !== list[index].ref) {
      complain('misreported', outcome);
    }
  }
}

async function trySend(app, told, count) {
  let left = count;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      const given = phone(count);
      const ending = random() < 0.1 ? maybeEnding() : {};
      const { sms, keepsConnections } = account(app);
      if (random() < 0.002) {
        block(25);
      }
      const outcome = await sms.trySend(
        { ...TEMPLATE, params: ['1'] },
        { to: given.typed, ...ending },
      );
      check(told, [given], [outcome], keepsConnections || ending.signal !== undefined);
    }
  };
  await Promise.all(Array.from({ length: 20 }, worker));
}

/** Compares outcomes with the server's books. */
function check(told, given, outcomes, mayBeAborted) {
  rows += given.length;
  if (given.length !== outcomes.length) {
    complain('misreported', `${given.length} rows, ${outcomes.length} outcomes`);
  }
  for (const [index, outcome] of outcomes.entries()) {
    const { status } = outcome;
    figures[status] += 1;
    told.add(`${outcome.callRef} ${outcome.to}`);
    if (outcome.duplicateOf !== undefined) {
      figures.duplicates += 1;
    }
    const sent = server.timesSent(outcome);
    const fate = server.fateOf(outcome);
    if (sent > 1) {
      complain('doubled', outcome);
    }
    const untrue =
      outcome.index !== index ||
      outcome.to !== (given[index]?.to ?? given[index]?.typed) ||
      (status === 'rejected' && sent > 0) ||
      (status === 'accepted' && (sent !== 1 || fate !== 'accepted'));
    if (untrue) {
      complain('misreported', { sent, fate, outcome });
    }
    // What the server said and did not take back must be known.
    if (status === 'unknown' && (fate === 'accepted' || fate === 'rejected')) {
      const excused = mayBeAborted || outcome.reason === 'time-out' || server.mayBeLost(outcome);
      if (!excused) {
        complain('vague', { fate, outcome });
      }
    }
  }
}

function complain(kind, what) {
  wrongs[kind] += 1;
  if (examples.length < 10) {
    examples.push([kind, what]);
  }
}

function phone(variety) {
  const dice = random();
  if (dice < 0.02) {
    return { typed: ['', '12', 'somebody', '+86123'][Math.floor(random() * 4)], to: undefined };
  }
  serial = random() < 0.1 ? serial : serial + 1 + Math.floor(random() * 2);
  const place = random() < 0.1 ? Math.floor(random() * variety) : serial % 10_000_000;
  if (dice < 0.25) {
    const to = `+8526${String(place).padStart(7, '0')}`;
    return { typed: to, to };
  }
  const subscriber = `137${String(place).padStart(8, '0')}`;
  const to = `+86${subscriber}`;
  return { typed: random() < 0.3 ? subscriber : to, to };
}

/** A signal that fires at some moment, or little time to leave, now and then. */
function maybeEnding() {
  const dice = random();
  if (dice < 0.7) {
    return {};
  }
  if (dice < 0.8) {
    return { notAfter: Date.now() + random() * 200 };
  }
  const abort = new AbortController();
  setTimeout(() => abort.abort(), random() * 1500);
  return { signal: abort.signal };
}

/** Blocks the loop, so that timers are late. */
function block(milliseconds) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** Gives the rows in one and the same object, but for those whose getters throw. */
async function* stream(list) {
  const row = {};
  for (const [index, given] of list.entries()) {
    if (index % 97 === 96) {
      await new Promise(setImmediate);
    }
    if (Object.getOwnPropertyDescriptor(given, 'to').get !== undefined) {
      yield given;
      continue;
    }
    const { to, params, ref, signName } = given;
    Object.assign(row, { to, ref, signName, params: Object.assign(row.params ?? [], params) });
    yield row;
  }
}

/** Mulberry32: the same seed gives the same faults, as far as the network allows. */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 4294967296;
  };
}
