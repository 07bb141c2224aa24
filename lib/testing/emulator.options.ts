import { SmsEmulatorError } from './emulator.error.js';

/** Public on purpose: it protects nothing but the form of the requests. */
export const DEFAULT_SECRET_KEY = 'emulator-secret-key';

/**
 * Options of the emulator.
 *
 * @publicApi
 */
export interface SmsEmulatorOptions {
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
  /**
   * Refuse applications, templates and signatures that nobody added, as Tencent does. Otherwise they
   * are learned from the first request that names them.
   * @default false
   */
  strict?: boolean | undefined;
}

/** Options with nothing left open. */
export interface ResolvedEmulatorOptions {
  readonly port: number;
  readonly host: string;
  readonly secretKey: string;
  readonly strict: boolean;
}

const MAX_PORT = 65_535;

/**
 * Completes and checks options. Values may come from plain JavaScript, so their types are checked too.
 *
 * @throws SmsEmulatorError naming the field.
 */
export function resolveEmulatorOptions(given: SmsEmulatorOptions = {}): ResolvedEmulatorOptions {
  const port: unknown = given.port ?? 0;
  const host: unknown = given.host ?? '127.0.0.1';
  const secretKey: unknown = given.secretKey ?? DEFAULT_SECRET_KEY;
  const strict: unknown = given.strict ?? false;
  if (typeof port !== 'number' || !Number.isInteger(port) || port < 0 || port > MAX_PORT) {
    throw invalid(`port must be a whole number from 0 to ${MAX_PORT}.`);
  }
  if (typeof host !== 'string' || host === '' || /\s/.test(host)) {
    throw invalid('host must be an address or a host name, such as 127.0.0.1.');
  }
  if (typeof secretKey !== 'string' || secretKey === '' || secretKey !== secretKey.trim()) {
    throw invalid('secretKey must be a text without blanks around it, and not empty.');
  }
  if (typeof strict !== 'boolean') {
    throw invalid('strict must be true or false.');
  }
  return { port, host, secretKey, strict };
}

function invalid(message: string): SmsEmulatorError {
  return new SmsEmulatorError('SMS_EMULATOR_OPTIONS_INVALID', message);
}
