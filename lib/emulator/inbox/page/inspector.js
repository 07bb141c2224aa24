// @ts-check
// The right side: one text with its life, or one request with its answer.
/** @import { SmsEmulatorMessage, SmsEmulatorPush, SmsEmulatorRequest } from '../../contract/control-api.types.js' */
/** @import { Child } from './elements.js' */
/** @import { Item } from './keep.js' */
/** @import { TextKey } from './language.js' */
import { answerNodes, requestNodes } from './exchange.js';
import { $, button, h } from './elements.js';
import { shownPhone } from './format.js';
import { keep, keepNothing } from './keep.js';
import { meaningOf, t } from './language.js';
import { segmentsOf } from './message.js';
import { go } from './place.js';
import { pushesOf, pushNodes } from './pushes.js';
import { refusal } from './refusal.js';
import { detailOf } from './request-log.js';
import { signatureNodes } from './signature.js';
import { state } from './state.js';
import { timeLine } from './time-line.js';

const MOST_LINKS = 20;
/** Which parts are open, until the page is left. */
const isOpen = { pushes: false, request: true, answer: false, signature: false };

export function drawInspector() {
  const kind = state.opened[0];
  const id = state.opened.slice(1);
  const message = kind === 'm' ? state.messages.get(id) : undefined;
  const requestId = message?.requestLogId ?? (kind === 'q' ? id : undefined);
  $('inspector').hidden = requestId === undefined;
  $('app').classList.toggle('inspecting', requestId !== undefined);
  if (requestId === undefined) {
    keepNothing($('facts'));
    return;
  }
  const detail = detailOf(requestId);
  const request = typeof detail === 'object' ? detail : undefined;
  $('inspected').textContent = message
    ? `${t('message')} #${message.id}`
    : request?.action || t('request');
  keep($('facts'), [
    ...(message ? messageItems(message) : []),
    ...(request && !message ? [item('call', request, () => callFacts(request))] : []),
    ...(request ? exchangeItems(request) : [noteItem(requestId, detail === 'gone')]),
  ]);
}

/**
 * @param {string} name
 * @param {{ id: string, requestId: string }} subject
 * @param {() => HTMLElement} build
 * @returns {Item}
 */
const item = (name, { id, requestId }, build) => ({ key: name + id, version: requestId, build });

/**
 * @param {SmsEmulatorMessage} message
 * @returns {Item[]}
 */
function messageItems(message) {
  const line = item('line', message, () => timeLine(message));
  const pushed = pushesOf(message);
  return [
    item('facts', message, () => messageFacts(message)),
    { ...line, version: line.version + message.events.length },
    ...(pushed ? [{ ...pushesItem(message, pushed.pushes), version: pushed.version }] : []),
  ];
}

/**
 * @param {SmsEmulatorMessage} message
 * @param {SmsEmulatorPush[]} pushes
 */
const pushesItem = (message, pushes) =>
  item('pushes', message, () => part('pushes', pushNodes(pushes), pushes.length));

/** @param {SmsEmulatorRequest} request */
const exchangeItems = (request) => [
  item('request', request, () => part('request', requestNodes(request))),
  item('answer', request, () => part('answer', answerNodes(request))),
  item('signature', request, () => part('signature', signatureNodes(request))),
];

/**
 * @param {string} requestId
 * @param {boolean} isGone
 * @returns {Item}
 */
const noteItem = (requestId, isGone) => ({
  key: `note${requestId}`,
  version: String(isGone),
  build: () => h('p.none', t(isGone ? 'requestGone' : 'loading')),
});

/**
 * @param {keyof typeof isOpen} name
 * @param {Child[]} nodes
 * @param {number} [n] how many there are
 */
function part(name, nodes, n = 0) {
  const summary = h('summary', h('h3', t(name, { n })));
  const node = h('details.part', { open: isOpen[name] }, summary, h('div', nodes));
  node.addEventListener('toggle', () => {
    isOpen[name] = node.hasAttribute('open');
  });
  return node;
}

/**
 * What is empty is left out.
 *
 * @param {...[label: TextKey, value: string | Child[]]} pairs
 */
const factList = (...pairs) =>
  h(
    'dl.pairs',
    pairs
      .filter(([, value]) => value.length > 0)
      .map(([label, value]) => [h('dt', t(label)), h('dd', value)]),
  );

/** @param {SmsEmulatorMessage} message */
const messageFacts = (message) =>
  factList(
    ['template', message.templateId],
    ['params', message.params.map((value) => h('span.value', value))],
    ['sign', message.signName],
    ['billed', `${segmentsOf(message)}, ${t('fee', { n: message.fee })}`],
    ['app', message.sdkAppId],
    ['serialNo', message.serialNo],
    ['requestId', message.requestId],
    ['session', message.sessionContext],
  );

/** @param {SmsEmulatorRequest} request */
const callFacts = ({ code, sdkAppId, requestId, fault, messageIds }) =>
  h(
    'div',
    code === 'Ok' ? null : refusal(code, meaningOf(code)),
    factList(
      ['app', sdkAppId],
      ['requestId', requestId],
      ['fault', fault],
      ['message', messageLinks(messageIds)],
    ),
  );

/** @param {string[]} ids */
const messageLinks = (ids) =>
  ids
    .flatMap((id) => state.messages.get(id) ?? [])
    .slice(0, MOST_LINKS)
    .map(({ id, to }) => button('mini', () => go(to, `m${id}`), `#${id} ${shownPhone(to)}`));
