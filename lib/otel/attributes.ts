import type { Attributes } from '@opentelemetry/api';
import type { SmsRequestTrace } from '../client/request-channel.js';
import { currentCode, describeSmsError } from '../errors/error-catalogue.js';

/** The attributes of every span and every measurement of a call. */
export function describeCall({ action, account, host }: SmsRequestTrace): Attributes {
  const { hostname, port } = new URL(`http://${host}`);
  return {
    'rpc.system': 'tencentcloud',
    'rpc.service': 'sms',
    'rpc.method': action,
    'server.address': hostname,
    ...(port === '' ? {} : { 'server.port': Number(port) }),
    ...describeAccount(account),
  };
}

/** Which account it was, where accounts have names. */
export function describeAccount(account: string | undefined): Attributes {
  return account === undefined ? {} : { 'sms.account': account };
}

/**
 * A code for a label: one of the catalogue in its documented spelling, so that the number of labels
 * is bounded and nothing confidential can pass for a code.
 */
export function toErrorType(code: string): string {
  return describeSmsError(code).known ? currentCode(code) : '_OTHER';
}
