// @ts-check
/** @import { SmsEmulatorRequest, SmsSignatureCheck } from '../../contract/control-api.types.js' */
/** @import { Child } from './elements.js' */
/** @import { TextKey } from './language.js' */
/** @import { Result, Row } from './signature-rows.js' */
import { copyButton } from './clipboard.js';
import { h } from './elements.js';
import { icon } from './icons.js';
import { t } from './language.js';
import { canonicalRows, differs, isFault, oldRows, rowOf, toSignRows } from './signature-rows.js';

/** @type {Record<Result, TextKey>} */
const VERDICTS = { valid: 'sigValid', skipped: 'sigSkipped', refused: 'sigRefused' };

/**
 * What came of the signature check, and why.
 *
 * @param {SmsEmulatorRequest} detail
 * @returns {Child[]}
 */
export function signatureNodes(detail) {
  const { signature } = detail;
  const { result, computed, given, method } = signature;
  if (computed === null) {
    const { authorization } = given;
    const table = authorization && sigTable([rowOf('sigCame', null, authorization)], result);
    return [verdict(signature), table];
  }
  const { canonicalRequest, stringToSign } = computed;
  const parts = [];
  if (canonicalRequest === '') {
    parts.push(partOf('sigToSign', stringToSign, oldRows(detail, computed)));
  } else {
    parts.push(partOf('sigCanonical', canonicalRequest, canonicalRows(detail, computed)));
    parts.push(partOf('sigToSign', stringToSign, toSignRows(detail, computed)));
  }
  const final = rowOf('sigFinal', computed.signature, given.signature);
  const isExplained = parts.some(({ rows }) => rows.some((row) => isFault(row, result)));
  const isKey = result === 'refused' && differs(final) && !isExplained;
  return [
    verdict(signature),
    isKey ? h('p.hint', t('sigKey')) : null,
    parts.map(({ title, whole, rows }) => [
      h('h4', t(title), copyButton(whole)),
      sigTable(rows, result),
    ]),
    h('h4', method),
    sigTable([final], result),
  ];
}

/**
 * @param {TextKey} title
 * @param {string} whole
 * @param {Row[]} rows
 */
const partOf = (title, whole, rows) => ({ title, whole, rows });

/** @param {SmsSignatureCheck} signature */
const verdict = ({ result, method, reason, code }) =>
  h(
    `p.verdict.${result}`,
    icon(result === 'refused' ? 'cross' : 'check'),
    h(
      'span',
      `${t(method === 'none' ? 'sigNone' : VERDICTS[result])} ${reason}`,
      code && h('code', code),
    ),
  );

/**
 * @param {Row[]} rows
 * @param {Result} result
 */
const sigTable = (rows, result) =>
  h(
    'ol.lines',
    rows.map((row) => sigLine(row, result)),
  );

/**
 * @param {Row} row
 * @param {Result} result
 */
function sigLine(row, result) {
  const { label, computed, came } = row;
  const isBad = isFault(row, result);
  const isUnequal = differs(row);
  const head = h('span.label', t(label));
  if (came !== null && computed !== null) {
    const tolerated = isUnequal ? 'sigTolerated' : 'sigSame';
    const said = t(isBad ? 'sigDiffers' : tolerated);
    head.append(h('span.mark', icon(isBad ? 'cross' : 'check'), said));
  }
  return h(
    isBad ? 'li.differs' : 'li',
    head,
    isUnequal
      ? h(
          'span.pair',
          computed === null ? null : cell('sigComputed', computed),
          cell('sigCame', came ?? ''),
        )
      : code(computed ?? ''),
  );
}

/**
 * @param {TextKey} label
 * @param {string} text
 */
const cell = (label, text) => h('span.cell', h('small', t(label)), code(text));

/** @param {string} text */
const code = (text) => h('code', text || '∅');
