import * as v from 'valibot';
import { findEnvIssues } from './read-sms-env.js';
import type { SmsEnv } from './read-sms-env.js';

/**
 * The environment variables of one account, as a Standard Schema. Lets all others pass untouched.
 *
 * `ConfigModule.forRoot({ validationSchema: smsEnvSchema })` needs `@nestjs/config` 12. With 4 leave
 * it out: `smsConfig` checks what it reads by itself.
 *
 * @see https://standardschema.dev
 * @publicApi
 */
export const smsEnvSchema = v.pipe(
  v.record(v.string(), v.unknown()),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) {
      return;
    }
    const env: SmsEnv = dataset.value;
    for (const { field, message } of findEnvIssues(env)) {
      addIssue({
        message: message.replace(`${field} `, ''),
        // An issue gets printed, and the values beside this one are secrets.
        input: undefined,
        path: [{ type: 'object', origin: 'value', input: {}, key: field, value: '' }],
      });
    }
  }),
);
