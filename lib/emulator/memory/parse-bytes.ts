const KB = 1024;
/** One megabyte, in bytes. */
export const MB = 1024 * KB;

const UNITS: Readonly<Record<string, number>> = { '': 1, B: 1, KB, MB, GB: 1024 * MB };

/** Reads a size such as `64MB`, in bytes; `NaN` when it is none. A number is bytes already. */
export function parseBytes(size: number | string): number {
  if (typeof size === 'number') {
    return size;
  }
  const [, amount, unit = ''] = /^(\d{1,12}) ?(B|KB|MB|GB)?$/i.exec(size.trim()) ?? [];
  return amount === undefined ? Number.NaN : Number(amount) * (UNITS[unit.toUpperCase()] ?? 1);
}
