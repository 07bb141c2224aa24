import { InFlight } from '../client/in-flight.js';
import { SmsClient } from '../client/sms.client.js';
import { UndiciTransport } from '../http/undici.transport.js';
import { BatchSender } from '../sending/batch.sender.js';
import { OutcomeRates } from '../sending/outcome-rates.js';
import { SmsSender } from '../sending/sms.sender.js';
import { Tc3Signer } from '../signing/tc3.signer.js';
import { resolveSmsOptions } from '../sms.options.js';
import type { SmsModuleOptions } from '../sms.options.js';
import { SmsService } from '../sms.service.js';

/** An account that a command talks to. */
export interface Account {
  readonly sms: SmsService;
  /** Closes its connections, so that the process can end. */
  close(): Promise<void>;
}

/**
 * Opens an account without an app around it, and without its log, which would stand among the lines of
 * the command.
 *
 * @throws SmsOptionsError with one sentence for every bad field.
 */
export function openAccount(given: SmsModuleOptions): Account {
  const options = resolveSmsOptions(given);
  const transport = new UndiciTransport(options.connection());
  const inFlight = new InFlight();
  const rates = new OutcomeRates();
  const client = new SmsClient(options, new Tc3Signer(), transport, { inFlight });
  const batches = new BatchSender(client, { account: undefined, inFlight, observers: [rates] });
  const { signName, now } = options;
  const sender = new SmsSender(batches, { signName, now, inFlight, observers: [rates] });
  return {
    sms: new SmsService(client, sender, rates),
    close: async () => transport.close(),
  };
}
