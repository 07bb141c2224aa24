import * as v from 'valibot';
import { findEnvIssues } from './read-sms-env.js';
import type { SmsEnv } from './read-sms-env.js';

/** Why an environment is refused: a sentence, and the name of the variable as its path. */
export interface SmsEnvIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** The environment as it came, or what is wrong with it. */
export type SmsEnvResult =
  | { readonly value: Record<string, unknown>; readonly issues?: undefined }
  | { readonly issues: readonly SmsEnvIssue[] };

/**
 * A Standard Schema of an environment, in the form that every library which takes one reads.
 *
 * @see https://standardschema.dev
 */
export interface SmsEnvSchema {
  readonly '~standard': {
    /** Version of the specification. */
    readonly version: 1;
    /** The library that checks. */
    readonly vendor: string;
    readonly validate: (value: unknown) => SmsEnvResult | Promise<SmsEnvResult>;
    /** What goes in and comes out, for the compiler only. */
    readonly types?:
      | { readonly input: Record<string, unknown>; readonly output: Record<string, unknown> }
      | undefined;
  };
}

/**
 * The environment variables of one account, as a Standard Schema. Lets all others pass untouched.
 *
 * `ConfigModule.forRoot({ validationSchema: smsEnvSchema })` needs `@nestjs/config` 12. With 4 leave
 * it out: `smsConfig` checks what it reads by itself.
 *
 * @see https://standardschema.dev
 */
export const smsEnvSchema: SmsEnvSchema = v.pipe(
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
