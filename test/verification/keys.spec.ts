import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { VerificationKeys } from '../../lib/verification/keys/verification-keys.js';
import { toDigits } from '../../lib/verification/keys/to-digits.js';
import { PHONE } from '../support/verification-test-case.js';

const OLD = 'an-old-secret-of-at-least-32-bytes-0001';
const NEW = 'a-newer-secret-of-at-least-32-bytes-0002';
const id = { to: PHONE, purpose: 'login', slot: 'c2xvdHNsb3RzbG90', nonce: 'bm9uY2Vub25j' };

describe('codes', () => {
  it('are uniform over a hundred thousand seeds, by chi-squared over each digit and over pairs', () => {
    const keys = new VerificationKeys([NEW]);
    const digits = Array.from({ length: 6 }, () => new Uint32Array(10));
    const heads = new Uint32Array(100);
    const count = 100_000;
    for (let i = 0; i < count; i += 1) {
      const code =
        keys.codeOf(keys.keyId, { seed: `seed ${i}`, purpose: 'login', to: PHONE }) ?? '';
      heads[Number(code.slice(0, 2))] = (heads[Number(code.slice(0, 2))] ?? 0) + 1;
      for (const [place, counts] of digits.entries()) {
        const digit = Number(code.charAt(place));
        counts[digit] = (counts[digit] ?? 0) + 1;
      }
    }
    // 1 in 10,000 would be above: 33.7 with 9 degrees of freedom, 157 with 99.
    expect(Math.max(...digits.map((counts) => chiSquared(counts, count)))).toBeLessThan(33.7);
    expect(chiSquared(heads, count)).toBeLessThan(157);
  });

  it('pass over numbers that would make some codes likelier', () => {
    const rounds: number[] = [];
    const code = toDigits((round) => {
      rounds.push(round);
      return Buffer.alloc(8, round === 0 ? 0xff : 0);
    });
    expect([code, rounds]).toEqual(['000000', [0, 1]]);
  });

  it('are the same for the same seed, and others for another purpose, phone or secret', () => {
    const keys = new VerificationKeys([NEW, OLD]);
    const of = (keyId: string, purpose = 'login', to = PHONE) =>
      keys.codeOf(keyId, { seed: 'seed', purpose, to });
    const old = new VerificationKeys([OLD]).keyId;
    expect(of(keys.keyId)).toBe(of(keys.keyId));
    expect(
      new Set([of(keys.keyId), of(old), of(keys.keyId, 'x'), of(keys.keyId, 'login', '+861')]).size,
    ).toBe(4);
    expect(of('none')).toBeUndefined();
  });
});

describe('an id', () => {
  const keys = new VerificationKeys([NEW]);

  it('holds its phone, slot and nonce for the purpose that it was made for', () => {
    const { purpose: _purpose, ...rest } = id;
    expect(keys.open(keys.seal(id), 'login')).toEqual(rest);
    expect(keys.open(keys.seal(id), undefined)).toEqual(rest);
    expect(keys.open(keys.seal(id), 'reset')).toBeUndefined();
  });

  it('shows neither the phone nor the slot, and is the same for the same verification', () => {
    const sealed = keys.seal(id);
    expect(sealed).not.toContain(id.slot);
    expect(Buffer.from(sealed, 'base64url').includes(Buffer.from('8613711112222'))).toBe(false);
    expect(keys.seal(id)).toBe(sealed);
    expect(keys.seal({ ...id, nonce: 'bm9uY2Vub25k' })).not.toBe(sealed);
  });

  it('is none when any character of it is changed, added or taken away', () => {
    const sealed = keys.seal(id);
    fc.assert(
      fc.property(
        fc.nat(sealed.length - 1),
        fc.constantFrom('A', 'z', '-', '=', ' '),
        (at, other) => {
          const changed = sealed.slice(0, at) + other + sealed.slice(at + 1);
          const all = [changed, sealed.slice(0, at), sealed + other].filter(
            (text) => text !== sealed,
          );
          expect(all.filter((text) => keys.open(text, 'login') !== undefined)).toEqual([]);
        },
      ),
    );
  });

  it('is read under every listed secret, and under no other', () => {
    const sealed = new VerificationKeys([OLD]).seal(id);
    expect(new VerificationKeys([NEW, OLD]).open(sealed, 'login')).toBeDefined();
    expect(new VerificationKeys([NEW]).open(sealed, 'login')).toBeUndefined();
  });
});

describe('a trust token', () => {
  const keys = new VerificationKeys([NEW, OLD]);
  const token = keys.createTrust('login', PHONE, 2_000_000);

  it('holds for its phone and purpose until it expires', () => {
    expect(keys.isTrusted(token, 'login', PHONE, 1_999_000)).toBe(true);
    expect(keys.isTrusted(token, 'login', PHONE, 2_000_000)).toBe(false);
    expect(keys.isTrusted(token, 'reset', PHONE, 0)).toBe(false);
    expect(keys.isTrusted(token, 'login', '+8613711112223', 0)).toBe(false);
    expect(
      keys.isTrusted(
        new VerificationKeys([OLD]).createTrust('login', PHONE, 2e6),
        'login',
        PHONE,
        0,
      ),
    ).toBe(true);
  });

  it.each([undefined, null, 7, '', 'x', token.slice(1), `${token}A`, {}])('is not %p', (given) => {
    expect(keys.isTrusted(given, 'login', PHONE, 0)).toBe(false);
  });
});

function chiSquared(counts: Uint32Array, total: number): number {
  const expected = total / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}
