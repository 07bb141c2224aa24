// China has one time zone, UTC+8, and no summer time.
const OFFSET_MS = 8 * 3_600_000;
const HOUR_MS = 3_600_000;
const DAY_SECONDS = 86_400;

/** Number of the hour that a moment lies in; consecutive hours have consecutive numbers. */
export function chinaHourOf(milliseconds: number): number {
  return Math.floor((milliseconds + OFFSET_MS) / HOUR_MS);
}

/** Reads `yyyymmddhh`; `undefined` when there is no such hour. */
export function parseChinaHour(text: string): number | undefined {
  const [, year, month, day, hour] = /^(\d{4})(\d\d)(\d\d)(\d\d)$/.exec(text) ?? [];
  const moment = Date.parse(`${year}-${month}-${day}T${hour}:00:00Z`);
  // Dates such as the 31st of February roll over, so the text must come back as it was.
  if (
    Number.isNaN(moment) ||
    new Date(moment).toISOString().slice(0, 13).replace(/\D/g, '') !== text
  ) {
    return undefined;
  }
  return moment / HOUR_MS;
}

/** The wall clock in China, `yyyy-MM-dd HH:mm:ss`, as callbacks write it. */
export function toChinaTime(milliseconds: number): string {
  return new Date(milliseconds + OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ');
}

/** Number of the day in China that a moment lies in. */
export function chinaDayOf(milliseconds: number): number {
  return Math.floor(chinaHourOf(milliseconds) / 24);
}

/** Hour of the wall clock in China, 0 to 23. */
export function hourOfChinaDay(milliseconds: number): number {
  return chinaHourOf(milliseconds) % 24;
}

/** The hour of the wall clock in China, `yyyymmddhh`, as the statistics take it. */
export function toChinaHour(milliseconds: number): string {
  return toChinaTime(milliseconds).replace(/\D/g, '').slice(0, 10);
}

/** Seconds until the wall clock in China next shows a full hour, 0 to 23; a whole day when it does now. */
export function secondsUntilChinaHour(hour: number, milliseconds: number): number {
  const sinceHour = (milliseconds + OFFSET_MS - hour * HOUR_MS) / 1000;
  return Math.ceil(DAY_SECONDS - (sinceHour % DAY_SECONDS));
}

/** Milliseconds since the day began in China. */
export function msOfChinaDay(milliseconds: number): number {
  return (milliseconds + OFFSET_MS) % (DAY_SECONDS * 1000);
}

/** Milliseconds until the next day begins in China. */
export function msUntilChinaMidnight(milliseconds: number): number {
  const dayMs = DAY_SECONDS * 1000;
  return dayMs - ((milliseconds + OFFSET_MS) % dayMs);
}

/** Reads `yyyy-MM-dd HH:mm:ss` of China's wall clock; `undefined` when it is no moment. */
export function parseChinaTime(text: string): number | undefined {
  const [, date, time] = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)$/.exec(text.trim()) ?? [];
  const moment = Date.parse(`${date}T${time}+08:00`);
  return Number.isNaN(moment) ? undefined : moment;
}
