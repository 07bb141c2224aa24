import { isObject } from '../api/json-values.js';
import type { SmsKeyDigest } from '../guard/queue.store.js';
import { parseTemplateContent } from '../templates/template-content.js';
import type { SmsTemplateKind } from '../templates/template-content.js';
import { smsTemplate } from '../templates/sms-template.js';
import type { SmsAnyTemplate } from '../templates/sms-template.js';
import type { SmsLooseParams } from '../templates/text-params.js';
import type { JobCipher } from './job-cipher.js';

/** Form of what is written here; a worker that does not know a form leaves the job to others. */
const FORM = 1;

/** Name of the jobs of one text; other jobs of a lane have other names. */
export const TEXT_JOB = 'text';

/** What may name a person. */
export interface PrivatePart {
  readonly key: string;
  readonly to: string;
  readonly values: readonly string[];
  readonly ref?: string | undefined;
  readonly sessionContext?: string | undefined;
}

/** How a text is sent, beside its private part. */
export interface PublicPart {
  readonly template: string;
  /** Of a template whose text is known: marketing has its hours, and the text is looked for by its print. */
  readonly kind?: SmsTemplateKind | undefined;
  readonly text?: string | undefined;
  readonly signName?: string | undefined;
  readonly extendCode?: string | undefined;
  readonly senderId?: string | undefined;
  readonly sdkAppId?: string | undefined;
}

/** A text as it is queued. */
export interface QueuedText extends PublicPart, PrivatePart {
  /** Its key and its text, as digests under each secret. */
  readonly keys: readonly [SmsKeyDigest, ...SmsKeyDigest[]];
  /** When it is due, and from when on it is of no use: milliseconds since 1970. */
  readonly at: number;
  readonly staleAt: number;
}

/** A text as it stands in a job: plain JSON. */
export interface TextJobData extends PublicPart {
  readonly form: typeof FORM;
  readonly keys: readonly [SmsKeyDigest, ...SmsKeyDigest[]];
  readonly at: number;
  readonly staleAt: number;
  /** The private part, encrypted, or as it is where there is no secret. */
  readonly sealed?: string | undefined;
  readonly open?: PrivatePart | undefined;
}

/** What a job turns out to be. */
export type ReadJob =
  | { readonly text: QueuedText }
  /** It can be read by other instances: of a newer version, or with another key. */
  | { readonly foreign: 'form' | 'key' }
  | { readonly broken: true };

/** Makes the data of a job. */
export function toJobData(text: QueuedText, cipher: JobCipher | undefined): TextJobData {
  const { key, to, values, ref, sessionContext, ...rest } = text;
  const open: PrivatePart = { key, to, values, ref, sessionContext };
  return cipher === undefined
    ? { form: FORM, ...rest, open }
    : { form: FORM, ...rest, sealed: cipher.seal(JSON.stringify(open), text.keys[0].id) };
}

/** Reads the data of a job, which anything may have written. */
export function readJobData(data: unknown, cipher: JobCipher | undefined): ReadJob {
  if (!isObject(data) || typeof data['form'] !== 'number') {
    return { broken: true };
  }
  if (data['form'] !== FORM) {
    return { foreign: 'form' };
  }
  const { form: _, sealed, open, ...rest } = data as unknown as TextJobData;
  if (open !== undefined) {
    return { text: { ...rest, ...open } };
  }
  try {
    const opened = cipher?.open(sealed ?? '', rest.keys[0].id);
    return opened === undefined
      ? { foreign: 'key' }
      : { text: { ...rest, ...(JSON.parse(opened) as PrivatePart) } };
  } catch {
    return { broken: true };
  }
}

/** The template of a queued text, and its values as a send takes them. */
export function toSendable({
  template: id,
  kind,
  text,
  values,
}: Pick<QueuedText, 'template' | 'kind' | 'text' | 'values'>): {
  template: SmsAnyTemplate;
  params: SmsLooseParams | undefined;
} {
  if (kind === undefined || text === undefined) {
    return { template: { templateId: id, params: values }, params: undefined };
  }
  const { placeholders } = parseTemplateContent(id, kind, text);
  const isNumbered = placeholders[0] === undefined || placeholders[0] === '1';
  return {
    template: smsTemplate({ id, kind, text }),
    params: isNumbered
      ? values
      : Object.fromEntries(placeholders.map((name, index) => [name, values[index] ?? ''])),
  };
}
