/**
 * What all keys of a store begin with: one hash tag, since in a cluster all keys of a script must be in
 * one slot.
 *
 * @throws RangeError when the prefix would be no hash tag.
 */
export function toHashTag(prefix: string): string {
  if (typeof prefix !== 'string' || !/^[^{}\s]{1,100}$/.test(prefix)) {
    throw new RangeError(
      'prefix is not usable: expected a text of 1 to 100 characters without braces and spaces.',
    );
  }
  return `{${prefix}}`;
}
