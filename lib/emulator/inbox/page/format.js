// @ts-check
// Times and numbers in the user's format.
import { locale, t } from './language.js';

const DAY_MS = 86_400_000;

/**
 * `12:34:56`
 *
 * @param {string} at
 */
export const clockTime = (at) => new Date(at).toTimeString().slice(0, 8);

/** @param {string} at */
export function day(at) {
  const days = Math.round((midnight(new Date()) - midnight(new Date(at))) / DAY_MS);
  if (days === 0) return t('today');
  if (days === 1) return t('yesterday');
  return date(at, 'numeric');
}

/**
 * The time of today, or a date.
 *
 * @param {string} at
 */
export function shortTime(at) {
  const isToday = midnight(new Date(at)) === midnight(new Date());
  return isToday ? clockTime(at).slice(0, 5) : date(at);
}

/** @param {Date} time */
const midnight = (time) => time.setHours(0, 0, 0, 0);

/**
 * @param {string} at
 * @param {'numeric'} [year]
 */
const date = (at, year) =>
  new Date(at).toLocaleDateString(locale(), { day: 'numeric', month: 'short', year });

/** @param {string} phone */
export function shownPhone(phone) {
  const parts =
    /^(\+86)(\d{3})(\d{4})(\d{4})$/.exec(phone) ?? /^(\+1)(\d{3})(\d{3})(\d{4})$/.exec(phone);
  return parts ? parts.slice(1).join(' ') : phone;
}

/** Longer parts of a path may be a secret. */
const LONGEST_SHOWN = 24;

/**
 * A callback URL without what may be a secret in it.
 *
 * @param {string} url
 */
export function shownUrl(url) {
  const { origin, pathname, search } = new URL(url);
  const path = pathname
    .split('/')
    .map((part) => (part.length > LONGEST_SHOWN ? '…' : part))
    .join('/');
  return origin + path + (search === '' ? '' : '?…');
}
