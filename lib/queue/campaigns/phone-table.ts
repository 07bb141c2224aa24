const FIRST_BITS = 10;
/** Above it, places are looked for for too long. */
const MOST_FULL = 0.6;
/** Spreads numbers that follow one another, by whatever step. */
const SPREAD = 2_654_435_761;
const HALF = 65_536;

/**
 * Tells which row had a number first, at 12 bytes a place: a `Map` would take four times as much. Numbers
 * of phones have at most 15 digits, so that each is exact.
 */
export class PhoneTable {
  private bits = FIRST_BITS;
  private phones = new Float64Array(2 ** FIRST_BITS);
  private rows = new Uint32Array(2 ** FIRST_BITS);
  private used = 0;

  /**
   * Adds a number where it is new.
   *
   * @param phone E.164
   * @returns the row that had it before; `undefined` when it is new
   */
  add(phone: string, row: number): number | undefined {
    const number = Number(phone.slice(1));
    const place = this.find(number);
    if (this.phones[place] === number) {
      return this.rows[place];
    }
    this.phones[place] = number;
    this.rows[place] = row;
    this.used += 1;
    if (this.used > this.phones.length * MOST_FULL) {
      this.grow();
    }
    return undefined;
  }

  private find(number: number): number {
    const { phones } = this;
    const high = Math.floor(number / HALF);
    const mixed = Math.imul(Math.imul(high, SPREAD) ^ (number % HALF), SPREAD);
    // The upper bits depend on all others.
    let place = mixed >>> (32 - this.bits);
    while (phones[place] !== 0 && phones[place] !== number) {
      place = (place + 1) % phones.length;
    }
    return place;
  }

  private grow(): void {
    const { phones, rows } = this;
    this.bits += 1;
    this.phones = new Float64Array(2 ** this.bits);
    this.rows = new Uint32Array(2 ** this.bits);
    for (const [index, phone] of phones.entries()) {
      if (phone !== 0) {
        const place = this.find(phone);
        this.phones[place] = phone;
        this.rows[place] = rows[index] as number;
      }
    }
  }
}
