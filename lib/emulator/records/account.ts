import type { ParsePhoneNumber, PhoneNumber } from '../../recipients/phone-number.js';
import { sendRefusal } from '../errors/tencent-words.js';
import { ApiError } from '../protocol/api.error.js';
import type { ReadableClock } from '../clock/clock.js';
import type { ReportFaults } from '../faults/faults.js';
import type { Events } from './events.js';
import type { SmsFrequencyLimits } from './frequency.js';
import type { Held } from '../memory/keep.js';
import { addEvent, MessageLog, toIso, toMessage } from './message-log.js';
import type { SendRecord } from './message-log.js';
import { isOptOut } from './opt-outs.js';
import { Signs } from './signs.js';
import { SmsApp, sizeOfReply } from './sms-app.js';
import type { Reply, SmsAppMemory } from './sms-app.js';
import { Templates } from './templates.js';
import type { OwnTemplate } from './templates.js';
import type { SmsEmulatorReply } from '../contract/control-api.types.js';

/** How strictly an account is kept. */
export interface AccountRules {
  /** Refuses what was not added before; otherwise unknown applications, templates and signs are learned. */
  readonly strict: boolean;
  /** How often a number may be texted; empty for no limit. */
  readonly limits: SmsFrequencyLimits;
  /** Refuses to send once the package is used up; otherwise it never is. */
  readonly enforceBalance: boolean;
  /** Refuses more calls of an action in a second than Tencent takes. */
  readonly enforceRates: boolean;
  /** Segments in each application's package. */
  readonly packageSize: number;
  /** ISO codes or calling codes of the countries that no application may send to. */
  readonly blockedCountries: readonly string[];
  /** Refuses a template, a signature or an empty package at the top, not on each number. */
  readonly isRefusedAtTop: boolean;
  /** Repeats the context of a send in its reports, which Tencent does on demand only. */
  readonly echoesContext: boolean;
}

/** Delivers accepted texts. */
export interface TextCarrier {
  /** Takes a text on, and lets go wrong with its report what is to. */
  deliver(record: SendRecord, app: SmsApp, faults: ReportFaults): void;
}

/** Pushes replies to the application. */
export interface ReplyPusher {
  pushReply(reply: Reply, sdkAppId: string): void;
}

/** What an account is made with. */
export interface AccountOptions {
  readonly clock: ReadableClock;
  readonly rules: AccountRules;
  readonly recordLagMs: number;
  readonly parsePhoneNumber: ParsePhoneNumber;
  readonly events: Events;
  readonly delivery: TextCarrier;
  readonly callbacks: ReplyPusher;
  readonly memory: SmsAppMemory;
  /** Known from the start, beside the one that every account has. */
  readonly templates: readonly OwnTemplate[];
}

/** A reply that a phone writes to a text. */
export interface ReplyInput {
  readonly sdkAppId: string;
  readonly phone: PhoneNumber;
  readonly text: string;
  /** @default the signature of the last text to this phone */
  readonly signName?: string | undefined;
  /** @default '' */
  readonly extendCode?: string | undefined;
}

interface KnownApp {
  readonly app: SmsApp;
  /** `undefined` for the one that is always there. */
  held: Held | undefined;
}

const APP_BYTES = 3000;
/** A test run may use an application a test; the oldest learned one is forgotten beyond this. */
const MAX_APPS = 10_000;
/** The application that every account has. */
export const SEEDED_APP = '1400006666';

/** All state of the emulator, shared by every action. */
export class Account {
  readonly clock: ReadableClock;
  readonly rules: AccountRules;
  readonly parsePhoneNumber: ParsePhoneNumber;
  readonly templates: Templates;
  readonly signs: Signs;
  readonly log: MessageLog;
  readonly memory: SmsAppMemory;
  /** How long the records that clients look up are behind. */
  recordLagMs: number;
  private readonly events: Events;
  private readonly delivery: TextCarrier;
  private readonly callbacks: ReplyPusher;
  private readonly apps = new Map<string, KnownApp>();
  private appCount = 0;
  private messageCount = 0;
  private replyCount = 0;

  constructor(options: AccountOptions) {
    const { clock, rules, parsePhoneNumber, events, delivery, callbacks, memory } = options;
    this.memory = memory;
    this.log = new MessageLog(memory.keep);
    this.clock = clock;
    this.rules = rules;
    this.recordLagMs = options.recordLagMs;
    this.parsePhoneNumber = (text) => {
      const phone = parsePhoneNumber(text);
      return phone !== undefined && isInNoPlan(phone) ? undefined : phone;
    };
    this.events = events;
    this.delivery = delivery;
    this.callbacks = callbacks;
    this.templates = new Templates(clock, rules.strict, options.templates);
    this.signs = new Signs(clock, rules.strict);
    this.addApp(SEEDED_APP);
  }

  /**
   * The application of a request.
   *
   * @throws ApiError when it is unknown and the mode is strict, or when it can't be an id.
   */
  appOf(sdkAppId: string): SmsApp {
    const known = this.apps.get(sdkAppId);
    if (known !== undefined) {
      if (known.held !== undefined) {
        this.memory.keep.renew(known.held);
      }
      return known.app;
    }
    if (this.rules.strict || !/^\d{1,20}$/.test(sdkAppId)) {
      const { Code, Message } = sendRefusal('UnauthorizedOperation.SmsSdkAppIdVerifyFail');
      throw new ApiError(Code, Message);
    }
    return this.addApp(sdkAppId);
  }

  nextMessageId(): number {
    this.messageCount += 1;
    return this.messageCount;
  }

  /** A text was accepted, and the carrier takes it on. */
  accept(record: SendRecord, app: SmsApp, faults: ReportFaults): void {
    addEvent(record, { at: record.sentAt, kind: 'accepted', detail: record.serialNo });
    app.countSend(record.sentAt, record.fee);
    app.volume.count(record.phone, record.sentAt);
    app.frequency.count(record.phone.e164, record.text, record.sentAt);
    this.log.add(record);
    this.events.emit('message', app.id, () => toMessage(record), record);
    this.delivery.deliver(record, app, faults);
  }

  /** A text was refused for one number. */
  reject(record: SendRecord, app: SmsApp): void {
    addEvent(record, { at: record.sentAt, kind: 'rejected', detail: record.code });
    app.countSend(record.sentAt, 0);
    this.log.add(record);
    this.events.emit('message', app.id, () => toMessage(record), record);
  }

  /** A phone replies to a text: to be pulled, found by number, and pushed. */
  addReply({ sdkAppId, phone, text, signName, extendCode = '' }: ReplyInput): SmsEmulatorReply {
    const app = this.appOf(sdkAppId);
    const last = this.lastTextTo(phone.e164, sdkAppId);
    this.replyCount += 1;
    const reply: Reply = {
      id: this.replyCount,
      phone,
      text,
      extendCode,
      signName: signName ?? last?.signName ?? '',
      at: this.clock.now(),
      optedOut: isOptOut(text, last?.text),
    };
    if (reply.optedOut) {
      app.optOuts.add(phone.e164);
    }
    app.replyQueue.push(reply);
    app.replies.push(reply);
    const read = (): SmsEmulatorReply => toEmulatorReply(reply, sdkAppId);
    this.events.emit('reply', sdkAppId, read, undefined, sizeOfReply(reply));
    this.callbacks.pushReply(reply, sdkAppId);
    return toEmulatorReply(reply, sdkAppId);
  }

  /** What clients can look up of a phone by now, newest first; also what was refused. */
  recordsOf(e164: string, sdkAppId: string): SendRecord[] {
    const shownUntil = this.clock.now() - this.recordLagMs;
    return this.log.find(
      (record) =>
        record.sdkAppId === sdkAppId && record.phone.e164 === e164 && record.sentAt <= shownUntil,
    );
  }

  /** The last accepted text to a phone, of one application or of any. */
  lastTextTo(e164: string, sdkAppId?: string): SendRecord | undefined {
    const [last] = this.log.find(
      (record) =>
        record.phone.e164 === e164 &&
        record.serialNo !== '' &&
        (sdkAppId === undefined || record.sdkAppId === sdkAppId),
    );
    return last;
  }

  /** The replies of phones, oldest first. */
  replies(sdkAppId?: string): SmsEmulatorReply[] {
    return [...this.apps.values()]
      .map(({ app }) => app)
      .filter(({ id }) => sdkAppId === undefined || id === sdkAppId)
      .flatMap((app) => app.replies.toArray().map((reply) => toEmulatorReply(reply, app.id)))
      .toSorted((left, right) => Number(left.id) - Number(right.id));
  }

  /**
   * Empties the inbox, and lets every phone be texted again. What the actions find by number stays, as
   * Tencent's stays.
   */
  clear(sdkAppId?: string): void {
    this.log.clearInbox(sdkAppId);
    for (const { app } of this.apps.values()) {
      if (sdkAppId === undefined || app.id === sdkAppId) {
        app.forgetNumbers();
      }
    }
    this.events.emit('clear', sdkAppId ?? null, () => ({ sdkAppId: sdkAppId ?? null }));
  }

  private addApp(id: string): SmsApp {
    this.appCount += 1;
    const { limits, packageSize } = this.rules;
    const app = new SmsApp(id, this.appCount, this.clock.now(), limits, packageSize, this.memory);
    const known: KnownApp = { app, held: undefined };
    this.apps.set(id, known);
    if (id !== SEEDED_APP) {
      known.held = this.memory.keep.hold(APP_BYTES, () => {
        this.forgetApp(known);
      });
    }
    if (this.apps.size > MAX_APPS) {
      for (const other of this.apps.values()) {
        if (other.app.id !== SEEDED_APP) {
          this.forgetApp(other);
          break;
        }
      }
    }
    return app;
  }

  private forgetApp({ app, held }: KnownApp): void {
    this.memory.keep.release(held);
    this.apps.delete(app.id);
    app.release();
  }
}

// Mainland mobiles begin with 13 to 19; the library leaves that to Tencent.
function isInNoPlan({ countryCode, subscriber }: PhoneNumber): boolean {
  return countryCode === '86' && !/^1[3-9]/.test(subscriber);
}

function toEmulatorReply(reply: Reply, sdkAppId: string): SmsEmulatorReply {
  return {
    id: String(reply.id),
    sdkAppId,
    to: reply.phone.e164,
    text: reply.text,
    signName: reply.signName,
    at: toIso(reply.at),
    optedOut: reply.optedOut,
  };
}
