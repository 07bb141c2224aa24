import type { SmsTransport } from '../http/transport.js';
import type { SmsClientOptions } from './client-options.js';
import { isPaced } from './unpaced.js';

/** A place where the API is. */
export interface Endpoint {
  readonly origin: string;
  /** As it is signed, with the port. */
  readonly host: string;
  /** Whether Tencent's rates are kept there. */
  readonly paced: boolean;
}

/** The endpoint of an account, and its backup where there is one. */
export class Endpoints {
  private readonly list: readonly Endpoint[];

  constructor({ endpoint, backupEndpoint, pace }: SmsClientOptions, transport: SmsTransport) {
    this.list = [endpoint, backupEndpoint]
      .filter((origin) => origin !== undefined)
      .map((origin) => {
        const { host, hostname } = new URL(origin);
        return { origin, host, paced: pace !== false && isPaced(hostname, transport) };
      });
  }

  /**
   * The one to try next: the backup's turn comes only when no connection came about, and goes the
   * same way.
   *
   * @param unreachable attempts of the call that could not connect
   */
  after(unreachable: number): Endpoint {
    return this.list[unreachable % this.list.length] as Endpoint;
  }
}
