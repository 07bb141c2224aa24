/** Token of the options, checked and completed. */
export const SMS_OPTIONS = Symbol.for('nestjs-tencentcloud-sms:options');

/**
 * Token of the signer; override it in tests.
 *
 * @publicApi
 */
export const SMS_SIGNER = Symbol.for('nestjs-tencentcloud-sms:signer');

/**
 * Token of the transport; override it in tests.
 *
 * @publicApi
 */
export const SMS_TRANSPORT = Symbol.for('nestjs-tencentcloud-sms:transport');
