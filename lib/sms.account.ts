import { InFlight } from './client/in-flight.js';
import type { ClosableTransport, ShutDownReason } from './client/in-flight.js';
import { SmsClient } from './client/sms.client.js';
import { AxiosTransport } from './http/axios.transport.js';
import type { ConnectionUser } from './http/shared-connections.js';
import type { SmsTransport } from './http/transport.js';
import { UndiciTransport } from './http/undici.transport.js';
import { BatchSender } from './sending/batch.sender.js';
import { OutcomeRates } from './sending/outcome-rates.js';
import { OutcomeReporter } from './sending/outcome-reporter.js';
import type { SendObserver } from './sending/send-observer.js';
import { SmsSender } from './sending/sms.sender.js';
import type { SmsSigner } from './signing/signer.js';
import { Tc3Signer } from './signing/tc3.signer.js';
import { V1Signer } from './signing/v1.signer.js';
import { SmsLogger } from './sms.logger.js';
import { findDoubts } from './sms.options.js';
import type { ResolvedSmsOptions, SmsConnection } from './sms.options.js';
import { SmsService } from './sms.service.js';

/** The parts of an account that may be replaced. */
export interface SmsAccountParts {
  /** Name of the account, in logs and traces. */
  readonly name?: string | undefined;
  readonly signer?: SmsSigner | undefined;
  readonly transport: SmsTransport;
}

/** An account outside Nest's container: its service, and what closes it. */
export class SmsAccount {
  readonly sms: SmsService;
  /** All that is in flight holds it. */
  readonly inFlight = new InFlight();
  private readonly logger: SmsLogger;

  constructor(
    readonly options: ResolvedSmsOptions,
    { name, signer = createSigner(options), transport }: SmsAccountParts,
  ) {
    const { inFlight } = this;
    const events = new SmsLogger(name);
    const rates = new OutcomeRates();
    const client = new SmsClient(options, signer, transport, { account: name, events, inFlight });
    const sender = createSender(client, options, { account: name, events, inFlight, rates });
    this.sms = new SmsService(client, sender, rates);
    this.logger = events;
  }

  /** Warns of options that are likely wrong. */
  warnOfDoubts(): void {
    for (const doubt of findDoubts(this.options)) {
      this.logger.onDoubt(doubt);
    }
  }

  /**
   * Waits for the sends in flight, no longer than `timeoutMs`; as long after that new ones are refused.
   * Called again, it gives the same promise.
   */
  async shutDown(
    transport: ClosableTransport,
    {
      timeoutMs = this.options.shutdownTimeoutMs,
      reason,
    }: { timeoutMs?: number; reason?: ShutDownReason } = {},
  ): Promise<void> {
    await this.inFlight.shutDown(timeoutMs, transport, reason);
  }
}

/** The signer that `signMethod` names, or that of the options. */
export function createSigner({ signer, signMethod }: ResolvedSmsOptions): SmsSigner {
  return signer ?? (signMethod === 'TC3-HMAC-SHA256' ? new Tc3Signer() : new V1Signer(signMethod));
}

/** @param user where many accounts are closed together */
export function createTransport(
  { http, ...connection }: SmsConnection,
  user?: ConnectionUser,
): SmsTransport {
  const transport =
    user === undefined
      ? new UndiciTransport(connection)
      : UndiciTransport.sharing(connection, user);
  return http === undefined ? transport : new AxiosTransport(http, transport);
}

/** What a sender shares with the rest of its account. */
export interface SmsSenderContext {
  readonly account: string | undefined;
  readonly events: SmsLogger;
  readonly inFlight: InFlight;
  readonly rates: OutcomeRates;
}

/** The sender of an account. */
export function createSender(
  client: SmsClient,
  { signName, now }: ResolvedSmsOptions,
  { account, events, inFlight, rates }: SmsSenderContext,
): SmsSender {
  const observers: SendObserver[] = [rates, new OutcomeReporter(events)];
  const batches = new BatchSender(client, { account, inFlight, observers });
  return new SmsSender(batches, { signName, now, inFlight, observers });
}
