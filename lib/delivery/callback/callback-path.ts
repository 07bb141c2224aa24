import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether a request is a callback with one of our secrets. */
export class CallbackPath {
  private readonly hashes: readonly Buffer[];

  /** @param path such as `/hooks/tencent-sms`, as it stands */
  constructor(
    private readonly path: string,
    secrets: readonly string[],
  ) {
    this.hashes = secrets.map(hashOf);
  }

  /** Compares each secret in constant time: a guess does not learn how far it is right. */
  matches(url: string): boolean {
    const path = url.split(/[?#]/, 1)[0] ?? '';
    if (!path.startsWith(`${this.path}/`)) {
      return false;
    }
    const [secret, kind, ...rest] = path.slice(this.path.length + 1).split('/');
    if ((kind !== 'status' && kind !== 'reply') || rest.length > 0) {
      return false;
    }
    const given = hashOf(secret ?? '');
    return this.hashes.map((hash) => timingSafeEqual(hash, given)).includes(true);
  }
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
