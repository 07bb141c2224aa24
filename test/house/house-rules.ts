import { posix } from 'node:path';
import type { Source } from './read-source.js';

/** Which rooms stand on which floor; a room may import itself and every floor below its own. */
const FLOORS: Readonly<Record<string, number>> = {
  api: 0,
  signing: 0,
  privacy: 0,
  errors: 1,
  recipients: 2,
  templates: 2,
  http: 3,
  credentials: 4,
  client: 5,
  sending: 6,
  // Floor 7 is `sms.*.ts` beside the rooms.
  filters: 8,
  health: 8,
  config: 8,
  otel: 8,
};
const SERVICE_FLOOR = 7;
const LAST_PURE_FLOOR = 2;
const LAST_FLOOR_WITHOUT_NEST = 6;
/** Imports from every floor, and no floor imports it. */
const ANNEX = 'testing';

/** Kinds are not subjects: what would go into these lives with what it serves. */
const NO_ROOMS = new Set(['utils', 'common', 'helpers', 'types', 'interfaces', 'constants']);

/** Outside packages that have one place each. The longest fitting name counts. */
const PLACES: readonly (readonly [packageName: string, place: string])[] = [
  ['axios', 'http/axios.transport.ts'],
  ['undici', 'http/undici.adapter.ts'],
  ['libphonenumber-js', 'recipients/'],
  ['@nestjs/config', 'config/'],
  ['@nestjs/terminus', 'health/'],
  ['@opentelemetry', 'otel/'],
];

/** What a pure floor could do I/O or ask the machine with. */
const IMPURE_MODULES =
  /^(?:node:)?(?:child_process|cluster|dgram|diagnostics_channel|dns|fs|http|http2|https|net|os|process|readline|timers|tls|worker_threads)(?:\/|$)/;

const OWN_NAME = 'nestjs-tencentcloud-sms';

/** Checks the files of `lib/` and gives a sentence for every breach; none when the house is in order. */
export function findBreaches(sources: readonly Source[]): string[] {
  const paths = new Set(sources.map(({ path }) => path));
  return [
    ...sources.flatMap((source) => [
      ...checkPlace(source),
      ...checkImports(source, paths),
      ...checkPackages(source),
      ...checkHabits(source),
    ]),
    ...findCycles(sources),
  ];
}

function checkPlace({ path }: Source): string[] {
  const rooms = path.split('/').slice(0, -1);
  const kind = rooms.find((room) => NO_ROOMS.has(room));
  if (kind !== undefined) {
    return [`lib/${path} is in a room called "${kind}", which names a kind and no subject.`];
  }
  if (floorOf(path) === undefined && rooms[0] !== ANNEX && !isDoor(path)) {
    return [
      rooms[0] === undefined
        ? `lib/${path} stands outside every room; only index.ts and sms.*.ts may.`
        : `lib/${path} is in the room "${rooms[0]}", which has no floor; give it one in test/house/house-rules.ts.`,
    ];
  }
  return [];
}

function checkImports({ path, imports }: Source, paths: ReadonlySet<string>): string[] {
  return imports.flatMap((specifier) => {
    if (specifier === OWN_NAME || specifier.startsWith(`${OWN_NAME}/`)) {
      return [`lib/${path} imports the door "${specifier}" from inside.`];
    }
    if (!specifier.startsWith('.')) {
      return [];
    }
    const target = resolve(path, specifier);
    if (!paths.has(target)) {
      return [`lib/${path} imports ${specifier}, which is no file of lib.`];
    }
    const breach = checkStairs(path, target);
    return breach === undefined ? [] : [breach];
  });
}

function checkStairs(path: string, target: string): string | undefined {
  if (isDoor(target)) {
    return `lib/${path} imports the door lib/${target} from inside.`;
  }
  const annex = roomOf(path) === ANNEX;
  if (roomOf(target) === ANNEX) {
    return annex ? undefined : `lib/${path} imports lib/${target}, but nothing imports testing/.`;
  }
  if (annex || isDoor(path) || roomOf(path) === roomOf(target)) {
    return undefined;
  }
  const [from, to] = [floorOf(path), floorOf(target)];
  if (from === undefined || to === undefined || to < from) {
    // A room without a floor has a sentence of its own.
    return undefined;
  }
  return to > from
    ? `lib/${path} (floor ${from}) imports lib/${target} (floor ${to}), which is upstairs.`
    : `lib/${path} imports lib/${target}, a room beside its own on floor ${from}.`;
}

function checkPackages({ path, imports }: Source): string[] {
  const floor = floorOf(path);
  return imports.flatMap((specifier) => {
    const breaches: string[] = [];
    for (const [packageName, place] of PLACES) {
      const fits = specifier === packageName || specifier.startsWith(`${packageName}/`);
      if (fits && path !== place && !(place.endsWith('/') && path.startsWith(place))) {
        breaches.push(`lib/${path} imports ${specifier}, which only lib/${place} may.`);
      }
    }
    if (
      specifier.startsWith('@nestjs/') &&
      floor !== undefined &&
      floor <= LAST_FLOOR_WITHOUT_NEST
    ) {
      breaches.push(`lib/${path} imports ${specifier}, but floor ${floor} knows no Nest.`);
    }
    if (IMPURE_MODULES.test(specifier) && isPure(path)) {
      breaches.push(`lib/${path} imports ${specifier}, but floor ${floor} is pure.`);
    }
    return breaches;
  });
}

function checkHabits({ path, found }: Source): string[] {
  const breaches: string[] = [];
  if (found.has('clock') && isPure(path)) {
    breaches.push(`lib/${path} asks for the time, which a pure floor takes as an argument.`);
  }
  if (found.has('environment') && isPure(path)) {
    breaches.push(`lib/${path} reads process.env, which a pure floor takes as an argument.`);
  }
  if (found.has('export *')) {
    breaches.push(`lib/${path} exports everything with "export *"; name what is exported.`);
  }
  if (found.has('#private')) {
    breaches.push(
      `lib/${path} has a #private member, which fails behind a proxy; write "private".`,
    );
  }
  return breaches;
}

/** Every file that can reach itself, once a cycle, by the shortest way round. */
function findCycles(sources: readonly Source[]): string[] {
  const targets = new Map(
    sources.map(({ path, imports }) => [
      path,
      imports.filter((name) => name.startsWith('.')).map((name) => resolve(path, name)),
    ]),
  );
  const told = new Set<string>();
  return [...targets.keys()].flatMap((start) => {
    const way = told.has(start) ? undefined : wayBack(start, targets);
    way?.forEach((path) => told.add(path));
    return way === undefined
      ? []
      : [`lib/${way.join(' → lib/')} → lib/${start} is a circle of imports.`];
  });
}

function wayBack(
  start: string,
  targets: ReadonlyMap<string, readonly string[]>,
): string[] | undefined {
  const seen = new Set<string>();
  let ways: string[][] = [[start]];
  while (ways.length > 0) {
    const longer: string[][] = [];
    for (const way of ways) {
      for (const target of targets.get(way.at(-1) ?? '') ?? []) {
        if (target === start) {
          return way;
        }
        if (!seen.has(target)) {
          seen.add(target);
          longer.push([...way, target]);
        }
      }
    }
    ways = longer;
  }
  return undefined;
}

function resolve(from: string, specifier: string): string {
  return posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts');
}

/** The room of a file; files beside the rooms share one. */
function roomOf(path: string): string {
  return path.includes('/') ? (path.split('/')[0] ?? '') : '';
}

function floorOf(path: string): number | undefined {
  const room = roomOf(path);
  if (room === '') {
    return /^sms\.[^/]+\.ts$/.test(path) ? SERVICE_FLOOR : undefined;
  }
  return Object.hasOwn(FLOORS, room) ? FLOORS[room] : undefined;
}

function isDoor(path: string): boolean {
  return path === 'index.ts' || /^[^/]+\/index\.ts$/.test(path);
}

function isPure(path: string): boolean {
  const floor = floorOf(path);
  return floor !== undefined && floor <= LAST_PURE_FLOOR;
}
