import { Logger } from '@nestjs/common';
import { DOCTOR } from './errors/next-step.js';
import type { CallEvents, ClockEvent, RetryEvent } from './client/call-events.js';
import type { NewCodeEvent, SendEvents, UnknownEvent } from './sending/send-events.js';

/** Codes that are remembered as logged; more new ones mean another problem. */
const MAX_NEW_CODES = 100;

/**
 * Logs what needs attention, through Nest's `Logger`: texts with unknown outcome, a clock that was
 * wrong and refusals with a new code as warnings, repeated attempts as debug lines. Success is not
 * logged.
 *
 * The fields come after the sentence, as an object, but for nestjs-pino, which takes them before it;
 * no number in them is whole.
 */
export class SmsLogger implements CallEvents, SendEvents {
  private readonly logger = new Logger('SmsService');
  private readonly newCodes = new Set<string>();

  /** @param account name of the account, which then stands in each line's fields */
  constructor(private readonly account: string | undefined) {}

  onRetry(event: RetryEvent): void {
    this.say('debug', `${event.action} is tried again after ${event.code}.`, event);
  }

  onClockCorrected(event: ClockEvent): void {
    const seconds = Math.abs(event.offsetSeconds);
    const side = event.offsetSeconds < 0 ? 'ahead of' : 'behind';
    this.say(
      'warn',
      `The clock of this machine is ${seconds} s ${side} Tencent's; requests go by theirs now. Set it right (${DOCTOR} shows it).`,
      event,
    );
  }

  onUnknown(event: UnknownEvent): void {
    const recipients = event.to ?? `${event.unknown} of ${event.recipients} recipients`;
    this.say(
      'warn',
      `It is not known whether the text to ${recipients} was sent (${event.codes.join(', ')}). Look before sending it again.`,
      event,
    );
  }

  onNewCode(event: NewCodeEvent): void {
    if (this.newCodes.has(event.code) || this.newCodes.size >= MAX_NEW_CODES) {
      return;
    }
    this.newCodes.add(event.code);
    this.say(
      'warn',
      `${event.action} refused a number with ${event.code}, which is not known here: the text counts as not sent. Look the code up (said once a code).`,
      event,
    );
  }

  /** What is likely wrong with the options, found when the app starts. */
  onDoubt(sentence: string): void {
    this.say('warn', sentence, {});
  }

  private say(level: 'warn' | 'debug', sentence: string, event: object): void {
    const { account } = this;
    const given = Object.entries({ account, ...event }).filter(([, value]) => value !== undefined);
    const fields = Object.fromEntries(given);
    try {
      if (given.length === 0) {
        // Nest would print an empty object.
        this.logger[level](sentence);
      } else if (takesFieldsFirst(this.logger)) {
        this.logger[level](fields, sentence);
      } else {
        this.logger[level](sentence, fields);
      }
    } catch {
      // A logger that throws must not turn a sent text into an error.
    }
  }
}

/**
 * Whether lines go to the `Logger` of nestjs-pino: it passes on what comes after a sentence as values
 * for placeholders, so that fields are lost there. Its `NativeLogger` is not meant.
 */
function takesFieldsFirst(logger: Logger): boolean {
  const used: unknown = Reflect.get(logger, 'localInstance');
  return (
    typeof used === 'object' &&
    used !== null &&
    'contextName' in used &&
    'isWrongExceptionsHandlerContract' in used
  );
}
