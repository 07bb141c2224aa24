// What Tencent POSTs to the callback URLs of an application.

/**
 * One report of the status callback, whose body is a list of 1 to 100 of them.
 *
 * @see https://cloud.tencent.com/document/product/382/59178
 */
export interface StatusCallbackItem {
  /** `yyyy-MM-dd HH:mm:ss`, China time. */
  user_receive_time: string;
  /** Country code without a plus. */
  nationcode: string;
  /** The number without its country code. */
  mobile: string;
  report_status: 'SUCCESS' | 'FAIL';
  /** The carrier's receipt code, `DELIVRD` on success. */
  errmsg: string;
  /** The receipt in words, in Chinese; may change, so never parse it. */
  description: string;
  /** `SerialNo` of the send. */
  sid: string;
  /** `SessionContext` of the send; only where Tencent has enabled it. */
  ext?: string;
}

/**
 * The body of the reply callback: one reply.
 *
 * @see https://cloud.tencent.com/document/product/382/59179
 */
export interface ReplyCallback {
  extend: string;
  /** The number without its country code. */
  mobile: string;
  /** Country code without a plus. */
  nationcode: string;
  /** The signature of the text that the phone replies to, without brackets. */
  sign: string;
  text: string;
  /** UNIX time in seconds. */
  time: number;
}
