// @ts-check
import { store, stored } from './storage.js';

const page = document.documentElement;

/** Shows the page as it was last chosen; without a choice it follows the system. */
export function restoreTheme() {
  const theme = stored('theme');
  if (theme === 'light' || theme === 'dark') page.dataset.theme = theme;
}

export function switchTheme() {
  const theme = isDark() ? 'light' : 'dark';
  page.dataset.theme = theme;
  store('theme', theme);
}

function isDark() {
  const { theme } = page.dataset;
  return theme ? theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
}
