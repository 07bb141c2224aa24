/** A copy with its classes, which `structuredClone` drops. */
export function cloneDeep<T>(value: T): T {
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (value instanceof Map) {
    return new Map([...value].map(([key, item]) => [key, cloneDeep(item)])) as T;
  }
  if (value instanceof Set) {
    return new Set([...value].map((item: unknown) => cloneDeep(item))) as T;
  }
  if (Array.isArray(value)) {
    return value.map((item: unknown) => cloneDeep(item)) as T;
  }
  const copy = Object.create(Object.getPrototypeOf(value) as object) as Record<string, unknown>;
  for (const [key, item] of Object.entries(value)) {
    copy[key] = cloneDeep(item);
  }
  return copy as T;
}
