// Rounds, interleaved: every contestant runs once per round, so that a noisy minute hurts all alike.

/** Middle of some figures. */
export function median(figures) {
  const sorted = figures.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Runs `send` `count` times, `concurrency` at once. */
export async function load(send, count, concurrency) {
  let left = count;
  const lane = async () => {
    while (left > 0) {
      left -= 1;
      await send();
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
}

/**
 * Requests per second and CPU microseconds per request of each client, round by round.
 *
 * Each client starts a round with an empty heap, so that no client collects the garbage of another,
 * and runs half a round before it counts: a collection throws compiled code away, too. The order
 * turns from round to round, since the first client of a round also pays for what the machine did
 * before it.
 */
export async function measureLoad(sends, { rounds, count, concurrency }) {
  const entries = Object.entries(sends);
  const figures = Object.fromEntries(entries.map(([name]) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    const first = round % entries.length;
    for (const [name, send] of [...entries.slice(first), ...entries.slice(0, first)]) {
      globalThis.gc?.();
      await load(send, Math.ceil(count / 2), concurrency);
      const cpu = process.cpuUsage();
      const start = process.hrtime.bigint();
      await load(send, count, concurrency);
      const seconds = Number(process.hrtime.bigint() - start) / 1e9;
      const { user, system } = process.cpuUsage(cpu);
      figures[name].push({ perSecond: count / seconds, cpu: (user + system) / count });
    }
  }
  return figures;
}

/**
 * Medians over the rounds of what `measureLoad` measures, and ratios. A ratio is the median of the
 * rounds' own ratios: a slow minute slows both sides of a round, while medians of each side may come
 * from different minutes.
 */
export async function compareLoad(clients, options) {
  const sends = Object.entries(clients).map(([name, { send }]) => [name, send]);
  const figures = await measureLoad(Object.fromEntries(sends), options);
  const ratio = (field, over, under) =>
    median(figures[over].map((round, i) => round[field] / figures[under][i][field]));
  return {
    results: summarise(figures, ['perSecond', 'cpu']),
    ratios: {
      throughputVsSdk: ratio('perSecond', 'ours', 'sdk'),
      cpuVsUndici: ratio('cpu', 'ours', 'undici'),
    },
  };
}

/** Microseconds a call of each function: medians over the rounds. */
export function compareCalls(functions, { rounds, count }) {
  const figures = Object.fromEntries(Object.keys(functions).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, run] of Object.entries(functions)) {
      globalThis.gc?.();
      for (let i = 0; i < count / 2; i += 1) run(i);
      const start = process.hrtime.bigint();
      for (let i = 0; i < count; i += 1) run(i);
      figures[name].push({ micros: Number(process.hrtime.bigint() - start) / 1e3 / count });
    }
  }
  return summarise(figures, ['micros']);
}

function summarise(figures, fields) {
  return Object.fromEntries(
    Object.entries(figures).map(([name, rounds]) => [
      name,
      Object.fromEntries(
        fields.map((field) => [field, median(rounds.map((round) => round[field]))]),
      ),
    ]),
  );
}
