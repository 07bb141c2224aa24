/** Numbers whose texts fail at the emulator, in as many ways as there are. */
const FAILING = ['0001', '0002', '0006', '0007', '0004'].map((end) => `+861990404${end}`);
const ROWS = 650;

/** A file to try campaigns with: mostly numbers that get their text, some that don't, one that is none. */
export function createExampleFile(): string {
  const good = Array.from(
    { length: ROWS - FAILING.length - 2 },
    (_, i) => `+86137${10_000_000 + i}`,
  );
  const phones = [...good, ...FAILING, good[0] ?? '', '12'];
  const shops = ['云上小店', '朝阳店', '海淀店'];
  const lines = phones.map((phone, i) => `${phone},${shops[i % shops.length]},C${1001 + i}`);
  return `\uFEFF${['phone,shop,id', ...lines].join('\r\n')}\r\n`;
}
