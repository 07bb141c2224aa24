import type { SmsDeliveryMode } from '../carrier/delivery.js';
import type { EngineOptions } from './engine.js';
import { TENCENT_DEFAULT } from '../records/frequency.js';
import type { SmsFrequencyLimits } from '../records/frequency.js';
import { SmsEmulatorError } from '../errors/emulator.error.js';

/** Public on purpose: it protects nothing but the form of the requests. */
export const DEFAULT_SECRET_KEY = 'emulator-secret-key';

/**
 * How the emulated service behaves.
 *
 * @publicApi
 */
export interface SmsEmulatorBehavior {
  /**
   * Refuse applications, templates and signatures that nobody added, and sends that the package does
   * not cover, as Tencent does. Otherwise the first are learned from the request that names them, and
   * the package never ends.
   * @default false
   */
  strict?: boolean | undefined;
  /**
   * How often a number may be texted: `'tencent-default'` is the same text once in 30 seconds and ten
   * texts a day, and the package ends as with `strict`. Tencent names no default for an hour: give
   * limits of your own for that.
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
   * Countries that no application may send to: ISO codes such as `MY`, or calling codes such as `44`,
   * which is the way for a code that several countries share.
   * @default none
   */
  blockedCountries?: readonly string[] | undefined;
  /**
   * Segments in the package of each application.
   * @default 10000
   */
  packageSize?: number | undefined;
}

/**
 * Options of the emulator.
 *
 * @publicApi
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
   * The SecretKey that requests must be signed with. Any SecretId is accepted.
   * @default 'emulator-secret-key'
   */
  secretKey?: string | undefined;
}

/** Behaviour with nothing left open. */
export type ResolvedBehavior = Pick<
  EngineOptions,
  'rules' | 'delivery' | 'callbackUrl' | 'replyCallbackUrl'
>;

/** Options with nothing left open. */
export interface ResolvedEmulatorOptions {
  readonly port: number;
  readonly host: string;
  readonly secretKey: string;
  readonly behavior: ResolvedBehavior;
}

const MAX_PORT = 65_535;
const DEFAULT_PACKAGE = 10_000;
const DELIVERY_MODES: readonly SmsDeliveryMode[] = ['instant', 'realistic', 'slow', 'never'];
const LIMITS = ['sameTextPer30Seconds', 'perHour', 'perDay', 'sameTextPerDay'];

/**
 * Completes and checks options. Values may come from plain JavaScript, so their types are checked too.
 *
 * @throws SmsEmulatorError naming the field.
 */
export function resolveEmulatorOptions(given: SmsEmulatorOptions = {}): ResolvedEmulatorOptions {
  const port: unknown = given.port ?? 0;
  const host: unknown = given.host ?? '127.0.0.1';
  const secretKey: unknown = given.secretKey ?? DEFAULT_SECRET_KEY;
  if (!isWhole(port) || port > MAX_PORT) {
    throw invalid(`port must be a whole number from 0 to ${MAX_PORT}.`);
  }
  if (typeof host !== 'string' || host === '' || /\s/.test(host)) {
    throw invalid('host must be an address or a host name, such as 127.0.0.1.');
  }
  if (typeof secretKey !== 'string' || secretKey === '' || secretKey !== secretKey.trim()) {
    throw invalid('secretKey must be a text without blanks around it, and not empty.');
  }
  return { port, host, secretKey, behavior: resolveBehavior(given) };
}

/**
 * Completes and checks how the service is to behave.
 *
 * @throws SmsEmulatorError naming the field.
 */
export function resolveBehavior(given: SmsEmulatorBehavior = {}): ResolvedBehavior {
  const strict: unknown = given.strict ?? false;
  const blockedCountries: unknown = given.blockedCountries ?? [];
  const packageSize: unknown = given.packageSize ?? DEFAULT_PACKAGE;
  if (typeof strict !== 'boolean') {
    throw invalid('strict must be true or false.');
  }
  const delivery = DELIVERY_MODES.find((mode) => mode === (given.delivery ?? 'instant'));
  if (delivery === undefined) {
    throw invalid(`delivery must be one of ${DELIVERY_MODES.join(', ')}.`);
  }
  if (!isCountries(blockedCountries)) {
    throw invalid(
      'blockedCountries must be a list of ISO codes such as MY or calling codes such as 44.',
    );
  }
  if (!isWhole(packageSize)) {
    throw invalid('packageSize must be a whole number of segments from 0.');
  }
  const limits = resolveLimits(given.limits ?? 'off');
  return {
    rules: {
      strict,
      limits,
      enforceBalance: strict || given.limits === 'tencent-default',
      packageSize,
      blockedCountries: [...blockedCountries],
    },
    delivery,
    callbackUrl: readUrl('callbackUrl', given.callbackUrl),
    replyCallbackUrl: readUrl('replyCallbackUrl', given.replyCallbackUrl),
  };
}

function resolveLimits(given: unknown): SmsFrequencyLimits {
  if (given === 'off') {
    return {};
  }
  if (given === 'tencent-default') {
    return TENCENT_DEFAULT;
  }
  const isLimits =
    typeof given === 'object' &&
    given !== null &&
    Object.entries(given).every(
      ([name, value]) => LIMITS.includes(name) && (value === undefined || isWhole(value)),
    );
  if (!isLimits) {
    throw invalid(
      `limits must be off, tencent-default, or an object of whole numbers: ${LIMITS.join(', ')}.`,
    );
  }
  return { ...given };
}

function readUrl(field: string, url: unknown): string | undefined {
  if (url === undefined) {
    return undefined;
  }
  if (typeof url !== 'string' || !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw invalid(`${field} must be a URL with http or https.`);
  }
  return url;
}

function isCountries(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) &&
    value.every((one) => typeof one === 'string' && /^(?:[A-Z]{2}|[1-9]\d{0,2})$/.test(one))
  );
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function invalid(message: string): SmsEmulatorError {
  return new SmsEmulatorError('SMS_EMULATOR_OPTIONS_INVALID', message);
}
