import { MAX_CLOCK_SKEW_SECONDS } from '../../../api/limits.js';
import { say } from '../../language.js';
import type { CliText } from '../../language.js';
import { fail, notChecked, ok, warn } from '../finding.js';
import type { DoctorCheck } from '../check.js';
import { ask, openConnection } from '../open-connection.js';

const ASK_MS = 5000;
/** More than the way there and back can explain. */
const NOTABLE_SECONDS = 30;

/** The clock of this machine against Tencent's, as its `Date` header tells it. */
export const clock: DoctorCheck = {
  name: 'clock',
  title: say('Clock', '时钟'),
  timeoutMs: ASK_MS + 1000,
  async run(examination) {
    const { found, target } = examination;
    if (found.isReachable === false) {
      return notChecked(say('Tencent is out of reach', '无法连接腾讯云'));
    }
    const signal = AbortSignal.timeout(ASK_MS);
    let date: string | undefined;
    let before = Date.now();
    try {
      const socket = await openConnection(target, examination.proxy(), signal);
      before = Date.now();
      date = (await ask(socket, target, signal)).headers.date;
      socket.destroy();
    } catch {
      return warn(say('no answer to ask for the time', '没有响应，无法比较时间'));
    }
    const server = Date.parse(date ?? '');
    if (Number.isNaN(server)) {
      return warn(say('the answer has no Date header', '响应没有 Date 头'));
    }
    // The header counts whole seconds, and was written between the question and the answer.
    const seconds = Math.round(((before + Date.now()) / 2 - (server + 500)) / 1000);
    const off = Math.abs(seconds);
    if (off > MAX_CLOCK_SKEW_SECONDS) {
      return fail(describe(seconds), SET_IT_RIGHT);
    }
    return off > NOTABLE_SECONDS
      ? warn(describe(seconds), SET_IT_RIGHT)
      : ok(say(`${off} s off Tencent's`, `与腾讯云相差 ${off} 秒`));
  },
};

function describe(seconds: number): CliText {
  const off = Math.abs(seconds);
  const [en, zh] = seconds > 0 ? ['ahead of', '快'] : ['behind', '慢'];
  return say(
    `${inWords(off, 's', 'min')} ${en} Tencent's; ${MAX_CLOCK_SKEW_SECONDS / 60} minutes are allowed`,
    `比腾讯云${zh} ${inWords(off, '秒', '分钟')}；最多允许 ${MAX_CLOCK_SKEW_SECONDS / 60} 分钟`,
  );
}

function inWords(seconds: number, second: string, minute: string): string {
  return seconds < 120 ? `${seconds} ${second}` : `${Math.round(seconds / 60)} ${minute}`;
}

const SET_IT_RIGHT = say(
  'Set the clock of this machine, or of its host where this is a container or a VM (timedatectl set-ntp true).',
  '请校准本机时钟；容器或虚拟机请校准宿主机（timedatectl set-ntp true）。',
);
