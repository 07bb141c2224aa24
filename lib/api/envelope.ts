// The frame around every request and answer of Tencent Cloud API 3.0.

/** Version of the SMS API, sent as `X-TC-Version`. */
export const API_VERSION = '2021-01-11';

/** What every successful answer carries. */
export interface ResponseEnvelope {
  /** Id that Tencent gave the call; support cases are opened with it. */
  RequestId: string;
}

/** `Response.Error` of an answer; HTTP status is 200 all the same. */
export interface ApiErrorBody {
  /** Such as `AuthFailure.SignatureFailure`: a family, a dot, a reason. */
  Code: string;
  /** Prose in the language of `X-TC-Language`; may change, so never parse it. */
  Message: string;
}

/** `Code` of a recipient, or of a looked-up number, that went well: exactly this, never `OK` or `ok`. */
export const ITEM_OK = 'Ok';
