/** Why no connection came about at a proxy. Names neither the proxy nor its password. */
export class ProxyFailure extends Error {
  override readonly name = 'ProxyFailure';

  /** @param reason a sentence, as it is shown */
  constructor(
    readonly reason: string,
    readonly code: string,
    options?: ErrorOptions,
  ) {
    super(reason, options);
  }

  /** What bytes behind the answer to CONNECT mean. */
  static talkative(): ProxyFailure {
    const reason = 'No connection: the proxy said more than that it connected.';
    return new ProxyFailure(reason, 'PROXY_TALKATIVE');
  }

  /** What an answer other than 2xx to CONNECT means. */
  static refused(status: number): ProxyFailure {
    const reason =
      status === 407
        ? 'the proxy wants a user and a password, or other ones (407).'
        : `the proxy refused to connect (${status}).`;
    return new ProxyFailure(`No connection: ${reason}`, `PROXY_${status}`);
  }
}
