// @ts-check
// The empty inbox: how to point an application at it.
/** @import { Item } from './keep.js' */
/** @import { TextKey } from './language.js' */
/** @import { Thread } from './threads.js' */
import { catalogue } from './catalogue.js';
import { copyButton } from './clipboard.js';
import { $, button, h } from './elements.js';
import { keep, keepNothing } from './keep.js';
import { meaningOf, t } from './language.js';
import { go } from './place.js';
import { state } from './state.js';

const { secretKey } = catalogue;
const { host, origin, pathname } = location;
const ENDPOINT = origin + pathname.replace(/\/$/, '');

/** @param {Thread[]} all */
export function drawGuide(all) {
  const guide = $('guide');
  guide.hidden = !state.loaded || all.some(({ phone }) => phone === state.phone);
  if (guide.hidden) keepNothing(guide);
  else if (all.length > 0) keep(guide, [guideItem('choose', () => h('p.none', t('choose')))]);
  else keep(guide, [guideItem('lead', lead), ...lastRefusal(), ...howTo()]);
}

const lead = () =>
  h(
    'div.lead',
    h('span.pulse', { 'aria-hidden': 'true' }),
    h('h2', t('emptyTitle')),
    h('p', t('emptyLead')),
  );

function lastRefusal() {
  const last = state.requests.at(-1);
  if (!last || last.code === 'Ok') return [];
  const { id, code } = last;
  const build = () =>
    h(
      'div.refusal',
      h('span', t('refusedCalls', { code })),
      h('span', meaningOf(code)),
      button('mini', () => go('', `q${id}`), t('look')),
    );
  return [guideItem('refused', build, id)];
}

const howTo = () => [
  guideItem('keys', cards),
  guideItem('nest', () => snippet('NestJS', NEST_LINES)),
  guideItem('node', () => snippet('tencentcloud-sdk', SDK_LINES)),
  guideItem('curl', () => snippet(`curl · ${t('tryCurl')}`, CURL_LINES)),
];

const cards = () =>
  h(
    'div.cards',
    card('endpoint', ENDPOINT, t('hostHint', { host })),
    card('secretHint', secretKey, t('secretId')),
  );

/**
 * @param {string} key
 * @param {() => HTMLElement} build
 * @param {string} [version]
 * @returns {Item}
 */
const guideItem = (key, build, version = '') => ({ key, version, build });

/**
 * @param {TextKey} label
 * @param {string} value
 * @param {string} note
 */
const card = (label, value, note) =>
  h('div.card', h('small', t(label)), h('code', value), copyButton(value), h('small', note));

/**
 * @param {string} title
 * @param {string[]} lines
 */
function snippet(title, lines) {
  const text = lines.join('\n');
  return h('section.snippet', h('h3', title, copyButton(text)), h('pre', { tabindex: '0' }, text));
}

const NEST_LINES = [
  'SmsModule.forRoot({',
  `  endpoint: '${ENDPOINT}',`,
  `  credentials: { secretId: 'any', secretKey: '${secretKey}' },`,
  "  sdkAppId: '1400006666',",
  "  signName: '腾讯云',",
  '})',
];

const SDK_LINES = [
  'new Client({',
  `  credential: { secretId: 'any', secretKey: '${secretKey}' },`,
  "  region: 'ap-guangzhou',",
  `  profile: { httpProfile: { protocol: '${location.protocol}//', endpoint: '${host}' } },`,
  '})',
];

const CURL_LINES = [
  'set -- Action=SendSms Nonce=$RANDOM$$ PhoneNumberSet.0=+8613711112222 \\',
  '  Region=ap-guangzhou SecretId=any SignName=腾讯云 SmsSdkAppId=1400006666 \\',
  '  TemplateId=449739 TemplateParamSet.0=042137 TemplateParamSet.1=5 \\',
  '  Timestamp=$(date +%s) Version=2021-01-11',
  `signature=$(printf %s "GET${host}/?$(IFS="&"; echo "$*")" |`,
  `  openssl dgst -sha1 -hmac ${secretKey} -binary | base64)`,
  'for pair; do set -- "$@" --data-urlencode "$pair"; shift; done',
  `curl -G ${ENDPOINT}/ "$@" --data-urlencode "Signature=$signature"`,
];
