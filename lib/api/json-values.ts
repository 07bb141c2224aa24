// What a parsed JSON value is.

/** Whether a value is an object with members: neither `null` nor a list. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value is a whole number from 0 that a JSON parser reads exactly, as the API's integers are. */
export function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** Whether a value says something: a text that is not blank, or anything but `null`, `false` and 0. */
export function hasContent(value: unknown): boolean {
  return typeof value === 'string' ? value.trim() !== '' : Boolean(value);
}
