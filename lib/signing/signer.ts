/** Key pair of a Tencent Cloud account, sub-account or role. */
export interface SmsCredentials {
  /** Public half, sent with every request. */
  secretId: string;
  /** Secret half; signs, and never leaves the process. */
  secretKey: string;
  /** Session token; only with temporary credentials (STS, roles). */
  token?: string | undefined;
}

/** One call of the API before it takes its form on the wire. */
export interface SmsCall {
  /** HTTP method. */
  method: 'GET' | 'POST';
  /** Host as it will be sent, with the port when the URL has one. */
  host: string;
  /** Such as `SendSms`. */
  action: string;
  /** Such as `2021-01-11`. */
  version: string;
  /** Such as `ap-guangzhou`. */
  region: string;
  /** Language of Tencent's messages. */
  language?: 'zh-CN' | 'en-US' | undefined;
  /** UNIX time in seconds. */
  timestamp: number;
  /** Members of the request, in Tencent's spelling. */
  params: object;
}

/** A call ready for the wire. `body` and `queryString` must be sent exactly as they are. */
export interface SmsSignedCall {
  /** Every header except `Host` and `Content-Length`. */
  headers: Record<string, string>;
  /** Text after the question mark; `''` for a POST. */
  queryString: string;
  /** `''` for a GET. */
  body: string;
}

/**
 * Encodes and signs calls. Both in one, because Tencent signs the encoded bytes.
 *
 * Replace it through the option `signer`, or in a test with `overrideProvider(SMS_SIGNER)`.
 */
export interface SmsSigner {
  /** Signs one attempt of a call. What it throws becomes an `SmsError` with the code `SMS_SIGNING_FAILED`. */
  sign(call: SmsCall, credentials: SmsCredentials): SmsSignedCall | Promise<SmsSignedCall>;
}
