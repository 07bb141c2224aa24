// Data becomes text nodes only, never markup.
const $ = (id) => document.getElementById(id);
const SHOWN = 200;
const KEPT_EARLY = 20_000;

const TEXTS = {
  live: ['Live', '实时'],
  lost: ['Connecting…', '连接中…'],
  trouble: ['No delivery reports: {code}', '无法获取回执：{code}'],
  accepted: ['accepted, on its way', '已受理，投递中'],
  delivered: ['delivered', '已送达'],
  failed: ['not delivered: {reason}', '未送达：{reason}'],
  running: ['{done} of {total}', '已处理 {done} / {total}'],
  ended: ['All {total} done, fee {fee}', '{total} 个号码全部处理完毕，计费 {fee} 条'],
  stopped: ['Stopped; what is under way still arrives', '已停止，途中的短信仍会送达'],
  noPhones: ['Give one phone at least.', '请至少填写一个号码。'],
  offline: ['The app does not answer.', '应用没有响应。'],
};

let zh = navigator.language.toLowerCase().startsWith('zh');
const t = (key, values = {}) =>
  TEXTS[key][zh ? 1 : 0].replaceAll(/\{(\w+)\}/g, (_, name) => String(values[name]));

/** Says a text in the language of the page, also after that was changed. */
function say(node, key, values) {
  node.said = { key, values };
  node.textContent = t(key, values);
}

function translate() {
  document.documentElement.lang = zh ? 'zh-CN' : 'en';
  $('language').textContent = zh ? 'English' : '中文';
  $('language').lang = zh ? 'en' : 'zh-CN';
  for (const node of document.querySelectorAll('[data-zh]')) {
    node.dataset.en ??= node.textContent.trim();
    node.textContent = zh ? node.dataset.zh : node.dataset.en;
  }
  for (const node of document.querySelectorAll('*')) {
    if (node.said !== undefined) {
      say(node, node.said.key, node.said.values);
    }
  }
}

function item(phone) {
  const li = document.createElement('li');
  const number = document.createElement('b');
  number.textContent = phone;
  const fate = document.createElement('span');
  const time = document.createElement('small');
  time.textContent = new Date().toLocaleTimeString();
  li.append(number, fate, time);
  return { li, fate };
}

function addTo(list, li) {
  list.prepend(li);
  while (list.children.length > SHOWN) {
    list.lastElementChild.remove();
  }
}

// What a report is about is often told by an answer that comes after it.
const early = new Map();
const codes = new Map();
const campaign = { run: undefined, waiting: new Set(), delivered: 0, failed: 0 };

function onReport(report) {
  const { li, fate } = item(report.PhoneNumber);
  showFate(fate, report);
  addTo($('reports'), li);
  $('no-reports').hidden = true;
  const code = codes.get(report.SerialNo);
  if (code !== undefined) {
    showFate(code, report);
  } else if (campaign.waiting.delete(report.SerialNo)) {
    count(report);
  } else {
    early.set(report.SerialNo, report);
    if (early.size > KEPT_EARLY) {
      early.delete(early.keys().next().value);
    }
  }
}

function count(report) {
  const fate = fateOf(report);
  campaign[fate] += 1;
  $(fate).textContent = campaign[fate];
}

function fateOf({ ReportStatus }) {
  return ReportStatus === 'SUCCESS' ? 'delivered' : 'failed';
}

function showFate(node, report) {
  const fate = fateOf(report);
  node.className = fate;
  say(node, fate, { reason: report.Description });
}

/** Posts to the app; an answer that is no good becomes an error with words for people. */
async function post(path, body, signal) {
  let answer;
  try {
    answer = await fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Accept-Language': zh ? 'zh-CN' : 'en' },
      body: JSON.stringify(body),
      signal,
    });
  } catch (error) {
    throw signal?.aborted ? error : new Error(t('offline'));
  }
  if (!answer.ok) {
    const { message } = await answer.json().catch(() => ({ message: `HTTP ${answer.status}` }));
    throw new Error([message].flat().join(' '));
  }
  return answer;
}

async function sendCode() {
  const phone = $('phone').value.trim();
  $('code-error').textContent = '';
  try {
    const { serialNo } = await (await post('welcome', { phone })).json();
    const { li, fate } = item(phone);
    const report = early.get(serialNo);
    if (report === undefined) {
      say(fate, 'accepted');
      codes.set(serialNo, fate);
    } else {
      showFate(fate, report);
    }
    addTo($('codes'), li);
  } catch (error) {
    $('code-error').textContent = error.message;
  }
}

async function runCampaign() {
  const phones = $('phones')
    .value.split(/[\s,;]+/)
    .filter((phone) => phone !== '');
  $('campaign-error').textContent = '';
  if (phones.length === 0) {
    $('campaign-error').textContent = t('noPhones');
    return;
  }
  Object.assign(campaign, { run: new AbortController(), delivered: 0, failed: 0 });
  campaign.waiting.clear();
  $('start').disabled = true;
  $('stop').hidden = false;
  try {
    const answer = await post('campaign', { phones }, campaign.run.signal);
    onCampaign.progress({ done: 0, total: 1, accepted: 0, rejected: 0, unknown: 0, serialNos: [] });
    $('said').textContent = '';
    $('progress').hidden = false;
    for await (const { event, data } of eventsOf(answer)) {
      onCampaign[event](data);
    }
  } catch (error) {
    if (campaign.run.signal.aborted) {
      say($('said'), 'stopped');
    } else {
      $('campaign-error').textContent = error.message;
    }
  } finally {
    $('start').disabled = false;
    $('stop').hidden = true;
  }
}

const onCampaign = {
  progress({ done, total, serialNos, ...counts }) {
    $('bar').value = done / total;
    showCounts(counts);
    say($('said'), 'running', { done, total });
    for (const serialNo of serialNos) {
      if (early.has(serialNo)) {
        count(early.get(serialNo));
        early.delete(serialNo);
      } else {
        campaign.waiting.add(serialNo);
      }
    }
  },
  summary({ fee, ...counts }) {
    showCounts(counts);
    say($('said'), 'ended', { total: counts.accepted + counts.rejected + counts.unknown, fee });
  },
};

function showCounts({ accepted, rejected, unknown }) {
  $('accepted').textContent = accepted;
  $('rejected').textContent = rejected;
  $('unknown').textContent = unknown;
  $('delivered').textContent = campaign.delivered;
  $('failed').textContent = campaign.failed;
}

/** Server-sent events out of the answer to a POST, which EventSource can't read. */
async function* eventsOf(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- one piece after the other
    const { done, value } = await reader.read();
    if (done) {
      return;
    }
    const parts = (text + value).split('\n\n');
    text = parts.pop();
    for (const part of parts) {
      const [, event, data] = /^event: (\w+)\ndata: (.*)$/.exec(part);
      yield { event, data: JSON.parse(data) };
    }
  }
}

function show(state, key, values) {
  $('live').dataset.state = state;
  say($('live'), key, values);
}

function listen() {
  const source = new EventSource('receipts/live');
  source.addEventListener('open', () => show('live', 'live'));
  source.addEventListener('error', () => show('lost', 'lost'));
  source.addEventListener('trouble', ({ data }) => show('lost', 'trouble', JSON.parse(data)));
  source.addEventListener('reports', ({ data }) => {
    show('live', 'live');
    for (const report of JSON.parse(data)) {
      onReport(report);
    }
  });
}

async function showDestination() {
  const { inbox } = await (await fetch('destination')).json();
  // Example numbers may be somebody's: only an emulator may text them.
  $('inbox').hidden = inbox === null;
  $('examples').hidden = inbox === null;
  $('costs').hidden = inbox !== null;
  if (inbox !== null) {
    $('inbox').href = inbox;
  }
}

function on(id, type, listener) {
  $(id).addEventListener(type, (event) => {
    event.preventDefault();
    void listener();
  });
}

on('code', 'submit', sendCode);
on('campaign', 'submit', runCampaign);
on('stop', 'click', () => campaign.run.abort());
on('examples', 'click', () => {
  const numbers = Array.from({ length: 500 }, (_, i) => `+86137${String(10_000_000 + i)}`);
  $('phones').value = numbers.join('\n');
});
on('language', 'click', () => {
  zh = !zh;
  translate();
});
show('lost', 'lost');
translate();
listen();
void showDestination();
