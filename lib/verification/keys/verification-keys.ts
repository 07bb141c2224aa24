import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { toDigits } from './to-digits.js';

/** What a client gets to know of a verification, sealed into its id. */
export interface VerificationId {
  /** E.164. */
  readonly to: string;
  readonly purpose: string;
  readonly slot: string;
  readonly nonce: string;
}

/** Keys that are derived from one secret, each for one use (RFC 5869). */
class KeySet {
  /** Tells the secrets apart, and nothing of them. */
  readonly id: string;
  readonly code: KeyObject;
  readonly verify: KeyObject;
  readonly index: KeyObject;
  readonly trust: KeyObject;
  readonly seal: KeyObject;

  constructor(secret: string) {
    const derive = (use: string) =>
      Buffer.from(
        hkdfSync('sha256', secret, '', `nestjs-tencentcloud-sms verification ${use}`, 32),
      );
    this.id = derive('name').subarray(0, 3).toString('base64url');
    [this.code, this.verify, this.index, this.trust, this.seal] = (
      ['code', 'verify', 'index', 'trust', 'id'] as const
    ).map((use) => createSecretKey(derive(use))) as [
      KeyObject,
      KeyObject,
      KeyObject,
      KeyObject,
      KeyObject,
    ];
  }
}

const IV_BYTES = 12;
const TAG_BYTES = 16;
const PHONE_BYTES = 8;
const PURPOSE_BYTES = 6;
const SLOT_BYTES = 12;
const NONCE_BYTES = 9;
const ID_BYTES = IV_BYTES + PHONE_BYTES + PURPOSE_BYTES + SLOT_BYTES + NONCE_BYTES + TAG_BYTES;
const EXPIRY_BYTES = 6;
const TRUST_BYTES = 18;

/**
 * All that needs a secret. What is made is made with the first one; what is read may be of any, so
 * that secrets can be rotated: listed last in a first deploy, first in a second.
 */
export class VerificationKeys {
  private readonly sets: readonly [KeySet, ...KeySet[]];

  constructor([first, ...others]: readonly [string, ...string[]]) {
    this.sets = [new KeySet(first), ...others.map((secret) => new KeySet(secret))];
  }

  /** Names what new codes are made with. */
  get keyId(): string {
    return this.sets[0].id;
  }

  /** A slot that nothing but its id leads to. */
  randomSlot(): string {
    return randomBytes(SLOT_BYTES).toString('base64url');
  }

  randomNonce(): string {
    return randomBytes(NONCE_BYTES).toString('base64url');
  }

  /** The slots of a session, one under each secret. */
  slotsOf(purpose: string, to: string, session: string): string[] {
    return this.hashes(SLOT_BYTES, 'slot', purpose, to, session);
  }

  /** What a store keeps in place of a phone, a caller or a session: one under each secret. */
  indexes(kind: 'phone' | 'subject' | 'caller' | 'session', ...parts: string[]): string[] {
    return this.hashes(SLOT_BYTES, kind, ...parts);
  }

  /**
   * The code of a verification: six digits, each code as likely as any other.
   *
   * @returns `undefined` when its secret is not listed any more
   */
  codeOf(
    keyId: string,
    { seed, purpose, to }: { seed: string; purpose: string; to: string },
  ): string | undefined {
    const key = this.setOf(keyId)?.code;
    return key === undefined
      ? undefined
      : toDigits((round) => hmac(key, seed, purpose, to, String(round)));
  }

  /** What a code is recognised by, under a secret. */
  verifierOf(keyId: string, slot: string, code: string): string {
    const key = (this.setOf(keyId) ?? this.sets[0]).verify;
    return hmac(key, slot, code).subarray(0, 16).toString('base64url');
  }

  /** What a code is recognised by, under each secret. */
  verifiersOf(slot: string, code: string): Record<string, string> {
    return Object.fromEntries(this.sets.map(({ id }) => [id, this.verifierOf(id, slot, code)]));
  }

  /**
   * Makes an id: the same for the same verification. It says nothing to those without the secret, and
   * can't be made by them.
   */
  seal({ to, purpose, slot, nonce }: VerificationId): string {
    const phone = Buffer.alloc(PHONE_BYTES);
    phone.writeBigUInt64BE(BigInt(to.slice(1)));
    const plain = Buffer.concat([
      phone,
      purposeTag(purpose),
      Buffer.from(slot, 'base64url'),
      Buffer.from(nonce, 'base64url'),
    ]);
    const { seal, index } = this.sets[0];
    // Of what is sealed, as in AES-SIV (RFC 5297): it repeats only with the whole id.
    const iv = hmac(index, 'iv', plain.toString('hex')).subarray(0, IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', seal, iv);
    const sealed = [iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()];
    return Buffer.concat(sealed).toString('base64url');
  }

  /** Reads an id; `undefined` when it is none of ours, or of another purpose. */
  open(id: string, purpose: string | undefined): Omit<VerificationId, 'purpose'> | undefined {
    const bytes = Buffer.from(id, 'base64url');
    // A second spelling of an id is no id.
    if (bytes.length !== ID_BYTES || bytes.toString('base64url') !== id) {
      return undefined;
    }
    for (const { seal } of this.sets) {
      const plain = decrypt(seal, bytes);
      if (plain !== undefined) {
        return readId(plain, purpose);
      }
    }
    return undefined;
  }

  /** A token for a cookie: its holder verified this phone for this purpose before. */
  createTrust(purpose: string, to: string, expiresAt: number): string {
    const expiry = Buffer.alloc(EXPIRY_BYTES);
    expiry.writeUIntBE(Math.floor(expiresAt / 1000), 0, EXPIRY_BYTES);
    return Buffer.concat([expiry, trustMac(this.sets[0], expiry, purpose, to)]).toString(
      'base64url',
    );
  }

  /** Whether a token is ours, for this phone and purpose, and not expired. */
  isTrusted(token: unknown, purpose: string, to: string, now: number): boolean {
    if (typeof token !== 'string') {
      return false;
    }
    const bytes = Buffer.from(token, 'base64url');
    if (bytes.length !== EXPIRY_BYTES + TRUST_BYTES || bytes.toString('base64url') !== token) {
      return false;
    }
    const [expiry, mac] = [bytes.subarray(0, EXPIRY_BYTES), bytes.subarray(EXPIRY_BYTES)];
    const isOurs = this.sets.some((set) =>
      timingSafeEqual(mac, trustMac(set, expiry, purpose, to)),
    );
    return isOurs && expiry.readUIntBE(0, EXPIRY_BYTES) * 1000 > now;
  }

  private setOf(keyId: string): KeySet | undefined {
    return this.sets.find(({ id }) => id === keyId);
  }

  private hashes(bytes: number, ...parts: readonly string[]): string[] {
    return this.sets.map(({ index }) =>
      hmac(index, ...parts)
        .subarray(0, bytes)
        .toString('base64url'),
    );
  }
}

/** Parts can't run into each other: each stands behind its length. */
function hmac(key: KeyObject, ...parts: readonly string[]): Buffer {
  const mac = createHmac('sha256', key);
  return mac.update(parts.map((part) => `${part.length}:${part}`).join('')).digest();
}

function trustMac({ trust }: KeySet, expiry: Buffer, purpose: string, to: string): Buffer {
  return hmac(trust, expiry.toString('hex'), purpose, to).subarray(0, TRUST_BYTES);
}

function purposeTag(purpose: string): Buffer {
  // Not secret: the id is sealed.
  return createHmac('sha256', 'purpose').update(purpose).digest().subarray(0, PURPOSE_BYTES);
}

function decrypt(key: KeyObject, bytes: Buffer): Buffer | undefined {
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch {
    // Sealed by another secret, or by none.
    return undefined;
  }
}

function readId(
  plain: Buffer,
  purpose: string | undefined,
): Omit<VerificationId, 'purpose'> | undefined {
  const tagEnd = PHONE_BYTES + PURPOSE_BYTES;
  const slotEnd = tagEnd + SLOT_BYTES;
  const tag = plain.subarray(PHONE_BYTES, tagEnd);
  if (purpose !== undefined && !tag.equals(purposeTag(purpose))) {
    return undefined;
  }
  return {
    to: `+${plain.readBigUInt64BE()}`,
    slot: plain.subarray(tagEnd, slotEnd).toString('base64url'),
    nonce: plain.subarray(slotEnd).toString('base64url'),
  };
}
