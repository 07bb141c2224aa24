import type { SmsTransport } from '../http/transport.js';

/** Marks a transport that does not lead to Tencent, whose rates then mean nothing to it. */
export const UNPACED = Symbol('nestjs-tencentcloud-sms:unpaced');

/** Whether what is sent to a host over a transport counts for Tencent's rates. */
export function isPaced(hostname: string, transport: SmsTransport): boolean {
  return !(UNPACED in transport) && !LOOPBACK.test(hostname);
}

/** As `URL` writes the names. */
const LOOPBACK =
  /^(?:(?:.+\.)?localhost\.?|127(?:\.\d+){3}|\[::1\]|\[::ffff:7f[\da-f]{2}:[\da-f]+\])$/;
