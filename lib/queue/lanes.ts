import type { SmsTemplateKind } from '../templates/template-content.js';

/** A row of jobs of one kind, with workers of its own: a campaign holds up no code. */
export type SmsQueueLane = SmsTemplateKind;

/** All lanes, the most urgent first. */
export const LANES = [
  'verification',
  'notification',
  'marketing',
] as const satisfies readonly SmsQueueLane[];

/** The name of the account without one, in options. */
export const DEFAULT_ACCOUNT = 'default';

/** What the lanes of a module are called by. */
export interface LaneNaming {
  readonly queue: string;
  readonly account: string;
}

/** Name of a lane's queue in BullMQ. */
export function toQueueName({ queue, account }: LaneNaming, lane: SmsQueueLane): string {
  return `${queue}-${account}-${lane}`;
}

/** The lane of a kind; a template of which only the id is known tells none. */
export function laneOf(kind: SmsTemplateKind | undefined): SmsQueueLane {
  return kind ?? 'notification';
}
