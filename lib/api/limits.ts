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

/**
 * Most characters of a text, its values and signature included; UTF-16 units, as segments are counted.
 * Abroad a newer page says 2000 and an older one 500, so that Tencent decides between them.
 *
 * @see https://www.tencentcloud.com/document/product/382/18052
 */
export const MAX_TEXT_CHARACTERS = { mainland: 500, international: 2000 } as const;

/** Largest `SessionContext`, in bytes: documented as less than 512. */
export const MAX_SESSION_CONTEXT_BYTES = 511;

/** Fewest characters of a signature, without brackets. */
export const MIN_SIGN_CHARACTERS = 2;

/** Most characters of a signature, without brackets. */
export const MAX_SIGN_CHARACTERS = { mainland: 12, international: 15 } as const;

/** Most signatures, or templates, that one call lists. */
export const MAX_LISTED_REVIEWS = 100;

/** Most items of one call that pulls statuses or replies. */
export const MAX_PULLED_ITEMS = 100;

/** Most packages that one call of `SmsPackagesStatistics` lists. */
export const MAX_LISTED_PACKAGES = 500;
