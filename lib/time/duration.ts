const UNITS_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A length of time: whole milliseconds, or seconds, minutes, hours or days: `'30s'`, `'5m'`, `'2h'`, `'7d'`. */
export type SmsDuration = number | `${number}${keyof typeof UNITS_MS}`;

/** What a duration must be, in words that follow "expected". */
export const DURATION_FORM =
  "a whole number of milliseconds, or a text such as '30s', '5m', '2h' or '7d'";

/**
 * Reads a duration.
 *
 * @returns milliseconds, 0 or more; `undefined` when it is none
 */
export function parseDuration(given: unknown): number | undefined {
  const milliseconds = typeof given === 'string' ? parseText(given) : given;
  return Number.isSafeInteger(milliseconds) && Number(milliseconds) >= 0
    ? Number(milliseconds)
    : undefined;
}

/**
 * Converts a duration to milliseconds.
 *
 * @param field what the duration is for, such as the name of an option
 * @throws RangeError when it is no duration; without its value, which may be anything.
 */
export function toMilliseconds(field: string, given: SmsDuration): number {
  const milliseconds = parseDuration(given);
  if (milliseconds === undefined) {
    throw new RangeError(`${field} is not usable: expected ${DURATION_FORM}.`);
  }
  return milliseconds;
}

function parseText(text: string): number | undefined {
  const [, amount, unit] = /^(\d{1,12})([smhd])$/.exec(text) ?? [];
  return unit === undefined ? undefined : Number(amount) * UNITS_MS[unit as keyof typeof UNITS_MS];
}
