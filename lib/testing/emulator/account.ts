import type { ParsePhoneNumber, PhoneNumber } from '../../recipients/phone-number.js';
import { ApiRefusal } from './api-refusal.js';
import type { Clock } from './clock.js';
import { MessageLog } from './message-log.js';
import { Signs } from './signs.js';
import { SmsApp } from './sms-app.js';
import { Templates } from './templates.js';

/** What an account is made with. */
export interface AccountOptions {
  readonly clock: Clock;
  /** Refuses what was not added before; otherwise unknown applications, templates and signs are learned. */
  readonly strict: boolean;
  readonly parsePhoneNumber: ParsePhoneNumber;
}

/** What somebody writes back to a text. */
export interface ReplyInput {
  readonly sdkAppId: string;
  readonly phone: PhoneNumber;
  readonly text: string;
  /** @default the signature of the last text to this phone */
  readonly signName?: string | undefined;
  /** @default '' */
  readonly extendCode?: string | undefined;
}

/** A test run may use an application a test; the oldest learned one is forgotten beyond this. */
const MAX_APPS = 10_000;
const SEEDED_APP = '1400006666';

/** All state of the emulator: what one action changes, every other one sees. */
export class Account {
  readonly clock: Clock;
  readonly strict: boolean;
  readonly parsePhoneNumber: ParsePhoneNumber;
  readonly templates: Templates;
  readonly signs: Signs;
  readonly log = new MessageLog();
  private readonly apps = new Map<string, SmsApp>();
  private appCount = 0;
  private messageCount = 0;

  constructor({ clock, strict, parsePhoneNumber }: AccountOptions) {
    this.clock = clock;
    this.strict = strict;
    this.parsePhoneNumber = parsePhoneNumber;
    this.templates = new Templates(clock, strict);
    this.signs = new Signs(clock, strict);
    this.addApp(SEEDED_APP);
  }

  /**
   * The application of a request.
   *
   * @throws ApiRefusal when it is unknown and the mode is strict, or when it can't be an id.
   */
  appOf(sdkAppId: string): SmsApp {
    const app = this.apps.get(sdkAppId);
    if (app !== undefined) {
      return app;
    }
    if (this.strict || !/^\d{1,20}$/.test(sdkAppId)) {
      throw new ApiRefusal(
        'InvalidParameterValue.SdkAppIdNotExist',
        'The SmsSdkAppId does not exist.',
      );
    }
    return this.addApp(sdkAppId);
  }

  nextMessageId(): string {
    this.messageCount += 1;
    return String(this.messageCount);
  }

  /** Somebody answers a text: to be pulled, and found by number. */
  addReply({ sdkAppId, phone, text, signName, extendCode = '' }: ReplyInput): void {
    const app = this.appOf(sdkAppId);
    const [last] = this.log.find(
      ({ message }) => message.sdkAppId === sdkAppId && message.to === phone.e164,
    );
    const reply = {
      phone,
      text,
      extendCode,
      signName: signName ?? last?.message.signName ?? '',
      at: this.clock.now(),
    };
    app.replyQueue.push(reply);
    app.replies.push(reply);
  }

  private addApp(id: string): SmsApp {
    this.appCount += 1;
    const app = new SmsApp(id, this.appCount, this.clock.now());
    this.apps.set(id, app);
    if (this.apps.size > MAX_APPS) {
      for (const known of this.apps.keys()) {
        if (known !== SEEDED_APP) {
          this.apps.delete(known);
          break;
        }
      }
    }
    return app;
  }
}
