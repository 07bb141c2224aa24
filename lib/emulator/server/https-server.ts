import { createServer } from 'node:https';
import type { Server } from 'node:https';
import { SmsEmulatorError } from '../errors/emulator.error.js';
import type { SmsEmulatorTls } from '../engine/emulator.options.js';
import { serve, SERVER_OPTIONS } from './http-server.js';
import type { Respond } from './http-server.js';

/**
 * Puts a network with TLS round the engine.
 *
 * @throws SmsEmulatorError when certificate and key are none, or no pair.
 */
export function createHttpsServer(respondTo: Respond, { cert, key }: SmsEmulatorTls): Server {
  return serve(listenWith(cert, key), respondTo);
}

function listenWith(cert: SmsEmulatorTls['cert'], key: SmsEmulatorTls['key']): Server {
  try {
    return createServer({ ...SERVER_OPTIONS, cert, key });
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'not readable';
    throw new SmsEmulatorError(
      'SMS_EMULATOR_OPTIONS_INVALID',
      `tls must be { cert, key }: a certificate and its private key, both the text of a PEM file (${reason}).`,
    );
  }
}
