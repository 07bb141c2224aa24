/** A fifth one may be the number's, too: Tencent's own example has five. */
const HIDDEN = 5;
const SHORTEST = 2 * HIDDEN;

/**
 * Masks a serial number for what people print: Tencent's end with digits of the phone, one of which a
 * masked number beside it hides. What stays still tells one text from another.
 */
export function maskSerialNo(serialNo: string): string {
  return serialNo.length < SHORTEST ? '****' : `${serialNo.slice(0, -HIDDEN)}****`;
}
