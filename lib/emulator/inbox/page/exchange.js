// @ts-check
// A request and its answer as they went over the wire.
/** @import { SmsEmulatorRequest } from '../../contract/control-api.types.js' */
import { copyButton } from './clipboard.js';
import { h } from './elements.js';
import { t } from './language.js';

/** @typedef {{ headers: Record<string, string>, body: string, bodyBytes: number }} HttpMessage */

const TOKEN = /("(?:[^"\\]|\\.)*"(?:\s*:)?|\b(?:true|false|null)\b|-?\b\d[\d.eE+-]*)/;

/** @param {SmsEmulatorRequest} detail */
export function requestNodes({ request }) {
  const { method, target } = request;
  return [h('p.start', h('b', method), ` ${target}`), ...messageNodes(request)];
}

/** @param {SmsEmulatorRequest} detail */
export const answerNodes = ({ answer }) => [
  h('p.start', h('b', `HTTP ${answer.status}`)),
  ...messageNodes(answer),
];

/** @param {HttpMessage} message */
function messageNodes({ headers, body, bodyBytes }) {
  return [
    ...bodyNodes(body, bodyBytes),
    h('h4', t('headers')),
    h(
      'pre.heads',
      { tabindex: '0' },
      Object.entries(headers).map(([name, value]) => [h('i', `${name}: `), `${value}\n`]),
    ),
  ];
}

/**
 * @param {string} body
 * @param {number} bodyBytes of the whole
 */
export function bodyNodes(body, bodyBytes) {
  const isCut = new TextEncoder().encode(body).length < bodyBytes;
  const text = pretty(body);
  return [
    h('h4', t('body'), body === '' ? null : copyButton(text)),
    body === '' ? h('p.none', t('noBody')) : h('pre', { tabindex: '0' }, coloured(text)),
    isCut ? h('p.hint', t('bodyCut', { n: bodyBytes })) : null,
  ];
}

/** @param {string} body */
function pretty(body) {
  // Digits beyond what a double holds would come out changed: such a body is shown as it came.
  if (/\d{16}/.test(body.replace(/"(?:[^"\\]|\\.)*"/g, ''))) return body;
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

/** @param {string} text */
function coloured(text) {
  if (!/^\s*[[{]/.test(text)) return [text];
  return text.split(TOKEN).map((token, index) => {
    if (index % 2 === 0) return token;
    if (token.endsWith(':')) return h('i', token);
    return h(token.startsWith('"') ? 'span.s' : 'span.n', token);
  });
}
