/** Parameters as pairs of text, in the order given: `PhoneNumberSet.0`, `MultiSmsInfoSet.0.PhoneNumber`. */
export type FlatParams = [name: string, value: string][];

/**
 * Flattens parameters for a query string or a form. Indexes start at 0; an empty list leaves no
 * trace, and neither does a member that is `undefined` or `null`.
 */
export function flattenParams(params: object): FlatParams {
  const flat: FlatParams = [];
  append(flat, '', params);
  return flat;
}

/**
 * Percent-encodes pairs after RFC 3986: UTF-8, upper-case hex, a blank as `%20`. What is sent and
 * what is signed must be this very text.
 */
export function encodeParams(flat: Iterable<readonly [name: string, value: string]>): string {
  let text = '';
  for (const [name, value] of flat) {
    text += `${text === '' ? '' : '&'}${encode(name)}=${encode(value)}`;
  }
  return text;
}

function append(flat: FlatParams, prefix: string, value: unknown): void {
  if (value === undefined || value === null) {
    return;
  }
  if (typeof value === 'object') {
    for (const [name, member] of Object.entries(value)) {
      append(flat, prefix === '' ? name : `${prefix}.${name}`, member);
    }
    return;
  }
  // A lone surrogate has no UTF-8 form: replaced here, so that what is signed is what is encoded.
  flat.push([prefix, toText(value).replace(/\p{Surrogate}/gu, '\uFFFD')]);
}

function toText(value: unknown): string {
  if (typeof value === 'string') {
    return value;
  }
  return typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
