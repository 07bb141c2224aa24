/**
 * Reads an endpoint as people write it: a bare host, which means HTTPS, or a URL without path and
 * credentials. `undefined` when it is neither.
 */
export function toOrigin(endpoint: string): string | undefined {
  // A URL parser repairs what it is given: it drops line breaks and takes any number of slashes.
  if (!WRITTEN.test(endpoint)) {
    return undefined;
  }
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(endpoint) ? endpoint : `https://${endpoint}`;
  if (!URL.canParse(text)) {
    return undefined;
  }
  const { protocol, origin, username, password, pathname, search, hash } = new URL(text);
  const bare = `${username}${password}${search}${hash}` === '' && pathname === '/';
  return bare && (protocol === 'http:' || protocol === 'https:') ? origin : undefined;
}

const WRITTEN = /^(?:https?:\/\/)?(?:\[[\da-f:.]+\]|[^\s\p{C}/\\?#@:%[\]]+)(?::\d{1,5})?\/?$/iu;
