import type { SmsAction } from '../api/actions.js';
import { API_VERSION } from '../api/envelope.js';
import { obtainCredentials } from '../credentials/credentials-provider.js';
import { SmsCredentialsError } from '../errors/credentials.error.js';
import { toSafeCause } from '../errors/safe-cause.js';
import { SmsError } from '../errors/sms.error.js';
import { SmsAbortError } from '../errors/transport.errors.js';
import type { SmsCredentials, SmsSignedCall, SmsSigner } from '../signing/signer.js';
import { withDeadline } from '../time/with-deadline.js';
import { assertSize } from './assert-size.js';
import type { SmsClientOptions } from './client-options.js';

/** What bounds a provider of credentials, or a signer, that is not ready at once. */
interface Patience {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** What is signed, beside the options of the account. */
interface Unsigned {
  readonly action: SmsAction;
  readonly params: object;
  /** As it is signed, with the port. */
  readonly host: string;
  /** Milliseconds since 1970, by Tencent's clock. */
  readonly nowMs: number;
}

/** Obtains credentials and signs requests with them, neither without bounds. */
export class RequestSigner {
  constructor(
    private readonly options: SmsClientOptions,
    private readonly signer: SmsSigner,
  ) {}

  /**
   * The credentials for an attempt.
   *
   * @param refused those that Tencent refused, so that the provider gives newer ones
   * @throws SmsCredentialsError; SmsAbortError when the signal fires first.
   */
  async obtainCredentials(
    refused: SmsCredentials | undefined,
    { timeoutMs, signal }: Patience,
  ): Promise<SmsCredentials> {
    const ask = refused === undefined ? undefined : { refused };
    return withDeadline(() => obtainCredentials(this.options.credentials, ask), {
      signal,
      onAbort: throwAborted,
      timeoutMs,
      onTimeout: () => {
        throw new SmsCredentialsError(
          `The credentials provider gave nothing within ${timeoutMs} ms.`,
        );
      },
    });
  }

  /**
   * A signed call. Made anew for each attempt: a timestamp is good for five minutes only, and a
   * signature for one host.
   *
   * @throws SmsError with the code `SMS_SIGNING_FAILED`; SmsAbortError when the signal fires first.
   */
  async sign(
    { action, params, host, nowMs }: Unsigned,
    credentials: SmsCredentials,
    { timeoutMs, signal }: Patience,
  ): Promise<SmsSignedCall> {
    const { method, region, language } = this.options;
    const timestamp = Math.floor(nowMs / 1000);
    const version = API_VERSION;
    const call = { method, host, action, version, region, language, timestamp, params };
    const fail = (what: string, cause?: unknown) =>
      new SmsError(`${action}: the signer ${what}, so nothing was sent.`, {
        code: 'SMS_SIGNING_FAILED',
        cause,
      });
    let signed: Partial<SmsSignedCall> | null | undefined;
    try {
      signed = await withDeadline(() => this.signer.sign(call, credentials), {
        signal,
        onAbort: throwAborted,
        timeoutMs,
        onTimeout: () => {
          throw fail(`gave nothing within ${timeoutMs} ms`);
        },
      });
    } catch (error) {
      throw error instanceof SmsError ? error : fail('failed', toSafeCause(error));
    }
    if (!isSignedCall(signed)) {
      throw fail('gave no signed call');
    }
    assertSize(action, signed, this.options);
    return signed;
  }
}

function throwAborted(reason: unknown): never {
  throw new SmsAbortError('Aborted before the request was sent.', 'connect', reason);
}

// Signers may be custom, and mocked ones may return undefined.
function isSignedCall(signed: Partial<SmsSignedCall> | null | undefined): signed is SmsSignedCall {
  return (
    typeof signed?.queryString === 'string' &&
    typeof signed.body === 'string' &&
    typeof signed.headers === 'object' &&
    signed.headers !== null
  );
}
