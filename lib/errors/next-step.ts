import type { SmsErrorDescription } from './error-description.js';

/** The command that looks at all that a text needs. */
export const DOCTOR = 'npx nestjs-tencentcloud-sms doctor';

/**
 * A sentence that names the command which finds the cause, with a blank before it: for keys, permissions,
 * the clock, the region and the application, which are set up once and outside the code. Else nothing.
 */
export function nextStep({ code, family, owner }: SmsErrorDescription): string {
  const isSetUp =
    family === 'authentication' || family === 'permission' || code === 'UnsupportedRegion';
  return isSetUp && owner === 'operator' ? ` Find the cause with: ${DOCTOR}.` : '';
}
