/**
 * Masks a phone number for logs: `+86137****2222`.
 *
 * Enough stays to recognise a known number, too little to call it.
 */
export function maskNumber(number: string): string {
  if (/^\+86\d{11}$/.test(number)) {
    return `${number.slice(0, 6)}****${number.slice(-4)}`;
  }
  const shown = Math.floor(number.length / 3);
  const tail = Math.min(2, shown);
  const head = Math.min(4, shown);
  return `${number.slice(0, head)}****${number.slice(number.length - tail)}`;
}
