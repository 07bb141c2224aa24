/** The signature check, line by line: what the emulator computed beside what came. */
export const SIGNATURE_SCRIPT = String.raw`
// Rows of { label, computed, came }; came is null where a request carries nothing to compare.
function canonicalRows({ request, signature }) {
  const lines = signature.computed.canonicalRequest.split('\n');
  const [method, path, query] = lines;
  const [names, payload] = lines.slice(-2);
  const [cameHead, ...cameQuery] = request.target.split('?');
  const signed = /SignedHeaders=([^,\s]+)/.exec(signature.given.authorization);
  const rows = [
    { label: 'sigMethod', computed: method, came: request.method },
    { label: 'sigPath', computed: path, came: cameHead },
    { label: 'sigQuery', computed: query, came: request.method === 'GET' ? cameQuery.join('?') : null },
  ];
  for (const line of lines.slice(3, -3)) {
    const name = line.slice(0, line.indexOf(':'));
    const came = Object.hasOwn(request.headers, name) ? name + ':' + headerOf(request.headers, name).trim().toLowerCase() : '';
    rows.push({ label: 'sigHeader', computed: line, came });
  }
  rows.push({ label: 'sigBlank', computed: '', came: null });
  rows.push({ label: 'sigNames', computed: names, came: signed ? signed[1] : '' });
  rows.push({ label: 'sigPayload', computed: payload, came: null });
  return rows;
}

function toSignRows({ request, signature }) {
  const { authorization } = signature.given;
  const [algorithm, time, scope, hash] = signature.computed.stringToSign.split('\n');
  const credential = /Credential=([^,\s]+)/.exec(authorization);
  return [
    { label: 'sigAlgorithm', computed: algorithm, came: authorization.split(' ')[0] },
    { label: 'sigTime', computed: time, came: headerOf(request.headers, 'x-tc-timestamp') },
    { label: 'sigScope', computed: scope, came: credential ? credential[1].split('/').slice(-3).join('/') : '' },
    { label: 'sigHash', computed: hash, came: null },
  ];
}

// The older methods sign one line: GETsms.tencentcloudapi.com/?Action=…&Nonce=…
function oldRows({ request, signature }) {
  const [start, ...rest] = signature.computed.stringToSign.split('?');
  const form = request.method === 'GET' ? request.target.split('?').slice(1).join('?') : request.body;
  const came = new URLSearchParams(form);
  const rows = [{ label: 'sigStart', computed: start, came: request.method + headerOf(request.headers, 'host') + request.target.split('?')[0] }];
  for (const line of rest.join('?').split('&')) {
    const name = line.split('=')[0];
    const value = came.get(name);
    // A value with an ampersand in it can't be told from two parameters here.
    rows.push({ label: 'sigParam', computed: line, came: value === null || value.includes('&') ? null : name + '=' + value });
  }
  return rows;
}

function headerOf(headers, name) {
  return Object.hasOwn(headers, name) ? headers[name] : '';
}

const differs = ({ computed, came }) => came !== null && came !== computed;

// Some SDKs sign the host without its port, and both ways are tried.
const isTolerated = ({ computed, came }, result) => result !== 'refused' || (came.startsWith('host:') && came.replace(/:\d+$/, '') === computed);
const isFault = (row, result) => row.computed !== null && differs(row) && !isTolerated(row, result);

function signatureNodes(detail) {
  const { signature } = detail;
  const { result, computed, given, reason, code, method } = signature;
  const verdict = method === 'none' ? 'sigNone' : result === 'valid' ? 'sigValid' : result === 'skipped' ? 'sigSkipped' : 'sigRefused';
  const nodes = [h('p.verdict.' + result, {}, icon(result === 'refused' ? 'cross' : 'check'), h('span', {}, t(verdict), ' ', reason, code ? h('code', {}, code) : null))];
  if (computed === null) return [...nodes, given.authorization === '' ? null : sigTable([{ label: 'sigCame', computed: null, came: given.authorization }], result)];
  const isTc3 = computed.canonicalRequest !== '';
  const parts = isTc3 ? [['sigCanonical', canonicalRows(detail)], ['sigToSign', toSignRows(detail)]] : [['sigToSign', oldRows(detail)]];
  const final = { label: 'sigFinal', computed: computed.signature, came: given.signature };
  if (result === 'refused' && differs(final) && !parts.some(([, rows]) => rows.some((row) => isFault(row, result)))) nodes.push(h('p.hint', {}, t('sigKey')));
  for (const [title, rows] of parts) {
    const whole = title === 'sigCanonical' ? computed.canonicalRequest : computed.stringToSign;
    nodes.push(h('h4', {}, t(title), copyButton(whole)), sigTable(rows, result));
  }
  nodes.push(h('h4', {}, method), sigTable([final], result));
  return nodes;
}

function sigTable(rows, result) {
  return h('ol.lines', {}, rows.map((row) => {
    const unequal = differs(row);
    const bad = unequal && isFault(row, result);
    const mark = row.came === null || row.computed === null ? null : h('span.mark', {}, icon(bad ? 'cross' : 'check'), t(bad ? 'sigDiffers' : unequal ? 'sigTolerated' : 'sigSame'));
    return h('li' + (bad ? '.differs' : ''), {},
      h('span.label', {}, t(row.label), mark),
      unequal
        ? h('span.pair', {}, row.computed === null ? null : cell('sigComputed', row.computed), cell('sigCame', row.came))
        : h('code', {}, row.computed === '' ? '∅' : row.computed));
  }));
}

function cell(label, text) {
  return h('span.cell', {}, h('small', {}, t(label)), h('code', {}, text === '' ? '∅' : text));
}
`;
