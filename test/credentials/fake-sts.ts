import type { RawResponse } from '../support/raw-server.js';
import { httpResponse } from '../support/raw-server.js';

/** What must never be seen outside a header or a body that needs it. */
export const CANARIES = {
  secretId: 'AKIDcanarysourceid',
  secretKey: 'canary-source-key',
  token: 'canary-source-token',
  tmpSecretId: 'AKIDcanarytemporaryid',
  tmpSecretKey: 'canary-temporary-key',
  tmpToken: 'canary-temporary-token',
  webIdentityToken: 'canary.web.identity-token',
};

/** A moment long ago, so that the machine's own clock would be noticed. */
export const START = Date.UTC(2031, 0, 1, 12);

/** Time that passes only when told to. */
export class FakeClock {
  constructor(private time = START) {}

  readonly now = (): number => this.time;

  advance(seconds: number): void {
    this.time += seconds * 1000;
  }
}

/** Members of a set of temporary keys in Tencent's spelling; `n` tells the sets apart. */
export function temporaryKeys(n: number | string) {
  return {
    TmpSecretId: `${CANARIES.tmpSecretId}-${n}`,
    TmpSecretKey: `${CANARIES.tmpSecretKey}-${n}`,
    Token: `${CANARIES.tmpToken}-${n}`,
  };
}

/** The same set as a provider gives it. */
export function credentialsOf(n: number | string) {
  const { TmpSecretId, TmpSecretKey, Token } = temporaryKeys(n);
  return { secretId: TmpSecretId, secretKey: TmpSecretKey, token: Token };
}

/** STS: the n-th request gets the n-th set, which lives for `lifeSeconds`. */
export function grantingSts(clock: FakeClock, lifeSeconds = 7200): RawResponse {
  return (socket, _, count) => {
    const ExpiredTime = clock.now() / 1000 + lifeSeconds;
    const Response = { Credentials: temporaryKeys(count), ExpiredTime, RequestId: `sts-${count}` };
    socket.write(httpResponse(JSON.stringify({ Response })));
  };
}

/** STS, refusing with a code. */
export function refusingSts(code: string, message = 'no'): RawResponse {
  const Response = { Error: { Code: code, Message: message }, RequestId: 'sts-refused' };
  return (socket) => socket.write(httpResponse(JSON.stringify({ Response })));
}

/** The metadata service of an instance with one role; the n-th set at the n-th request for keys. */
export function metadataOf(role: string, clock: FakeClock, lifeSeconds = 7200): RawResponse {
  const path = '/latest/meta-data/cam/security-credentials/';
  let sets = 0;
  return (socket, { method, target }) => {
    if (method === 'GET' && target === path) {
      socket.write(httpResponse(`${role}\n`, { type: 'text/plain' }));
    } else if (method === 'GET' && target === path + role) {
      sets += 1;
      const ExpiredTime = clock.now() / 1000 + lifeSeconds;
      const keys = { ...temporaryKeys(sets), ExpiredTime, Code: 'Success' };
      socket.write(httpResponse(JSON.stringify(keys)));
    } else {
      socket.write(httpResponse('<h1>404</h1>', { status: 404, type: 'text/html' }));
    }
  };
}

/** Waits for something that needs no time, only turns of the event loop; one turn at least. */
export async function settle(until: () => boolean = () => true): Promise<void> {
  do {
    // oxlint-disable-next-line no-await-in-loop -- one turn after the other
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  } while (!until());
}
