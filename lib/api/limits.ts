// Documented limits. Tencent may raise them, so they guide us and never correct a raw request.

/** Most numbers in one `SendSms`, and most messages in one `SendMultiGlobalSms`. */
export const MAX_RECIPIENTS_PER_CALL = 200;

/** Largest query string of a GET, in bytes. */
export const MAX_QUERY_BYTES = 32 * 1024;

/** Largest body of a POST signed with TC3, in bytes. */
export const MAX_TC3_BODY_BYTES = 10 * 1024 * 1024;

/** Largest body of a POST signed with HmacSHA1 or HmacSHA256, in bytes. */
export const MAX_V1_BODY_BYTES = 1024 * 1024;

/** Most seconds that the timestamp of a request may be off. */
export const MAX_CLOCK_SKEW_SECONDS = 300;
