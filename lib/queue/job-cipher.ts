import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** Enough to tell a handful of keys apart; which one it is tells nothing of the key. */
const KEY_ID_LENGTH = 8;

interface CipherKey {
  readonly id: string;
  readonly key: Buffer;
}

/**
 * Keeps what is private in a job readable for those who have the secret: AES-256-GCM, a new nonce each
 * time, and bound to the job, so that it can't be moved to another one.
 */
export class JobCipher {
  /** Held in a closure, so that `util.inspect` prints no key. */
  private readonly keys: () => readonly CipherKey[];

  /** @param secrets the first one encrypts, all of them decrypt */
  constructor(secrets: readonly string[]) {
    const keys = secrets.map(toKey);
    this.keys = () => keys;
  }

  /**
   * Encrypts a text.
   *
   * @param job what it belongs to
   */
  seal(text: string, job: string): string {
    const [first] = this.keys();
    if (first === undefined) {
      throw new TypeError('There is no key to encrypt with.');
    }
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, first.key, iv, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(job));
    const sealed = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final()]);
    return `${first.id}.${Buffer.concat([sealed, cipher.getAuthTag()]).toString('base64url')}`;
  }

  /**
   * Decrypts a text.
   *
   * @returns `undefined` where its key is not known here
   * @throws Error when it was changed, or belongs to another job.
   */
  open(sealed: string, job: string): string | undefined {
    const [id = '', body = ''] = sealed.split('.');
    const known = this.keys().find((one) => one.id === id);
    if (known === undefined) {
      return undefined;
    }
    const bytes = Buffer.from(body, 'base64url');
    const iv = bytes.subarray(0, IV_BYTES);
    const decipher = createDecipheriv(ALGORITHM, known.key, iv, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(job));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const text = decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES), undefined, 'utf8');
    return text + decipher.final('utf8');
  }
}

/** Keys of their own for each use: the same secrets make digests of keys. */
function toKey(secret: string): CipherKey {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'nestjs-tencentcloud-sms job', KEY_BYTES));
  const id = createHash('sha256').update(key).digest('base64url').slice(0, KEY_ID_LENGTH);
  return { id, key };
}
