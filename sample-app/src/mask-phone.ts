/** A number as strangers may see it: `+86137****2222`. */
export function maskPhone(e164: string): string {
  return /^\+86\d{11}$/.test(e164)
    ? `${e164.slice(0, 6)}****${e164.slice(-4)}`
    : `${e164.slice(0, 3)}****${e164.slice(-2)}`;
}
