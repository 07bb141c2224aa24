/**
 * Reads an endpoint as people write it: a bare host, which means HTTPS, or a URL without path and
 * credentials. `undefined` when it is neither.
 */
export function toOrigin(endpoint: string): string | undefined {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(endpoint) ? endpoint : `https://${endpoint}`;
  if (!URL.canParse(text)) {
    return undefined;
  }
  const { protocol, origin, username, password, pathname, search, hash } = new URL(text);
  const bare = `${username}${password}${search}${hash}` === '' && pathname === '/';
  return bare && (protocol === 'http:' || protocol === 'https:') ? origin : undefined;
}
