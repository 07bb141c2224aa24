/**
 * Whether a value has a URL in it, which Tencent refuses: with a scheme, `www.`, a domain
 * such as `t.cn`, or a shorter's `u.nu/abc`.
 *
 * Rather lets a URL through, which Tencent then refuses at no cost, than stops a good text: `3.5`,
 * `v1.2`, `Dr.Li`, `J.R.Smith`, `readme.md` and mail addresses are none.
 */
export function containsUrl(value: string): boolean {
  // Full-width letters and dots are links on a phone as well.
  const text = value.normalize('NFKC');
  return URLS.some((url) => url.test(text));
}

// Where a domain may begin and, as it has no path, end. Chinese text may touch it on both sides.
const START = String.raw`(?<![\w.@-])`;
const END = String.raw`(?![\w@-]|\.\w)`;
const LABELS = String.raw`(?:[A-Za-z\d](?:[A-Za-z\d-]*[A-Za-z\d])?\.)+`;

// Without a path only endings that no name and no abbreviation has. A capital and small letters
// (`Mr.Cn`) make a name.
const ENDINGS = ['com', 'net', 'org', 'cn', 'edu', 'gov', 'io', 'cc', 'top', 'xyz', 'vip'];
// In capitals `NET` is that of `ASP.NET` rather than of a host.
const CAPITALS = ENDINGS.map((ending) => ending.toUpperCase()).filter((ending) => ending !== 'NET');
const KNOWN = [...ENDINGS, ...CAPITALS].join('|');
// `3.cn号` is the third of something: no host has so short a name and Chinese text right behind it.
const NO_PLACE = String.raw`(?!\d{1,2}\.(?:cn|cc|top|vip)\p{Script=Han})`;
// Endings of files that are no top-level domains: `node.js/vue`.
const NO_FILE = '(?!(?:jsx?|tsx?|json|html?|css|php|txt|pdf|docx?|xlsx?|png|jpe?g)(?![a-z]))';

const URLS: readonly RegExp[] = [
  /[a-z]:\/\//i,
  /(?<![\w.@-])www\.[a-z\d]/i,
  new RegExp(`${START}${NO_PLACE}${LABELS}(?:${KNOWN})${END}`, 'u'),
  // With a path any ending makes a URL; small letters only, so that `Dr.Li/Dr.Wu` is none.
  new RegExp(
    String.raw`${START}(?:[a-z\d](?:[a-z\d-]*[a-z\d])?\.)+${NO_FILE}[a-z]{2,}(?::\d+)?/[\w-]`,
  ),
  // Digits after the slash are a network mask or a fraction.
  /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\/[a-z]/i,
];
