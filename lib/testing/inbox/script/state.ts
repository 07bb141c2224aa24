/** What the page knows, and what follows from it: threads, search, texts in two languages. */
export const STATE_SCRIPT = String.raw`
const KEPT = 1000;
const stored = (name) => { try { return localStorage.getItem('sms-inbox.' + name); } catch { return null; } };
const store = (name, value) => { try { localStorage.setItem('sms-inbox.' + name, value); } catch { /* private window */ } };

const state = {
  messages: new Map(),
  replies: new Map(),
  requests: [],
  details: new Map(),
  stale: new Set(),
  drafts: new Map(),
  seenRequest: stored('request') || '',
  view: 'phones',
  phone: '',
  opened: '',
  query: '',
  whole: false,
  loaded: false,
  language: stored('language') || (navigator.languages || [navigator.language]).map((name) => name.slice(0, 2)).find((name) => name === 'zh' || name === 'en') || 'en',
  seen: readSeen(),
};

function readSeen() {
  try { return new Map(JSON.parse(stored('seen') || '[]')); } catch { return new Map(); }
}

function markSeen(thread) {
  if (!thread || document.hidden || state.seen.get(thread.phone) === thread.at) return;
  state.seen.delete(thread.phone);
  state.seen.set(thread.phone, thread.at);
  store('seen', JSON.stringify([...state.seen].slice(-300)));
}

function t(key, values) {
  const text = TEXTS[key] ? TEXTS[key][state.language] : key;
  return values ? text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name])) : text;
}

function meaningOf(code) {
  return Object.hasOwn(MEANINGS, code) ? MEANINGS[code][state.language] : '';
}

// Carriers speak Chinese; what is not known in English is shown as it came.
function reportOf({ report: { code, description } }) {
  return state.language === 'en' && Object.hasOwn(RECEIPTS, code) ? RECEIPTS[code] : description;
}

// As many as the emulator keeps: of what it accepted, of what it refused, and of replies.
function put(map, item) {
  map.set(item.id, item);
  if (map.size <= KEPT) return;
  const alike = [...map.values()].filter(({ status }) => status === item.status);
  if (alike.length > KEPT) map.delete(alike[0].id);
}

// accepted → delivered or failed, or rejected from the start
function fateOf(message) {
  if (message.status === 'rejected') return 'rejected';
  if (message.report === null) return 'pending';
  return message.report.status === 'SUCCESS' ? 'delivered' : 'failed';
}

function threads() {
  const byPhone = new Map();
  const add = (phone, entry) => {
    const thread = byPhone.get(phone) || { phone, entries: [], at: '', unread: 0 };
    byPhone.set(phone, thread);
    thread.entries.push(entry);
    if (entry.at > thread.at) { thread.at = entry.at; thread.last = entry; }
    if (entry.message && entry.at > (state.seen.get(phone) || '')) thread.unread += 1;
  };
  for (const message of state.messages.values()) add(message.to, { key: 'm' + message.id, at: message.sentAt, message });
  for (const reply of state.replies.values()) add(reply.to, { key: 'r' + reply.id, at: reply.at, reply });
  const all = [...byPhone.values()];
  for (const thread of all) {
    thread.entries.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
    thread.last = thread.entries.at(-1);
    // Seen later than it came: that was another emulator, or another clock.
    if ((state.seen.get(thread.phone) || '') > thread.at) thread.unread = thread.entries.filter(({ message }) => message).length;
  }
  return all.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
}

// 'to:137 status:failed "exact words"' → terms that must all hold
function parseQuery(query) {
  const terms = [];
  for (const [, field, quoted, bare] of query.toLowerCase().matchAll(/(?:(to|template|status|code|sign|app)[:：])?(?:"([^"]*)"?|(\S+))?/g)) {
    const value = quoted === undefined ? bare : quoted;
    if (value) terms.push({ field: field || '', value });
  }
  return terms;
}

const has = (text, value) => text.toLowerCase().includes(value);
const FIELDS = {
  to: (message, value) => message.to.replace(/\D/g, '').includes(value.replace(/\D/g, '') || '-'),
  template: (message, value) => message.templateId.startsWith(value),
  // In the words of the API, of the page's code or of the page itself.
  status: (message, value) => [message.status, fateOf(message), t(fateOf(message)).toLowerCase()].some((word) => word.startsWith(value)),
  code: (message, value) => has(message.code, value) || has(message.verificationCode || '', value) || (message.report !== null && has(message.report.code, value)),
  sign: (message, value) => has(message.signName, value),
  app: (message, value) => message.sdkAppId === value,
  '': (message, value) => [message.text, message.to, message.templateId, message.serialNo, message.requestId, message.sessionContext, message.code].some((text) => has(text, value)),
};

function fits(entry, terms) {
  const { message, reply } = entry;
  return terms.every(({ field, value }) => {
    if (message) return FIELDS[field](message, value);
    if (field === 'to') return FIELDS.to(reply, value);
    return field === '' && (has(reply.text, value) || has(reply.to, value));
  });
}

// What was refused reached nobody, and its code is no use.
const hasCode = (message) => message.status === 'accepted' && message.verificationCode !== null;

// Of which nobody has been told yet.
function refusedSinceSeen() {
  const refused = state.requests.filter(({ code }) => code !== 'Ok');
  return refused.slice(refused.findIndex(({ requestId }) => requestId === state.seenRequest) + 1);
}

function newestCode() {
  let newest;
  for (const message of state.messages.values()) {
    if (hasCode(message) && (!newest || message.sentAt >= newest.sentAt)) newest = message;
  }
  return newest;
}

const twoDigits = (n) => String(n).padStart(2, '0');
function clockTime(at, seconds) {
  const date = new Date(at);
  return twoDigits(date.getHours()) + ':' + twoDigits(date.getMinutes()) + (seconds ? ':' + twoDigits(date.getSeconds()) : '');
}
function day(at) {
  const date = new Date(at);
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86400000);
  if (days === 0) return t('today');
  if (days === 1) return t('yesterday');
  return date.toLocaleDateString(state.language === 'zh' ? 'zh-CN' : 'en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
}
function shortTime(at) {
  const isToday = new Date(at).toDateString() === new Date().toDateString();
  return isToday ? clockTime(at) : new Date(at).toLocaleDateString(state.language === 'zh' ? 'zh-CN' : 'en-GB', { day: 'numeric', month: 'short' });
}
function shownPhone(phone) {
  const parts = /^(\+86)(\d{3})(\d{4})(\d{4})$/.exec(phone) || /^(\+1)(\d{3})(\d{3})(\d{4})$/.exec(phone);
  return parts ? parts.slice(1).join(' ') : phone;
}
`;
