import type { Job } from 'bullmq';
import type { SmsFieldIssue } from '../errors/sms.error.js';
import { SmsOptionsError } from '../errors/options.error.js';
import { SmsError } from '../errors/sms.error.js';
import { SmsValidationError } from '../errors/validation.error.js';
import type { SmsJobResult } from '../delivery/job-outcome.js';
import { readGuardedText, staleAtOf } from '../guard/guarded-text.js';
import type { SmsKeyDigest, SmsMarker } from '../guard/queue.store.js';
import { prepareText } from '../sending/prepare-text.js';
import type { PreparedText, SmsSendSettings } from '../sending/prepare-text.js';
import { readObject } from '../sending/read-object.js';
import { readTemplate } from '../sending/send-input.js';
import { checkTextLength, checkValueLengths } from '../templates/check-params.js';
import { isRawTemplate, templateFor } from '../templates/render-params.js';
import type { SmsAnyTemplate, SmsTemplateInput } from '../templates/sms-template.js';
import { DURATION_FORM, parseDuration } from '../time/duration.js';
import type { SmsDuration } from '../time/duration.js';
import { TEXT_JOB, toJobData } from './job-data.js';
import type { QueuedText, TextJobData } from './job-data.js';
import { LANES, laneOf } from './lanes.js';
import type { SmsQueueLane } from './lanes.js';
import type { QueueContext } from './queue-context.js';

/** One text to one phone, to be sent by a worker. */
export type SmsQueueInput<Template extends SmsAnyTemplate> = Omit<SmsSendSettings, 'track'> &
  SmsTemplateInput<Template> & {
    /** A phone number: E.164, or any form that Tencent takes for the mainland. */
    to: string;
    /**
     * What the text is for, such as `shipped-1042`: of all calls with the same key one text goes out, for
     * 7 days from its end. At most 200 characters; kept as a digest.
     */
    key: string;
    /**
     * When it is to leave; a number is milliseconds since 1970.
     * @default now
     */
    at?: Date | number | undefined;
    /**
     * From when on it is of no use, counted from `at`; it is then not sent.
     * @default its minutes for a code, five at most; a day for a notification; the end of the next day's window for marketing
     */
    staleAfter?: SmsDuration | undefined;
  };

/** What `enqueue` says. */
export interface SmsQueued {
  readonly key: string;
  /** `known`: it was queued before, whatever became of it. Of simultaneous calls several may say `queued`. */
  readonly state: 'queued' | 'known';
}

/** What became of a key. */
export interface SmsQueuedOutcome {
  /**
   * `settling`: it may have been sent, and is looked for. `stale`: it was not sent in time. `done`: see
   * `outcome`.
   */
  readonly state:
    'queued' | 'sending' | 'settling' | 'done' | 'stale' | 'cancelled' | 'unknown-key';
  readonly outcome?: SmsJobResult | undefined;
}

const SETTINGS = [
  'signName',
  'sessionContext',
  'extendCode',
  'senderId',
  'sdkAppId',
  'ref',
] as const satisfies readonly (keyof SmsSendSettings)[];
const MEMBERS: ReadonlySet<string> = new Set([
  'to',
  'params',
  'key',
  'at',
  'staleAfter',
  ...SETTINGS,
]);
const LONGEST_KEY = 200;
/** How long BullMQ shows jobs that ended: keys are kept apart from that. */
const KEEP_COMPLETED = { age: 3600, count: 1000 };
const KEEP_FAILED = { age: 7 * 24 * 3600, count: 1000 };

/**
 * Queues texts over Redis, so that any instance may send them, each key once.
 *
 * @example
 * await this.queue.enqueue(OrderShipped, { to, params: { order: id }, key: `shipped-${id}` });
 */
export class SmsQueue {
  /** Held in a closure, so that `util.inspect` prints no secret. */
  private readonly context: () => QueueContext;

  /** @internal Made by `SmsQueueModule`. */
  constructor(context: QueueContext) {
    this.context = () => context;
  }

  /**
   * Queues a text. Only once it has resolved the text is sure to go out.
   *
   * @throws SmsValidationError for what could not be sent; SmsError with the code `SMS_KEY_REUSED` when
   * the key stands for another text; SmsOptionsError for a verification text without `encrypt` in
   * production, and in a process with the role `worker`; what Redis throws.
   */
  async enqueue<Template extends SmsAnyTemplate>(
    template: Template,
    input: SmsQueueInput<Template>,
  ): Promise<SmsQueued> {
    const context = this.context();
    context.assertProduces();
    const { key, text, lane } = await this.read(template, input);
    if (lane === 'verification' && context.refusesCodes) {
      throw new SmsOptionsError([UNENCRYPTED]);
    }
    const known = await this.isKnown(text);
    if (known) {
      return { key, state: 'known' };
    }
    const delay = Math.max(0, text.at - context.now());
    await context.queueOf(lane).add(TEXT_JOB, toJobData(text, context.cipher), {
      jobId: text.keys[0].id,
      attempts: 1,
      delay,
      removeOnComplete: KEEP_COMPLETED,
      removeOnFail: KEEP_FAILED,
    });
    return { key, state: 'queued' };
  }

  /**
   * Keeps a text from being sent. `too-late` when a worker has begun it or it has ended: see `outcome`.
   *
   * @throws what Redis throws.
   */
  async cancel(key: string): Promise<'cancelled' | 'too-late' | 'unknown-key'> {
    const context = this.context();
    const ids = this.idsOf(key);
    const [marker, job] = await Promise.all([context.store.find(ids), this.findJob(ids)]);
    if (marker === undefined && job === undefined) {
      return 'unknown-key';
    }
    const state = await context.guard.cancel(key);
    if (state === 'cancelled') {
      // One that a worker has at the moment finds itself cancelled.
      await job?.remove().catch(() => undefined);
    }
    return state;
  }

  /**
   * What became of a text.
   *
   * @throws what Redis throws.
   */
  async outcome(key: string): Promise<SmsQueuedOutcome> {
    const context = this.context();
    const ids = this.idsOf(key);
    const marker = await context.store.find(ids);
    if (marker !== undefined) {
      return toOutcome(marker);
    }
    return { state: (await this.findJob(ids)) === undefined ? 'unknown-key' : 'queued' };
  }

  /**
   * Keeps the texts of a lane from being begun, by any instance, until `resume`. What is in flight still
   * leaves.
   *
   * @throws what Redis throws.
   */
  async pause(lane: SmsQueueLane): Promise<void> {
    const context = this.context();
    await context.guard.pause(lane);
  }

  /**
   * Has the texts of a lane go on, also where it had paused by itself.
   *
   * @throws what Redis throws.
   */
  async resume(lane: SmsQueueLane): Promise<void> {
    const context = this.context();
    await context.guard.resume(lane);
    await context.queueOf(lane).removeRateLimitKey();
  }

  private async read(
    given: SmsAnyTemplate,
    input: unknown,
  ): Promise<{ key: string; text: QueuedText; lane: SmsQueueLane }> {
    const context = this.context();
    const { members, issues } = readObject(input, MEMBERS, 'enqueue');
    const { to, params, key, at = context.now(), staleAfter, ...settings } = members;
    const dueAt = at instanceof Date ? at.getTime() : at;
    const all: SmsFieldIssue[] = [
      ...issues,
      ...keyIssues(key),
      ...(isMoment(dueAt) ? [] : [NO_MOMENT]),
      ...(staleAfter === undefined || (parseDuration(staleAfter) ?? 0) > 0 ? [] : [NO_LENGTH]),
    ];
    if (all.length > 0) {
      throw new SmsValidationError(all);
    }
    const template = readTemplate(given);
    const prepared = prepareText(template, params, settings);
    const identity = await readGuardedText(template, { to, params });
    const { to: phone, market, values } = identity;
    const text = prepared[market];
    const own = templateFor(template, market);
    if (isRawTemplate(own)) {
      checkValueLengths(values, market);
    } else {
      checkTextLength(own, values, market, text.signName);
    }
    const since = dueAt as number;
    const length = parseDuration(staleAfter);
    const staleAt =
      length === undefined ? staleAtOf(identity, since, context.window) : since + length;
    return {
      key: key as string,
      lane: laneOf(text.kind),
      text: {
        ...toPublicPart(text, settings),
        key: key as string,
        to: phone,
        values,
        ref: settings['ref'] as string | undefined,
        sessionContext: text.sessionContext,
        keys: context.digests.of(key as string, identity),
        at: since,
        staleAt,
      },
    };
  }

  /** @throws SmsError with the code `SMS_KEY_REUSED` when the key stands for another text. */
  private async isKnown({ keys }: QueuedText): Promise<boolean> {
    const ids = keys.map(({ id }) => id);
    const [marker, job] = await Promise.all([this.context().store.find(ids), this.findJob(ids)]);
    const inJob = (job?.data as Partial<TextJobData> | undefined)?.keys ?? [];
    const known: readonly SmsKeyDigest[] = marker === undefined ? inJob : [marker];
    const differs = known.some(
      (one) =>
        one.fingerprint !== '' &&
        keys.some((key) => key.id === one.id && key.fingerprint !== one.fingerprint),
    );
    if (differs) {
      throw toReusedError();
    }
    // One that was given back has a job: where it has none, that is made again.
    return job !== undefined || (marker !== undefined && marker.state !== 'ready');
  }

  private idsOf(key: unknown): string[] {
    return this.context()
      .digests.of(checkKey(key))
      .map(({ id }) => id);
  }

  private async findJob(ids: readonly string[]): Promise<Job | undefined> {
    const context = this.context();
    const found = await Promise.all(
      LANES.flatMap((lane) =>
        ids.map(async (id): Promise<Job | undefined> => context.queueOf(lane).getJob(id)),
      ),
    );
    return found.find((job) => job !== undefined);
  }
}

const UNENCRYPTED: SmsFieldIssue = {
  field: 'encrypt',
  message:
    'SmsQueueModule: encrypt is missing: a code stands in the job of a verification text, so that production needs a secret.',
};
const NO_MOMENT: SmsFieldIssue = {
  field: 'at',
  message: 'at must be a Date, or milliseconds since 1970.',
};
const NO_LENGTH: SmsFieldIssue = {
  field: 'staleAfter',
  message: `staleAfter is not usable: expected ${DURATION_FORM}.`,
};

function keyIssues(key: unknown): SmsFieldIssue[] {
  return typeof key === 'string' && key.trim() !== '' && key.length <= LONGEST_KEY
    ? []
    : [{ field: 'key', message: `key must be text of 1 to ${LONGEST_KEY} characters.` }];
}

/** @throws SmsValidationError when it can be no key. */
function checkKey(key: unknown): string {
  const issues = keyIssues(key);
  if (issues.length > 0) {
    throw new SmsValidationError(issues);
  }
  return key as string;
}

function toReusedError(): SmsError {
  return new SmsError(
    'The key stands for another text: a key is for one template, phone and list of values.',
    { code: 'SMS_KEY_REUSED', retryable: false },
  );
}

function isMoment(at: unknown): at is number {
  return typeof at === 'number' && Number.isFinite(at);
}

/** What the send gave; the worker's account fills in the rest. */
function toPublicPart(
  { templateId: template, kind, content, extendCode, senderId, sdkAppId, signName }: PreparedText,
  { signName: given }: Readonly<Record<string, unknown>>,
) {
  return {
    template,
    kind,
    text: content,
    // An empty text asks for none.
    signName: given === undefined ? undefined : (signName ?? ''),
    extendCode,
    senderId,
    sdkAppId,
  };
}

function toOutcome({ state, result }: SmsMarker): SmsQueuedOutcome {
  return state === 'ready' ? { state: 'queued' } : { state, outcome: result };
}
