/** Token of the options, checked and completed. */
export const SMS_DELIVERY_OPTIONS = Symbol.for('nestjs-tencentcloud-sms:delivery-options');
