import type { SendStatusStatistics } from '../../api/statistics.js';
import type { SmsAccountTemplate } from '../../account/list-templates.js';
import type { UsableEnv } from '../../config/read-sms-env.js';
import { chooseProxy } from '../../http/choose-proxy.js';
import type { Proxy } from '../../http/choose-proxy.js';
import type { SmsModuleOptions } from '../../sms.options.js';
import type { SmsService } from '../../sms.service.js';
import type { SmsStandalone } from '../../sms.standalone.js';
import { openAccount } from '../account.js';
import { say } from '../language.js';
import { notChecked } from './finding.js';
import type { Finding } from './finding.js';

/** What was asked for on the command line. */
export interface DoctorRequest {
  readonly callbackUrl?: string | undefined;
  readonly sendTo?: string | undefined;
  readonly templateIds: readonly string[];
  readonly params: readonly string[];
  /** JavaScript with the templates of the app. */
  readonly module?: string | undefined;
}

/** What earlier checks found, for the later ones. */
export interface Findings {
  /** Whether a request can get to Tencent; `undefined` before that was tried. */
  isReachable?: boolean;
  areKeysValid?: boolean;
  isRegionRefused?: boolean;
  isAppRefused?: boolean;
  statistics?: SendStatusStatistics;
  templates?: readonly SmsAccountTemplate[];
  /** A text would be refused for a reason that was found. */
  cannotSend?: boolean;
}

const DEFAULT_ENDPOINT = 'https://sms.tencentcloudapi.com';
const DEFAULT_REGION = 'ap-guangzhou';
/** A check waits for its answer, and tells sooner than an app would give up. */
const MAX_TIMEOUT_MS = 5000;
/** Stand in for what is missing, so that the rest can be looked at. */
const STAND_IN = { secretId: 'missing', secretKey: 'missing' };

/** One run of the doctor: what it looks at, and what it knows by now. */
export class Examination {
  readonly found: Findings = {};
  readonly region: string;
  private account: SmsStandalone;

  constructor(
    readonly environment: UsableEnv,
    /** The file that variables came from, if any. */
    readonly envFile: string | undefined,
    readonly request: DoctorRequest,
  ) {
    this.region = environment.options.region ?? DEFAULT_REGION;
    this.account = openAccount(this.options());
  }

  get sms(): SmsService {
    return this.account.sms;
  }

  get endpoint(): URL {
    const { endpoint = DEFAULT_ENDPOINT } = this.environment.options;
    return new URL(/^https?:/i.test(endpoint) ? endpoint : `https://${endpoint}`);
  }

  /** Host and port that a connection goes to. */
  get target(): { protocol: string; hostname: string; port: number } {
    const { protocol, hostname, port } = this.endpoint;
    return { protocol, hostname, port: Number(port) || (protocol === 'https:' ? 443 : 80) };
  }

  /** @throws ProxyFailure when a variable names something that is no proxy. */
  proxy(): Proxy | undefined {
    return chooseProxy(this.target, this.environment.options.proxy, process.env);
  }

  /** Goes on with a region that Tencent takes, so that one mistake does not hide the others. */
  async leaveRegion(): Promise<void> {
    this.found.isRegionRefused = true;
    await this.account.close();
    this.account = openAccount({ ...this.options(), region: DEFAULT_REGION });
  }

  /** Why a signed call is of no use, where that is known. */
  obstacle(): Finding | undefined {
    if (this.environment.options.credentials === undefined) {
      return notChecked(say('there are no usable keys', '没有可用的密钥'));
    }
    if (this.found.isReachable === false) {
      return notChecked(say('Tencent is out of reach', '无法连接腾讯云'));
    }
    if (this.found.areKeysValid === false) {
      return notChecked(say('the keys are not accepted', '密钥未通过校验'));
    }
    return undefined;
  }

  /** Why a call about the application is of no use, where that is known. */
  appObstacle(): Finding | undefined {
    if (this.environment.options.sdkAppId === undefined) {
      return this.absent('SMS_SDK_APP_ID');
    }
    if (this.found.isAppRefused === true) {
      return notChecked(say('the application is not accepted', '应用未通过校验'));
    }
    return this.obstacle();
  }

  /** What a check says whose variable can't be used. */
  absent(variable: string): Finding {
    return notChecked(
      this.environment.variables.includes(variable)
        ? say(`${variable} can't be used`, `${variable} 无法使用`)
        : say(`${variable} is missing`, `缺少 ${variable}`),
    );
  }

  async close(): Promise<void> {
    await this.account.close();
  }

  private options(): SmsModuleOptions {
    const { options } = this.environment;
    return {
      ...options,
      credentials: options.credentials ?? STAND_IN,
      sdkAppId: options.sdkAppId ?? '0',
      timeoutMs: Math.min(options.timeoutMs ?? MAX_TIMEOUT_MS, MAX_TIMEOUT_MS),
      retry: { attempts: 2 },
    };
  }
}
