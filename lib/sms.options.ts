import * as v from 'valibot';
import { isKey, staticCredentials } from './credentials/credentials-provider.js';
import type { SmsCredentialsProvider } from './credentials/credentials-provider.js';
import type { SmsClientOptions } from './client/client-options.js';
import {
  checkOptions,
  expects,
  objectOr,
  optionsObject,
  toFieldIssue,
} from './errors/check-options.js';
import type { OptionProblem } from './errors/check-options.js';
import { SmsOptionsError } from './errors/options.error.js';
import type { SmsFieldIssue } from './errors/sms.error.js';
import type { SmsAxios } from './http/axios.transport.js';
import type { ConnectionOptions } from './http/connector.js';
import { toOrigin } from './http/to-origin.js';
import { resolveRetry } from './client/retry-policy.js';
import type { SmsRetryOptions } from './client/retry-policy.js';
import type { SmsTransport } from './http/transport.js';
import { SIGN_NAME, findSignDoubts, findSignFault } from './templates/sign-name.js';
import type { SmsSignName } from './templates/sign-name.js';
import type { SmsCredentials, SmsSigner } from './signing/signer.js';

/** Options of `SmsModule.forRoot`, and what the factory of `forRootAsync` returns. */
export interface SmsModuleOptions {
  /** Key pair of the account, or a function that gives one; it is asked before every request. */
  credentials: SmsCredentials | SmsCredentialsProvider;
  /** SdkAppId of the SMS application, digits as text; the default of every request that needs one. */
  sdkAppId: string;
  /**
   * Signature that stands before each text: its content, not its id, without 【】, quotes or blanks
   * around it, emoji and invisible characters. Another form than the mainland's 2 to 12 Chinese
   * characters, letters and digits is warned of when the app starts. `{ mainland, international }` for
   * one each. Raw `sendSms` without `SignName` takes it, too.
   * @default none: each send then gives one, where it needs one
   */
  signName?: SmsSignName | undefined;
  /**
   * Region of the application; sent as `X-TC-Region`.
   * @default 'ap-guangzhou'
   */
  region?: string | undefined;
  /**
   * Where the API is: a URL or a bare host; `http://` for an emulator.
   * @default 'https://sms.tencentcloudapi.com'
   */
  endpoint?: string | undefined;
  /**
   * Where else the API is, such as `sms.ap-shanghai.tencentcloudapi.com`. Used for the next attempt
   * when the one before could not connect, so that surely nothing was sent; never after a request
   * was handed over, and not with `retry: false`. Each call starts with `endpoint` again.
   * @default none
   */
  backupEndpoint?: string | undefined;
  /**
   * Language of Tencent's messages. Tencent's own default when left out.
   * @default Tencent's own
   */
  language?: 'zh-CN' | 'en-US' | undefined;
  /**
   * How requests are signed. The two HmacSHA methods are legacy.
   * @default 'TC3-HMAC-SHA256'
   */
  signMethod?: 'TC3-HMAC-SHA256' | 'HmacSHA256' | 'HmacSHA1' | undefined;
  /**
   * HTTP method. A GET holds at most 32 KB.
   * @default 'POST'
   */
  method?: 'POST' | 'GET' | undefined;
  /**
   * Milliseconds for one attempt, connecting and the body of the answer included. A provider of
   * credentials or a signer that is not ready at once gets as long before it.
   * @default 8000
   */
  timeoutMs?: number | undefined;
  /**
   * Milliseconds until a connection must stand, proxy and TLS included. Waiting for one of the 128
   * connections to an endpoint is not connecting: only `timeoutMs` bounds that.
   * @default 2000
   */
  connectTimeoutMs?: number | undefined;
  /**
   * Milliseconds that a shutdown waits for the sends that it finds in flight. As many milliseconds
   * after it no longer waits, new sends are refused with `SMS_SHUT_DOWN` and what is still in flight
   * is ended: until then, other parts of the app that are closing may send. 0 does both at once.
   * A signal shuts an app down only after `app.enableShutdownHooks()`.
   * @default 10000
   */
  shutdownTimeoutMs?: number | undefined;
  /**
   * URL of an HTTP proxy that everything goes through, `http://user:password@host:port` or
   * `https://…` (TLS to the proxy), user and password percent-encoded; `false` for none.
   *
   * It is asked to CONNECT, for `http:` endpoints as well. Left out, the environment decides, read
   * with the first request; lower case wins, and an empty variable is none: `HTTPS_PROXY`, or else
   * `HTTP_PROXY`, for an `https:` endpoint, `HTTP_PROXY` for an `http:` one, except for the hosts
   * in `NO_PROXY`: `*`, `host` (with all below it), `.suffix`, `host:port`, `10.0.0.0/8`. Loopback
   * is no exception: list `localhost` and `127.0.0.1` to reach an emulator directly.
   * @default the variables `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, in either case
   */
  proxy?: string | false | undefined;
  /**
   * Certificate authorities to trust beside the usual ones and those of `NODE_EXTRA_CA_CERTS`, as
   * PEM; for a proxy with TLS, too.
   * @default none beside the usual ones
   */
  ca?: string | readonly string[] | undefined;
  /**
   * Repeats an attempt that was surely not executed; `false` never does.
   * @default { attempts: 3 }
   */
  retry?: SmsRetryOptions | false | undefined;
  /**
   * Each action starts no more requests a second than Tencent takes by default (3,000 `SendSms`, 10
   * `SendMultiGlobalSms`), counted for each key in this process; what is above waits for its turn.
   * `share` is the part of it that this process may use where several share a key: of 10 and 0.25 two
   * a second, since what is not whole is rounded down. `false` for no pacing. Loopback endpoints and
   * the testing kit are never paced.
   * @default { share: 1 }
   */
  pace?: SmsPaceOptions | false | undefined;
  /**
   * The clock that marketing hours go by, for tests. Signatures always go by the system's.
   * @default the system's
   */
  now?: (() => Date) | undefined;
  /**
   * An axios instance, such as `HttpService.axiosRef`, or options to make one with. Its interceptors
   * see every request and answer and may add headers; what they make of the answer is for
   * themselves. `baseURL`, `params`, `auth` and `timeout` of the instance do not apply, since the
   * request is signed as it stands and `timeoutMs` bounds it, interceptors included.
   * Each request is dispatched once: a repeater such as axios-retry gets an error for each repetition,
   * and redirects are not followed. What was surely not sent is repeated by the option `retry`.
   *
   * With an adapter, agents or a proxy of its own, it moves the bytes itself: then `proxy`, `ca` and
   * `connectTimeoutMs` do not apply, and a time-out counts as "maybe sent" even while it connects.
   * @default none: requests go straight to undici
   */
  http?: SmsAxios | undefined;
  /**
   * A signer of your own, in place of the one that `signMethod` names.
   * @default the one that `signMethod` names
   */
  signer?: SmsSigner | undefined;
  /**
   * A transport of your own, in place of undici, with axios before it where `http` is given.
   * @default undici
   */
  transport?: SmsTransport | undefined;
}

/** How requests are paced. */
export interface SmsPaceOptions {
  /**
   * The part of Tencent's rates that this process may use: above 0, 1 at most.
   * @default 1
   */
  share?: number | undefined;
}

/** How an account connects, and the axios instance that its requests pass. */
export interface SmsConnection extends ConnectionOptions {
  readonly http?: SmsAxios | undefined;
}

/** Options with every default filled in and the key pair out of sight. */
export interface ResolvedSmsOptions extends SmsClientOptions {
  readonly signName: SmsSignName | undefined;
  readonly now: () => Date;
  readonly shutdownTimeoutMs: number;
  /** How connections are made; a function, since the proxy's password is in it. */
  readonly connection: () => SmsConnection;
  readonly signer: SmsSigner | undefined;
  readonly transport: SmsTransport | undefined;
  /** As they were given, with the defaults; a function, since the key pair is in it. */
  readonly given: () => Readonly<Record<string, unknown>>;
}

/**
 * Checks options and fills in the defaults. Never writes to what it was given.
 *
 * @throws SmsOptionsError with one sentence for every bad field, and no value in it.
 */
export function resolveSmsOptions(given: SmsModuleOptions): ResolvedSmsOptions {
  const checked = checkOptions(OPTIONS, given);
  if (checked.problems !== undefined) {
    throw new SmsOptionsError(checked.problems.map((problem) => toIssue(problem)));
  }
  const { credentials, connectTimeoutMs, proxy, ca, http, ...options } = checked.output;
  const connection = Object.freeze({
    connectTimeoutMs,
    proxy,
    // A copy: the user's list may change.
    ca: Array.isArray(ca) ? Object.freeze([...(ca as string[])]) : ca,
    http: http as SmsAxios,
  });
  const all = { ...checked.output, ca: connection.ca };
  return Object.freeze({
    ...options,
    signName: frozen(options.signName),
    credentials:
      typeof credentials === 'function'
        ? (credentials as SmsCredentialsProvider)
        : staticCredentials(credentials),
    connection: () => connection,
    retry: resolveRetry(options.retry),
    pace: options.pace === false ? false : Object.freeze({ share: options.pace?.share ?? 1 }),
    now: (options.now as (() => Date) | undefined) ?? (() => new Date()),
    signer: options.signer as SmsSigner | undefined,
    transport: options.transport as SmsTransport | undefined,
    given: () => all,
  });
}

/**
 * Whether options say the same, defaults filled in: data member by member, functions and instances of
 * classes by identity.
 */
export function areSameOptions(one: ResolvedSmsOptions, other: ResolvedSmsOptions): boolean {
  return isSame(one.given(), other.given());
}

/** @param around the pairs that are being compared, to which data that contains itself comes back */
function isSame(
  one: unknown,
  other: unknown,
  around: readonly (readonly [unknown, unknown])[] = [],
): boolean {
  if (Object.is(one, other) || around.some((pair) => pair[0] === one && pair[1] === other)) {
    return true;
  }
  if (!isData(one) || !isData(other) || Array.isArray(one) !== Array.isArray(other)) {
    return false;
  }
  // A member that is undefined is not given.
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].every((name) =>
    isSame(one[name], other[name], [...around, [one, other]]),
  );
}

/** Lists and plain objects; what else is an object may hide what it is made of. */
function isData(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}

/** What is usable in the options and likely wrong all the same, a sentence each. */
export function findDoubts({ signName, method }: ResolvedSmsOptions): string[] {
  return method === 'GET' ? [...findSignDoubts(signName), GET_DOUBT] : findSignDoubts(signName);
}

const GET_DOUBT =
  "With method: 'GET' phone numbers and values stand in URLs, and so in the spans of HTTP instrumentations and in the logs of proxies. Use POST, or take the query out there.";

function frozen(signName: SmsSignName | undefined): SmsSignName | undefined {
  return typeof signName === 'object' ? Object.freeze({ ...signName }) : signName;
}

const key = expects('text without blanks or line breaks', v.custom<string>(isKey));
const MAX_MS = 2 ** 31 - 1;
const milliseconds = expects(
  'a whole number of milliseconds, at least 1',
  v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_MS)),
);
const delay = (maxMs: number) =>
  expects(
    'a whole number of milliseconds, 0 or more',
    v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(maxMs)),
  );

function port(method: string) {
  return expects(
    `an object with a method "${method}"`,
    v.custom<object>(
      (value) =>
        typeof value === 'object' &&
        value !== null &&
        typeof (value as Record<string, unknown>)[method] === 'function',
    ),
  );
}

const origin = expects(
  'a host such as "sms.tencentcloudapi.com", or a URL with http or https, without path and credentials',
  v.pipe(
    v.string(),
    v.check((endpoint) => toOrigin(endpoint) !== undefined),
    v.transform((endpoint) => toOrigin(endpoint) ?? endpoint),
  ),
);

const signature = v.pipe(
  expects(`${SIGN_NAME}, as text`, v.string()),
  v.check(
    (signName) => findSignFault(signName) === undefined,
    ({ input }) => findSignFault(input) ?? SIGN_NAME,
  ),
);

const OPTIONS = optionsObject({
  credentials: expects(
    'an object { secretId, secretKey, token? } or a function that returns one',
    objectOr(
      optionsObject({ secretId: key, secretKey: key, token: v.optional(key) }),
      v.function(),
    ),
  ),
  sdkAppId: expects(
    'digits as text, as the SMS console shows them',
    v.pipe(v.string(), v.regex(/^\d+$/)),
  ),
  signName: v.optional(
    objectOr(
      optionsObject({ mainland: v.optional(signature), international: v.optional(signature) }),
      signature,
    ),
  ),
  region: expects(
    'a region such as "ap-guangzhou"',
    v.optional(v.pipe(v.string(), v.regex(/^[a-z]+(-[a-z0-9]+)+$/)), 'ap-guangzhou'),
  ),
  endpoint: v.optional(origin, 'https://sms.tencentcloudapi.com'),
  backupEndpoint: v.optional(origin),
  language: expects('"zh-CN" or "en-US"', v.optional(v.picklist(['zh-CN', 'en-US']))),
  signMethod: expects(
    '"TC3-HMAC-SHA256", "HmacSHA256" or "HmacSHA1"',
    v.optional(v.picklist(['TC3-HMAC-SHA256', 'HmacSHA256', 'HmacSHA1']), 'TC3-HMAC-SHA256'),
  ),
  method: expects('"POST" or "GET"', v.optional(v.picklist(['POST', 'GET']), 'POST')),
  timeoutMs: v.optional(milliseconds, 8000),
  connectTimeoutMs: v.optional(milliseconds, 2000),
  shutdownTimeoutMs: v.optional(delay(MAX_MS), 10_000),
  proxy: expects(
    'a URL such as "http://host:port", or false',
    v.optional(v.custom<string | false>((proxy) => proxy === false || isProxyUrl(proxy))),
  ),
  ca: expects(
    'a certificate as PEM text, or a list of them',
    v.optional(v.custom<string | readonly string[]>(isPem)),
  ),
  retry: expects(
    'false, or an object { attempts?, baseDelayMs? }',
    v.optional(
      objectOr(
        optionsObject({
          attempts: expects(
            'a whole number from 1 to 10',
            v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10))),
          ),
          baseDelayMs: v.optional(delay(Infinity)),
        }),
        v.literal(false),
      ),
    ),
  ),
  pace: expects(
    'false, or an object { share? }',
    v.optional(
      objectOr(
        optionsObject({
          share: expects(
            'a number above 0 and at most 1',
            v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1))),
          ),
        }),
        v.literal(false),
      ),
    ),
  ),
  now: expects('a function that returns a Date', v.optional(v.function())),
  http: expects(
    'an axios instance, or options for axios.create',
    v.optional(v.custom<object>((value) => isAxios(value))),
  ),
  signer: v.optional(port('sign')),
  transport: v.optional(port('send')),
} satisfies Record<keyof SmsModuleOptions, unknown>);

function toIssue(problem: OptionProblem): SmsFieldIssue {
  return problem.field === ''
    ? { field: 'options', message: 'The options must be an object.' }
    : toFieldIssue(problem);
}

function isAxios(value: unknown): boolean {
  return typeof value === 'function'
    ? 'request' in value && 'defaults' in value
    : typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPem(value: unknown): boolean {
  const all = Array.isArray(value) ? (value as unknown[]) : [value];
  return all.every((one) => typeof one === 'string' && one.includes('-----BEGIN CERTIFICATE-----'));
}

function isProxyUrl(text: unknown): boolean {
  // A URL parser repairs what it is given: it drops line breaks and takes any number of slashes.
  return (
    typeof text === 'string' &&
    /^https?:\/\/[^\s\p{C}/\\][^\s\p{C}\\]*$/iu.test(text) &&
    URL.canParse(text)
  );
}
