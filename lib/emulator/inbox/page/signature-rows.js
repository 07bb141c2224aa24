// @ts-check
// The signature check, line by line: what the emulator computed beside what came.
/** @import { SmsEmulatorRequest, SmsSignatureCheck } from '../../contract/control-api.types.js' */
/** @import { TextKey } from './language.js' */

/**
 * @typedef {object} Row
 * @property {TextKey} label
 * @property {string | null} computed
 * @property {string | null} came `null` where a request carries nothing to compare
 */
/** @typedef {NonNullable<SmsSignatureCheck['computed']>} Computed */
/** @typedef {SmsSignatureCheck['result']} Result */

/**
 * @param {SmsEmulatorRequest} detail
 * @param {Computed} computed
 */
export function canonicalRows({ request, signature }, { canonicalRequest }) {
  const lines = canonicalRequest.split('\n');
  const [method = '', path = '', query = ''] = lines;
  const [names = '', payload = ''] = lines.slice(-2);
  const [start, givenQuery] = splitTarget(request.target);
  const signed = /SignedHeaders=([^,\s]+)/.exec(signature.given.authorization);
  /** @type {Row[]} */
  const rows = [
    rowOf('sigMethod', method, request.method),
    rowOf('sigPath', path, start),
    rowOf('sigQuery', query, request.method === 'GET' ? givenQuery : null),
  ];
  for (const line of lines.slice(3, -3)) {
    const name = line.slice(0, line.indexOf(':'));
    const value = headerOf(request.headers, name);
    const came = value === undefined ? '' : `${name}:${value.trim().toLowerCase()}`;
    rows.push(rowOf('sigHeader', line, came));
  }
  rows.push(
    rowOf('sigBlank', ''),
    rowOf('sigNames', names, signed?.[1] ?? ''),
    rowOf('sigPayload', payload),
  );
  return rows;
}

/**
 * @param {SmsEmulatorRequest} detail
 * @param {Computed} computed
 * @returns {Row[]}
 */
export function toSignRows({ request, signature }, { stringToSign }) {
  const { authorization } = signature.given;
  const [algorithm = '', time = '', scope = '', hash = ''] = stringToSign.split('\n');
  const credential = /Credential=([^,\s]+)/.exec(authorization)?.[1] ?? '';
  const came = headerOf(request.headers, 'x-tc-timestamp') ?? '';
  return [
    rowOf('sigAlgorithm', algorithm, authorization.split(' ')[0] ?? ''),
    rowOf('sigTime', time, came),
    rowOf('sigScope', scope, credential.split('/').slice(-3).join('/')),
    rowOf('sigHash', hash),
  ];
}

/**
 * The older methods sign one line: `GETsms.tencentcloudapi.com/?Action=…&Nonce=…`
 *
 * @param {SmsEmulatorRequest} detail
 * @param {Computed} computed
 */
export function oldRows({ request }, { stringToSign }) {
  const { method, target, headers, body } = request;
  const [start, parameters] = splitTarget(stringToSign);
  const [path, query] = splitTarget(target);
  const given = new URLSearchParams(method === 'GET' ? query : body);
  /** @type {Row[]} */
  const rows = [rowOf('sigStart', start, method + (headerOf(headers, 'host') ?? '') + path)];
  for (const line of parameters.split('&')) {
    const [name = ''] = line.split('=');
    const value = given.get(name);
    // A value with an ampersand in it looks like two parameters here.
    const came = value === null || value.includes('&') ? null : `${name}=${value}`;
    rows.push(rowOf('sigParam', line, came));
  }
  return rows;
}

/**
 * @param {TextKey} label
 * @param {string | null} computed
 * @param {string | null} [came]
 * @returns {Row}
 */
export const rowOf = (label, computed, came = null) => ({ label, computed, came });

/** @param {Row} row */
export const differs = ({ computed, came }) => came !== null && came !== computed;

/**
 * Whether the row is why the signature was refused. Some SDKs sign the host without its port, and both
 * ways are tried.
 *
 * @param {Row} row
 * @param {Result} result
 */
export function isFault({ computed, came }, result) {
  if (result !== 'refused' || computed === null || came === null || came === computed) return false;
  return !came.startsWith('host:') || came.replace(/:\d+$/, '') !== computed;
}

/**
 * @param {string} target
 * @returns {[path: string, query: string]}
 */
function splitTarget(target) {
  const [path = '', ...query] = target.split('?');
  return [path, query.join('?')];
}

/**
 * @param {Record<string, string>} headers
 * @param {string} name
 */
const headerOf = (headers, name) => (Object.hasOwn(headers, name) ? headers[name] : undefined);
