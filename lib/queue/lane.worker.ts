import { DelayedError, Worker } from 'bullmq';
import type { Job } from 'bullmq';
import type { SmsJobResult } from '../delivery/job-outcome.js';
import type { SmsGuardStep } from '../guard/guard-step.js';
import type { SmsGuardInput } from '../guard/guarded-text.js';
import type { SmsAnyTemplate } from '../templates/sms-template.js';
import { CHUNK_JOB } from './campaigns/campaign-data.js';
import type { ChunkJobData } from './campaigns/campaign-data.js';
import { ChunkRunner } from './campaigns/chunk.runner.js';
import type { ChunkStep } from './campaigns/chunk.runner.js';
import { closeWithin } from './close-within.js';
import { readJobData, toSendable } from './job-data.js';
import type { QueuedText } from './job-data.js';
import type { SmsQueueLane } from './lanes.js';
import type { QueueContext } from './queue-context.js';

/** A stall is safe: the next worker of the job finds what was begun. */
const STALLS_WITHOUT_END = 1_000_000_000;
/** BullMQ looks at its limiter, by which a lane is held, only where there is a limit. */
const NO_LIMIT = { max: 1_000_000_000, duration: 1000 };
/** Until a job is looked at again that only other instances can read. */
const UNREADABLE_MS = 30_000;
/** Until a job is run again whose run failed for a reason of ours, such as a store out of reach. */
const FAILED_MS = 5_000;
/** Until workers without the right to send try again: the guard does so every 30 seconds. */
const STOPPED_MS = 30_000;
/** A lane is held no longer at once: its jobs grow stale, and are not looked at meanwhile. */
const MOST_HELD_MS = 10_000;
/** How often idle workers look whether their lane is still held. */
const LOOK_WHEN_HELD_MS = 500;

/** What a job gives back: its end, or that its end is looked for. */
export type LaneResult =
  SmsJobResult | { readonly status: 'settling'; readonly template: string; readonly at: number };

/** Takes the jobs of a lane, and has the guard send them. */
export class LaneWorker {
  private worker: Worker | undefined;
  private resumeTimer: NodeJS.Timeout | undefined;
  private inFlight = 0;
  /** Ids of jobs that have ended, and whose end BullMQ has not written yet. */
  private readonly unwritten = new Set<string | undefined>();
  private hasLeft = false;

  constructor(
    private readonly lane: SmsQueueLane,
    private readonly context: QueueContext,
    private readonly onFault: () => void,
  ) {}

  start(): void {
    const { context, lane } = this;
    const { concurrency, lockMs, stalledMs } = context.options;
    const queue = context.queueOf(lane);
    const { connection, prefix } = queue.opts;
    const worker = new Worker(queue.name, async (job, token) => this.run(job, token), {
      connection,
      ...(prefix === undefined ? {} : { prefix }),
      concurrency,
      lockDuration: lockMs,
      stalledInterval: stalledMs,
      maxStalledCount: STALLS_WITHOUT_END,
      limiter: NO_LIMIT,
      maximumRateLimitDelay: LOOK_WHEN_HELD_MS,
    });
    worker.on('error', (error) => {
      context.logger.onFailed(error);
    });
    worker.on('completed', ({ id }) => {
      this.unwritten.delete(id);
    });
    // One that another worker has taken meanwhile, as it was silent for too long.
    worker.on('failed', (job) => {
      this.unwritten.delete(job?.id);
    });
    this.worker = worker;
  }

  /** Takes no more jobs for a while: what refuses them is of this process alone. */
  stopForAWhile(): void {
    const { worker } = this;
    if (worker === undefined || this.resumeTimer !== undefined) {
      return;
    }
    void worker.pause(true).catch(ignore);
    this.resumeTimer = setTimeout(() => {
      this.resumeTimer = undefined;
      void this.resume(worker).catch(ignore);
    }, STOPPED_MS);
    this.resumeTimer.unref();
  }

  /**
   * Takes no more jobs, and waits for those that it has. Its connections are BullMQ's to close once the
   * last of them has ended: one that the app shares stays open, and BullMQ 5 tries again without end, and
   * without a pause, what it can't write on a connection that is gone.
   *
   * @returns how many it left when the time was up; `undefined` when it ended in time
   */
  async close(timeoutMs: number): Promise<number | undefined> {
    const { worker } = this;
    clearTimeout(this.resumeTimer);
    const left =
      worker &&
      (await closeWithin(
        worker,
        timeoutMs,
        () => this.inFlight,
        () => this.inFlight === 0 && this.unwritten.size === 0,
      ));
    this.hasLeft = (left ?? 0) > 0;
    return left;
  }

  private async resume(worker: Worker): Promise<void> {
    await worker.resume();
    // BullMQ 5.41 resumes nothing while a job runs.
    if (worker.isPaused() && worker.closing === undefined) {
      this.stopForAWhile();
    }
  }

  private async run(job: Job, token: string | undefined): Promise<LaneResult | ChunkStep> {
    this.inFlight += 1;
    try {
      const result = await (job.name === CHUNK_JOB
        ? this.takeChunk(job, token)
        : this.take(job, token));
      this.unwritten.add(job.id);
      return result;
    } finally {
      this.inFlight -= 1;
      if (this.hasLeft) {
        // The app has closed: by this error BullMQ leaves the job as it is, and writes nothing.
        // oxlint-disable-next-line no-unsafe-finally -- whatever it gave
        throw new DelayedError();
      }
    }
  }

  private async take(job: Job, token: string | undefined): Promise<LaneResult> {
    const { context, lane } = this;
    const read = readJobData(job.data, context.cipher);
    if ('broken' in read) {
      throw new Error('The data of the job is not readable.');
    }
    if ('foreign' in read) {
      context.logger.onUnreadable(read.foreign);
      context.publish({ lane, step: 'delayed', why: read.foreign });
      return this.delay(job, token, UNREADABLE_MS);
    }
    const { text } = read;
    let step: SmsGuardStep;
    try {
      step = await this.send(text);
    } catch (error) {
      context.logger.onFailed(error);
      step = { do: 'delay', milliseconds: FAILED_MS, why: 'fault' };
    }
    return this.follow(step, text, job, token);
  }

  private async takeChunk(job: Job, token: string | undefined): Promise<ChunkStep> {
    const { context } = this;
    let step: ChunkStep;
    try {
      const runner = new ChunkRunner(context.campaigns, context);
      step = await context.guard.run(async () => runner.run(job.data as ChunkJobData));
    } catch (error) {
      context.logger.onFailed(error);
      step = { do: 'delay', milliseconds: FAILED_MS, why: 'fault' };
    }
    if (step.do === 'complete') {
      return step;
    }
    if (context.guard.fault !== undefined) {
      this.onFault();
    }
    return this.delay(job, token, step.milliseconds);
  }

  private async send(text: QueuedText): Promise<SmsGuardStep> {
    const { context, lane } = this;
    const { key, at, staleAt, to, ref, sessionContext } = text;
    const { signName, extendCode, senderId, sdkAppId } = text;
    const { template, params } = toSendable(text);
    const settings = { ref, sessionContext, signName, extendCode, senderId, sdkAppId };
    const input = { to, params, ...settings } as SmsGuardInput<SmsAnyTemplate>;
    return context.guard.send({ key, at, staleAfter: staleAt - at, lane, template, input });
  }

  private async follow(
    step: SmsGuardStep,
    { at, template }: QueuedText,
    job: Job,
    token: string | undefined,
  ): Promise<LaneResult> {
    const { context, lane } = this;
    const waitedMs = Math.max(0, context.now() - at);
    switch (step.do) {
      case 'complete': {
        const { status, code } = step.result;
        context.publish({ lane, step: status, code, waitedMs });
        return step.result;
      }
      case 'settle':
        context.publish({ lane, step: 'settling', waitedMs });
        return { status: 'settling', template, at: context.now() };
      case 'delay': {
        const { why, code, milliseconds } = step;
        context.publish({ lane, step: 'delayed', why, code });
        if (why === 'paused') {
          return this.hold(milliseconds, code);
        }
        if (context.guard.fault !== undefined) {
          // Others may send what this process may not.
          this.onFault();
        }
        return this.delay(job, token, milliseconds);
      }
    }
  }

  /** Keeps all instances from taking jobs of the lane: each would only be put back. */
  private async hold(milliseconds: number, code: string | undefined): Promise<never> {
    const { context, lane } = this;
    if (code !== undefined && code !== 'manual') {
      context.logger.onPaused(lane, code);
    }
    await context.queueOf(lane).rateLimit(Math.min(milliseconds, MOST_HELD_MS));
    throw Worker.RateLimitError();
  }

  private async delay(job: Job, token: string | undefined, milliseconds: number): Promise<never> {
    try {
      await job.moveToDelayed(Date.now() + Math.max(1, milliseconds), token);
    } catch (error) {
      // Another worker has it, or Redis is away: as it is, the job counts as stalled and is run again.
      this.context.logger.onFailed(error);
    }
    throw new DelayedError();
  }
}

function ignore(): void {
  // It is closing, or has no connection: what it had is run again elsewhere.
}
