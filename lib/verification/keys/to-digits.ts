const CODES = 1_000_000;
/** The largest multiple of a million that four bytes hold; above it some codes would be likelier. */
const FAIR_BELOW = Math.floor(2 ** 32 / CODES) * CODES;

/**
 * Makes six digits of random bytes, without bias: numbers that would make some codes likelier are
 * passed over.
 *
 * @param bytesOf gives random bytes, other ones for each round from 0
 */
export function toDigits(bytesOf: (round: number) => Buffer): string {
  for (let round = 0; ; round += 1) {
    const bytes = bytesOf(round);
    for (let at = 0; at + 4 <= bytes.length; at += 4) {
      const number = bytes.readUInt32BE(at);
      if (number < FAIR_BELOW) {
        return String(number % CODES).padStart(6, '0');
      }
    }
  }
}
