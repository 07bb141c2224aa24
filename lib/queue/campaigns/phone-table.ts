const FIRST_SIZE = 1024;
/** Above it, places are looked for for too long. */
const MOST_FULL = 0.6;
/** Spreads numbers that follow one another. */
const SPREAD = 2654435761;

/**
 * Tells which row had a number first, at 12 bytes a place: a `Map` would take four times as much. Numbers
 * of phones have at most 15 digits, so that each is exact.
 */
export class PhoneTable {
  private phones = new Float64Array(FIRST_SIZE);
  private rows = new Uint32Array(FIRST_SIZE);
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
    let place = (Math.imul(number % 4294967296, SPREAD) >>> 0) % phones.length;
    while (phones[place] !== 0 && phones[place] !== number) {
      place = (place + 1) % phones.length;
    }
    return place;
  }

  private grow(): void {
    const { phones, rows } = this;
    this.phones = new Float64Array(phones.length * 2);
    this.rows = new Uint32Array(phones.length * 2);
    for (const [index, phone] of phones.entries()) {
      if (phone !== 0) {
        const place = this.find(phone);
        this.phones[place] = phone;
        this.rows[place] = rows[index] as number;
      }
    }
  }
}
