/** The empty inbox: how to point an application at it. */
export const GUIDE_SCRIPT = String.raw`
function drawGuide(all) {
  const empty = all.length === 0;
  const waits = state.loaded && (empty || !all.some(({ phone }) => phone === state.phone));
  $('guide').hidden = !waits;
  if (!waits) { $('guide').kept = undefined; $('guide').replaceChildren(); return; }
  if (!empty) {
    keep($('guide'), [{ key: 'choose', version: state.language, build: () => h('p.none', {}, t('choose')) }]);
    return;
  }
  const last = state.requests.at(-1);
  const refused = last && last.code !== 'Ok' ? last : undefined;
  keep($('guide'), [
    { key: 'lead', version: state.language, build: () => h('div.lead', {}, h('span.pulse', { 'aria-hidden': 'true' }), h('h2', {}, t('emptyTitle')), h('p', {}, t('emptyLead'))) },
    ...(refused ? [{ key: 'refused', version: state.language + refused.id, build: () => h('div.refusal', {}, h('span', {}, t('refusedCalls', { code: refused.code })), h('span', {}, meaningOf(refused.code)), h('button.mini', { type: 'button', click: () => go('', 'q' + refused.id) }, t('look'))) }] : []),
    { key: 'keys', version: state.language, build: () => h('div.cards', {}, card('endpoint', endpoint(), t('hostHint', { host: location.host })), card('secretHint', SECRET_KEY, t('secretId'))) },
    { key: 'nest', version: state.language, build: () => snippet('NestJS', NEST_LINES) },
    { key: 'node', version: state.language, build: () => snippet('tencentcloud-sdk', SDK_LINES) },
    { key: 'curl', version: state.language, build: () => snippet('curl · ' + t('tryCurl'), CURL_LINES) },
  ]);
}

const endpoint = () => location.origin + location.pathname.replace(/\/$/, '');

function card(label, value, note) {
  return h('div.card', {}, h('small', {}, t(label)), h('code', {}, value), copyButton(value), note === '' ? null : h('small', {}, note));
}

function snippet(title, lines) {
  const text = lines.join('\n').replaceAll('ENDPOINT', endpoint()).replaceAll('HOST', location.host).replaceAll('SECRET', SECRET_KEY);
  return h('section.snippet', {}, h('h3', {}, title, copyButton(text)), h('pre', { tabindex: '0' }, text));
}

const NEST_LINES = [
  'SmsModule.forRoot({',
  "  endpoint: 'ENDPOINT',",
  "  credentials: { secretId: 'any', secretKey: 'SECRET' },",
  "  sdkAppId: '1400006666',",
  "  signName: '腾讯云',",
  '})',
];
const SDK_LINES = [
  'new Client({',
  "  credential: { secretId: 'any', secretKey: 'SECRET' },",
  "  region: 'ap-guangzhou',",
  "  profile: { httpProfile: { protocol: 'http://', endpoint: 'HOST' } },",
  '})',
];
const CURL_LINES = [
  'set -- Action=SendSms Nonce=$RANDOM$$ PhoneNumberSet.0=+8613711112222 \\',
  '  Region=ap-guangzhou SecretId=any SignName=腾讯云 SmsSdkAppId=1400006666 \\',
  '  TemplateId=449739 TemplateParamSet.0=042137 TemplateParamSet.1=5 \\',
  '  Timestamp=$(date +%s) Version=2021-01-11',
  'signature=$(printf %s "GETHOST/?$(IFS="&"; echo "$*")" |',
  '  openssl dgst -sha1 -hmac SECRET -binary | base64)',
  'for pair; do set -- "$@" --data-urlencode "$pair"; shift; done',
  'curl -G ENDPOINT/ "$@" --data-urlencode "Signature=$signature"',
];
`;
