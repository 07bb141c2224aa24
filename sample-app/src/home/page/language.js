// @ts-check
import { $ } from './elements.js';

/** @satisfies {Record<string, [english: string, chinese: string]>} */
const TEXTS = {
  live: ['Live', '实时'],
  lost: ['Connecting…', '连接中…'],
  send: ['Send a code', '发送验证码'],
  resend: ['Send it again', '重新发送'],
  resendIn: ['Send again in {seconds} s', '{seconds} 秒后可重新发送'],
  waiting: [
    'Nothing new was sent: the code of before holds.',
    '未重新发送，之前的验证码仍然有效。',
  ],
  signedIn: ['Signed in as {phone}', '已登录：{phone}'],
  losing: ['The answer to the next text gets lost.', '下一条短信的应答将会丢失。'],
  unknown: [
    'unknown: Tencent’s answer was lost. It is being looked for in Tencent’s records',
    '未知：没有收到腾讯云的应答，正在腾讯云的记录中查找',
  ],
  foundLater: ['found out later', '事后查明'],
  absent: ['not sent: Tencent has no record of it', '未发送：腾讯云没有这条记录'],
  accepted: ['accepted, on its way', '已受理，投递中'],
  rejected: ['refused ({code})', '被拒绝（{code}）'],
  delivered: ['delivered', '已送达'],
  unreported: ['no report within 72 hours', '72 小时内没有回执'],
  'absent-phone': [
    'not delivered: switched off, out of coverage or suspended ({code})',
    '未送达：关机、停机或不在服务区（{code}）',
  ],
  invalid: [
    'not delivered: the number is not assigned, not valid or given up ({code})',
    '未送达：空号、号码无效或已注销（{code}）',
  ],
  blocked: [
    'not delivered: opted out, or in a blacklist ({code})',
    '未送达：用户已退订或在黑名单中（{code}）',
  ],
  frequency: [
    'not delivered: more texts than the carrier allows ({code})',
    '未送达：超过运营商的发送次数限制（{code}）',
  ],
  other: [
    'not delivered: for another reason of the carrier ({code})',
    '未送达：运营商的其他原因（{code}）',
  ],
  replied: ['“{text}”', '“{text}”'],
  optedOut: ['“{text}”: opted out', '“{text}”：已退订'],
  onQueue: [
    'Runs on the queue in Redis: on any instance, and through restarts of the app.',
    '在 Redis 队列上运行：可由任意实例执行，应用重启后仍会继续。',
  ],
  inProcess: [
    'Runs in this process, and ends with it. Set REDIS_URL to run campaigns on a queue.',
    '在本进程中运行，随进程结束而结束。设置 REDIS_URL 后即在队列上运行。',
  ],
  noFile: ['Choose a CSV file, or drop it here', '选择 CSV 文件，或拖放到这里'],
  chosen: ['{file}, {kilobytes} kB', '{file}，{kilobytes} kB'],
  chooseFile: ['Choose a file first.', '请先选择文件。'],
  tooLarge: ['The file is larger than 50 MB.', '文件超过 50 MB。'],
  uploading: ['Uploading…', '上传中…'],
  start: ['Upload and send', '上传并发送'],
  known: [
    'There is a campaign of this name: no row is sent twice.',
    '已有同名的群发任务：不会重复发送。',
  ],
  uploaded: ['{rows} rows, {encoding}', '{rows} 行，{encoding}'],
  soFar: ['{done} so far', '已处理 {done}'],
  begun: ['{done} of {total}', '已处理 {done} / {total}'],
  running: [
    '{done} of {total}, {rate} rows a second, {left} s left',
    '已处理 {done} / {total}，每秒 {rate} 行，剩余 {left} 秒',
  ],
  paused: ['{done} of {total}, paused', '已处理 {done} / {total}，已暂停'],
  ended: ['All {total} done, fee {fee}', '{total} 行全部处理完毕，计费 {fee} 条'],
  'ended-early': ['Cancelled, fee {fee}', '已取消，计费 {fee} 条'],
  'needs-source': [
    'The instance that read the file has ended. Upload the same file under the name {name} to go on; no row is sent twice.',
    '读取该文件的实例已结束。请以名称 {name} 重新上传同一文件以继续，不会重复发送。',
  ],
  changed: [
    'The file that was uploaded differs from the first one. Upload the first one under the name {name}, or cancel.',
    '上传的文件与最初的不同。请以名称 {name} 重新上传最初的文件，或取消。',
  ],
  gone: [
    'The app does not know this campaign any more: without a queue, it ended with the process.',
    '应用已不再有该群发任务：没有队列时，它随进程结束而结束。',
  ],
  'notice-sent': ['The notice of {order} was sent.', '订单 {order} 的通知已发送。'],
  'notice-queued': ['The notice of {order} is in the queue.', '订单 {order} 的通知已进入队列。'],
  'notice-known': [
    'The notice of {order} went out before: it is not sent again.',
    '订单 {order} 的通知此前已发出，不会重复发送。',
  ],
  'sms-up': ['API: reachable', '接口：可达'],
  'sms-down': ['API: out of reach', '接口：不可达'],
  'sms-credentials-up': ['Credentials: accepted', '密钥：有效'],
  'sms-credentials-down': ['Credentials: refused', '密钥：被拒绝'],
  'sms-queue-up': ['Queue: keeps up', '队列：正常'],
  'sms-queue-down': ['Queue: down', '队列：异常'],
  offline: ['The app does not answer.', '应用没有响应。'],
  unexpected: ['The app refused it with status {status}.', '应用拒绝了请求，状态码 {status}。'],
};

/** @typedef {keyof typeof TEXTS} TextKey */
/** @typedef {Record<string, string | number>} Values */

let isChinese = navigator.language.toLowerCase().startsWith('zh');
/** @type {WeakMap<Element, [key: TextKey, values: Values]>} */
const said = new WeakMap();

/** The language of the page, for `lang` and `Accept-Language`. */
export const language = () => (isChinese ? 'zh-CN' : 'en');

/**
 * A text in the language of the page.
 *
 * @param {TextKey} key
 * @param {Values} [values] for what stands in braces
 */
export const t = (key, values = {}) =>
  TEXTS[key][isChinese ? 1 : 0].replaceAll(/\{(\w+)\}/g, (_, name) => String(values[name]));

/**
 * Says a text in the language of the page, also after that was changed.
 *
 * @param {Element} node
 * @param {TextKey} key
 * @param {Values} [values]
 */
export function say(node, key, values = {}) {
  said.set(node, [key, values]);
  node.textContent = t(key, values);
}

/** @param {Element} node */
export function unsay(node) {
  said.delete(node);
  node.textContent = '';
}

export function switchLanguage() {
  isChinese = !isChinese;
  for (const node of document.querySelectorAll('.error')) {
    // What the app said was in the other language.
    node.textContent = '';
  }
  translate();
}

/** Shows the whole page in its language. In index.html `data-zh` is the Chinese for an English text. */
export function translate() {
  document.documentElement.lang = language();
  $('language').textContent = isChinese ? 'English' : '中文';
  $('language').lang = isChinese ? 'en' : 'zh-CN';
  /** @type {NodeListOf<HTMLElement>} */
  const nodes = document.querySelectorAll('[data-zh]');
  for (const node of nodes) {
    node.dataset.en ??= node.textContent.trim();
    node.textContent = (isChinese ? node.dataset.zh : node.dataset.en) ?? '';
  }
  for (const node of document.querySelectorAll('*')) {
    const saying = said.get(node);
    if (saying !== undefined) {
      say(node, ...saying);
    }
  }
}
