import { createHash, createHmac } from 'node:crypto';
import type { SmsKeyDigest } from './queue.store.js';

/** Enough for no two texts to be taken for one. */
const FINGERPRINT_LENGTH = 22;

/** What a text is told from others by. */
export interface TextIdentity {
  readonly template: string;
  /** E.164. */
  readonly to: string;
  readonly values: readonly string[];
}

/** Makes the digests that keys are kept under. */
export class KeyDigests {
  constructor(
    /** The first one is for what is new. A function, so that printing shows none. */
    private readonly secrets: () => readonly string[],
    private readonly account: string,
  ) {}

  /** Under each secret. @param text without it, the digest stands for whatever text the key has */
  of(key: string, text?: TextIdentity): readonly [SmsKeyDigest, ...SmsKeyDigest[]] {
    const [first, ...others] = this.secrets();
    const toDigest = (secret: string | undefined): SmsKeyDigest => ({
      id: digest(secret, ['key', this.account, key]),
      fingerprint:
        text === undefined
          ? ''
          : digest(secret, ['text', key, text.template, text.to, ...text.values]).slice(
              0,
              FINGERPRINT_LENGTH,
            ),
    });
    return [toDigest(first), ...others.map(toDigest)];
  }
}

/** Our id of an attempt's request. */
export function toCallRef(id: string, epoch: number): string {
  return `${id}.${epoch}`;
}

/** Which attempt a request was; `undefined` for one of another kind. */
export function parseCallRef(callRef: string): { id: string; epoch: number } | undefined {
  const [, id, epoch] = /^([\w-]{43})\.([1-9]\d{0,8})$/.exec(callRef) ?? [];
  return id === undefined ? undefined : { id, epoch: Number(epoch) };
}

// A list in JSON, so that no two can be joined to the same text.
function digest(secret: string | undefined, parts: readonly string[]): string {
  const hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  return hash.update(JSON.stringify(parts)).digest('base64url');
}
