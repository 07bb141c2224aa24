import { registerAs } from '@nestjs/config';
import type { SmsModuleOptions } from '../sms.options.js';
import { readSmsEnv } from './read-sms-env.js';

/**
 * The options of one account, read from the environment.
 *
 * Checks what it reads by itself: every variable that is missing or can't be used stops the boot
 * with its name, all of them at once.
 *
 * @example
 * `@Module({ imports: [ConfigModule.forRoot(), SmsModule.forRootAsync(smsConfig.asProvider())] })`
 *
 * @throws SmsOptionsError
 */
export const smsConfig = registerAs('sms', (): SmsModuleOptions => readSmsEnv(process.env));
