/** The right side: one text with its life, or one request with its answer. */
export const INSPECTOR_SCRIPT = String.raw`
const folded = { request: true, answer: false, signature: false };

function drawInspector() {
  const kind = state.opened.slice(0, 1);
  const id = state.opened.slice(1);
  const message = kind === 'm' ? state.messages.get(id) : undefined;
  const requestId = message ? message.requestLogId : kind === 'q' ? id : undefined;
  $('inspector').hidden = requestId === undefined;
  $('app').classList.toggle('inspecting', requestId !== undefined);
  if (requestId === undefined) { $('facts').kept = undefined; $('facts').replaceChildren(); return; }
  detailOf(requestId);
  const detail = state.details.get(requestId);
  const items = [];
  if (message) {
    $('inspected').textContent = t('message') + ' #' + message.id;
    items.push({ key: 'facts' + id, version: state.language + message.requestId, build: () => factsOf(message) });
    items.push({ key: 'line' + id, version: state.language + message.requestId + message.events.length, build: () => timeLine(message) });
  } else {
    $('inspected').textContent = (detail && detail.action) || t('request');
  }
  const part = (name, build) => items.push({ key: name + requestId, version: state.language + detail.requestId, build: () => section(name, build()) });
  if (detail && detail !== 'gone') {
    if (!message) items.push({ key: 'call' + id, version: state.language + detail.requestId, build: () => callFacts(detail) });
    part('request', () => requestNodes(detail));
    part('answer', () => answerNodes(detail));
    part('signature', () => signatureNodes(detail));
  } else {
    items.push({ key: 'note' + requestId, version: String(detail) + state.language, build: () => h('p.none', {}, t(detail === 'gone' ? 'requestGone' : 'loading')) });
  }
  keep($('facts'), items);
}

function section(name, nodes) {
  const node = h('details.part', { open: folded[name] }, h('summary', {}, h('h3', {}, t(name))), h('div', {}, nodes));
  node.addEventListener('toggle', () => { folded[name] = node.open; });
  return node;
}

function factList(pairs) {
  return h('dl.pairs', {}, pairs.filter(([, value]) => value !== '').map(([label, value]) => [h('dt', {}, t(label)), h('dd', {}, value)]));
}

function factsOf(message) {
  return factList([
    ['template', message.templateId],
    ['params', message.params.length === 0 ? '' : message.params.map((value) => h('span.value', {}, value))],
    ['sign', message.signName],
    ['billed', segmentsOf(message) + ', ' + t('fee', { n: message.fee })],
    ['app', message.sdkAppId],
    ['serialNo', message.serialNo],
    ['requestId', message.requestId],
    ['session', message.sessionContext],
  ]);
}

function callFacts(detail) {
  const { code } = detail;
  return h('div', {},
    code === 'Ok' ? null : h('div.refusal', {}, h('code', {}, code), h('span', {}, meaningOf(code))),
    factList([['app', detail.sdkAppId], ['requestId', detail.requestId], ['fault', detail.fault], ['message', textLinks(detail.messageIds)]]));
}

function textLinks(ids) {
  const known = ids.map((id) => state.messages.get(id)).filter((message) => message !== undefined);
  return known.length === 0 ? '' : known.slice(0, 20).map(({ id, to }) => h('button.mini', { type: 'button', click: () => go(to, 'm' + id) }, '#' + id + ' ' + shownPhone(to)));
}

function timeLine(message) {
  return h('section.part', {}, h('h3', {}, t('timeline'), message.report === null ? null : h('button.mini', { type: 'button', click: () => resend(message.id) }, icon('repeat'), t('resend'))), h('ol.line', {}, message.events.map(({ at, kind, detail }) => {
    const bad = kind === 'rejected' || kind === 'callback-failed' || detail.startsWith('FAIL');
    const said = kind === 'rejected' ? meaningOf(detail) : kind === 'reported' && message.report ? reportOf(message) : '';
    return h('li' + (bad ? '.bad' : ''), {}, h('time', { datetime: at }, clockTime(at, true)), h('div', {}, h('b', {}, t(kind)), h('code', {}, detail), said === '' ? null : h('small', {}, said)));
  })));
}

function requestNodes({ request }) {
  return [h('p.start', {}, h('b', {}, request.method), ' ', request.target), ...headNodes(request)];
}

function answerNodes({ answer }) {
  return [h('p.start', {}, h('b', {}, 'HTTP ' + answer.status)), ...headNodes(answer)];
}

function headNodes({ headers, body, bodyBytes }) {
  const cut = new TextEncoder().encode(body).length < bodyBytes;
  const text = pretty(body);
  return [
    h('h4', {}, t('body'), body === '' ? null : copyButton(text)),
    body === '' ? h('p.none', {}, t('noBody')) : h('pre', { tabindex: '0' }, coloured(text)),
    cut ? h('p.hint', {}, t('bodyCut', { n: bodyBytes })) : null,
    h('h4', {}, t('headers')),
    h('pre.heads', { tabindex: '0' }, Object.entries(headers).map(([name, value]) => [h('i', {}, name + ': '), value + '\n'])),
  ];
}

function pretty(body) {
  // Digits beyond what a double holds would come out changed: such a body is shown as it came.
  try { return /\d{16}/.test(body.replace(/"(?:[^"\\]|\\.)*"/g, '')) ? body : JSON.stringify(JSON.parse(body), null, 2); } catch { return body; }
}

function coloured(text) {
  if (!/^\s*[[{]/.test(text)) return [text];
  return text.split(/("(?:[^"\\]|\\.)*"(?:\s*:)?|\b(?:true|false|null)\b|-?\b\d[\d.eE+-]*)/).map((token, index) => {
    if (index % 2 === 0) return token;
    return h(token.endsWith(':') ? 'i' : token.startsWith('"') ? 'span.s' : 'span.n', {}, token);
  });
}
`;
