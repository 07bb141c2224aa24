import * as v from 'valibot';
import { checkOptions, expects } from '../../errors/check-options.js';
import type { SmsDeliveryMode } from '../carrier/delivery.js';
import type { EngineOptions } from './engine.js';
import { resolveOwnTemplates } from './own-templates.js';
import type { SmsEmulatorTemplate } from './own-templates.js';
import { MAX_FAULTS, parseFaults } from '../faults/faults.js';
import type { SmsEmulatorFault } from '../faults/fault.js';
import { TENCENT_DEFAULT } from '../records/frequency.js';
import type { SmsFrequencyLimits } from '../records/frequency.js';
import { DEFAULT_KEEP_BYTES } from '../memory/keep.js';
import { MB, parseBytes } from '../memory/parse-bytes.js';
import { SmsEmulatorError } from '../errors/emulator.error.js';
import { DURATION_FORM, parseDuration } from '../../time/duration.js';
import type { SmsDuration } from '../../time/duration.js';

/** Public on purpose: it protects nothing but the form of the requests. */
export const DEFAULT_SECRET_KEY = 'emulator-secret-key';

/**
 * How the emulated service behaves.
 */
export interface SmsEmulatorBehavior {
  /**
   * Refuse applications, templates and signatures that were not added, and sends that the package does
   * not cover, as Tencent does. Otherwise the first are learned from the request that names them, and
   * the package never ends.
   * @default false
   */
  strict?: boolean | undefined;
  /**
   * How often a number may be texted: `'tencent-default'` is the same text once in 30 seconds and ten
   * texts a day; the package ends as with `strict`, and each action takes as many requests a second as
   * Tencent's. Tencent names no default for an hour, nor for the length of a value: give limits of your
   * own for those.
   * @default 'off'
   */
  limits?: 'off' | 'tencent-default' | SmsFrequencyLimits | undefined;
  /**
   * When the carrier reports: at once, after 1 to 8 seconds, after 1 to 5 minutes, or never.
   * @default 'instant'
   */
  delivery?: SmsDeliveryMode | undefined;
  /**
   * Where reports are pushed to, in Tencent's shape; nowhere by default.
   * @default none
   */
  callbackUrl?: string | undefined;
  /**
   * Where replies are pushed to, in Tencent's shape; nowhere by default.
   * @default none
   */
  replyCallbackUrl?: string | undefined;
  /**
   * Repeat the `SessionContext` of a send in its reports: as `ext` in callbacks, as `SessionContext` where
   * they are pulled, also by number. Tencent does so for accounts that asked for it.
   * @default false
   */
  echoContext?: boolean | undefined;
  /**
   * How long after a send `DescribeSendRecordList` and `PullSmsSendStatusByPhoneNumber` show nothing of
   * it yet: milliseconds, or such as `'10m'`. By the emulator's clock.
   * @default 0
   */
  recordLag?: SmsDuration | undefined;
  /**
   * Countries that no application may send to: ISO codes such as `MY`, or calling codes such as `44`,
   * which is the way for a code that several countries share.
   * @default none
   */
  blockedCountries?: readonly string[] | undefined;
  /**
   * Where `SendSms` refuses a template, a signature, or a send that the package does not cover: on each
   * number, as public answers of Tencent show, or at the top as an error of the whole request.
   * @default 'recipients'
   */
  refusalsAt?: 'recipients' | 'request' | undefined;
  /**
   * The app's own approved templates, as `smsTemplate` makes them, so that texts read as phones get them
   * and values are checked. Beside the seed `449739`, or in its place.
   * @default none
   */
  templates?: readonly SmsEmulatorTemplate[] | undefined;
  /**
   * What goes wrong from the start, until faults are cleared: as `addFault` takes it.
   * @default none
   */
  faults?: readonly SmsEmulatorFault[] | undefined;
  /**
   * Memory for everything that is kept: texts, requests, reports, replies, counters. A number of bytes,
   * or such as `'64MB'`; 1 MB at least. The oldest goes first.
   * @default '64MB'
   */
  keep?: number | string | undefined;
  /**
   * Segments in the package of each application.
   * @default 10000
   */
  packageSize?: number | undefined;
}

/**
 * Options of the emulator.
 */
export interface SmsEmulatorOptions extends SmsEmulatorBehavior {
  /**
   * Port to listen on; 0 takes any that is free.
   * @default 0
   */
  port?: number | undefined;
  /**
   * Address to listen on. Anything but a loopback address opens the inbox to the network.
   * @default '127.0.0.1'
   */
  host?: string | undefined;
  /**
   * Names with a dot under which inbox and control API are served, such as `sms-emulator.default.svc`:
   * a page of another origin could make any other such name point here. Addresses, names without a dot
   * and `.localhost`, `.local`, `.internal` need no permission, nor do signed requests of the API.
   * @default none
   */
  allowedHosts?: readonly string[] | undefined;
  /**
   * Certificate and key to listen with TLS, for clients that can't do without.
   * @default none: plain HTTP
   */
  tls?: SmsEmulatorTls | undefined;
  /**
   * The SecretKey that requests must be signed with. Any SecretId is accepted.
   * @default 'emulator-secret-key'
   */
  secretKey?: string | undefined;
}

/**
 * A certificate and its private key, each the text of a PEM file.
 */
export interface SmsEmulatorTls {
  cert: string | Buffer;
  key: string | Buffer;
}

/** Behaviour with nothing left open. */
export type ResolvedBehavior = Pick<
  EngineOptions,
  | 'rules'
  | 'delivery'
  | 'callbackUrl'
  | 'replyCallbackUrl'
  | 'recordLagMs'
  | 'keepBytes'
  | 'templates'
  | 'faults'
>;

/** Options with nothing left open. */
export interface ResolvedEmulatorOptions {
  readonly port: number;
  readonly host: string;
  readonly allowedHosts: readonly string[];
  readonly tls: SmsEmulatorTls | undefined;
  readonly secretKey: string;
  readonly behavior: ResolvedBehavior;
}

const MAX_PORT = 65_535;

const whole = (max = Number.MAX_SAFE_INTEGER) =>
  v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(max));

const limit = v.optional(whole());
const LIMITS = {
  sameTextPer30Seconds: limit,
  perHour: limit,
  perDay: limit,
  sameTextPerDay: limit,
  appPerDay: limit,
  appMainlandPerDay: limit,
  appAbroadPerDay: limit,
  appCountryPerDay: limit,
  charactersPerValue: limit,
} satisfies Record<keyof SmsFrequencyLimits, unknown>;

const url = expects(
  'a URL with http or https',
  v.optional(v.pipe(v.string(), v.url(), v.regex(/^https?:/i))),
);

const BEHAVIOR = v.object({
  strict: expects('true or false', v.optional(v.boolean(), false)),
  limits: expects(
    `off, tencent-default, or an object of whole numbers: ${Object.keys(LIMITS).join(', ')}`,
    v.optional(v.union([v.picklist(['off', 'tencent-default']), v.strictObject(LIMITS)]), 'off'),
  ),
  delivery: expects(
    'one of instant, realistic, slow, never',
    v.optional(
      v.picklist(['instant', 'realistic', 'slow', 'never'] satisfies SmsDeliveryMode[]),
      'instant',
    ),
  ),
  callbackUrl: url,
  replyCallbackUrl: url,
  echoContext: expects('true or false', v.optional(v.boolean(), false)),
  recordLag: expects(
    DURATION_FORM,
    v.optional(
      v.pipe(
        v.union([v.number(), v.string()]),
        v.transform((lag) => parseDuration(lag) ?? Number.NaN),
        whole(),
      ),
      0,
    ),
  ),
  blockedCountries: expects(
    'a list of ISO codes such as MY or calling codes such as 44',
    v.optional(v.array(v.pipe(v.string(), v.regex(/^(?:[A-Z]{2}|[1-9]\d{0,2})$/))), []),
  ),
  refusalsAt: expects(
    'recipients or request',
    v.optional(v.picklist(['recipients', 'request']), 'recipients'),
  ),
  keep: expects(
    'a number of bytes or a size such as 64MB, and 1 MB at least',
    v.optional(
      v.pipe(v.union([v.number(), v.string()]), v.transform(parseBytes), whole(), v.minValue(MB)),
      DEFAULT_KEEP_BYTES,
    ),
  ),
  packageSize: expects('a whole number of segments from 0', v.optional(whole(), 10_000)),
} satisfies Record<Exclude<keyof SmsEmulatorBehavior, 'templates' | 'faults'>, unknown>);

const pem = v.union([v.pipe(v.string(), v.nonEmpty()), v.instance(Buffer)]);

const LISTENING = v.object({
  port: expects(`a whole number from 0 to ${MAX_PORT}`, v.optional(whole(MAX_PORT), 0)),
  host: expects(
    'an address or a host name, such as 127.0.0.1',
    v.optional(v.pipe(v.string(), v.regex(/^\S+$/)), '127.0.0.1'),
  ),
  tls: expects(
    '{ cert, key }: a certificate and its private key, both the text of a PEM file',
    v.optional(v.strictObject({ cert: pem, key: pem })),
  ),
  allowedHosts: expects(
    'a list of host names without scheme and port, such as sms-emulator.default.svc',
    v.optional(v.array(v.pipe(v.string(), v.regex(/^[^\s:/]+$/))), []),
  ),
  secretKey: expects(
    'a text without blanks around it, and not empty',
    v.optional(v.pipe(v.string(), v.regex(/^\S(?:[^]*\S)?$/)), DEFAULT_SECRET_KEY),
  ),
});

/**
 * Completes and checks options. Values may come from plain JavaScript, so their types are checked too.
 *
 * @throws SmsEmulatorError naming the first bad field.
 */
export function resolveEmulatorOptions(given: SmsEmulatorOptions = {}): ResolvedEmulatorOptions {
  const { port, host, allowedHosts, tls, secretKey } = check(LISTENING, given);
  const behavior = resolveBehavior(given);
  return Object.freeze({ port, host, allowedHosts, tls, secretKey, behavior });
}

/**
 * Completes and checks how the service is to behave.
 *
 * @throws SmsEmulatorError naming the first bad field.
 */
export function resolveBehavior(given: SmsEmulatorBehavior = {}): ResolvedBehavior {
  const behavior = check(BEHAVIOR, given);
  const { strict, limits, delivery, callbackUrl, replyCallbackUrl } = behavior;
  return Object.freeze({
    rules: Object.freeze({
      strict,
      limits: toLimits(limits),
      enforceBalance: strict || limits === 'tencent-default',
      enforceRates: limits === 'tencent-default',
      packageSize: behavior.packageSize,
      blockedCountries: behavior.blockedCountries,
      isRefusedAtTop: behavior.refusalsAt === 'request',
      echoesContext: behavior.echoContext,
    }),
    delivery,
    callbackUrl,
    replyCallbackUrl,
    recordLagMs: behavior.recordLag,
    keepBytes: behavior.keep,
    templates: resolveOwnTemplates(given.templates),
    faults: resolveFaults(given.faults),
  });
}

function resolveFaults(given: unknown = []): readonly SmsEmulatorFault[] {
  if (!Array.isArray(given) || given.length > MAX_FAULTS) {
    throw new SmsEmulatorError(
      'SMS_EMULATOR_OPTIONS_INVALID',
      `faults must be a list of at most ${MAX_FAULTS} faults.`,
      undefined,
      'faults',
    );
  }
  try {
    return parseFaults(given);
  } catch (error) {
    throw error instanceof SmsEmulatorError
      ? new SmsEmulatorError('SMS_EMULATOR_OPTIONS_INVALID', error.message, undefined, 'faults')
      : error;
  }
}

function toLimits(limits: 'off' | 'tencent-default' | SmsFrequencyLimits): SmsFrequencyLimits {
  if (limits === 'tencent-default') {
    return TENCENT_DEFAULT;
  }
  return limits === 'off' ? {} : limits;
}

function check<const Schema extends v.GenericSchema>(
  schema: Schema,
  given: unknown,
): v.InferOutput<Schema> {
  const checked = checkOptions(schema, given);
  if (checked.problems === undefined) {
    return checked.output;
  }
  const [{ field, expected } = { field: '', expected: '' }] = checked.problems;
  const name = field.split('.')[0];
  throw new SmsEmulatorError(
    'SMS_EMULATOR_OPTIONS_INVALID',
    name === '' ? 'The options must be an object.' : `${name} must be ${expected}.`,
  );
}
