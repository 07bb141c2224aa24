/* oxlint-disable no-await-in-loop -- one look after the other */
import { parseCallback } from './callback/parse-callback.js';
import type { ChangeDispatcher } from './handlers/change.dispatcher.js';
import { maskedBody } from './masked-body.js';
import { hears } from './handlers/delivery-handler.js';
import type { DeliveryHandler } from './handlers/delivery-handler.js';
import type { DeliveryLogger } from './delivery.logger.js';
import { publishChanges, publishReports } from './delivery-channel.js';
import { SmsOptionsError } from '../errors/options.error.js';
import { failureKindOf } from './failure-kind.js';
import { isOpen } from './settling/look.runner.js';
import type { LookRunner } from './settling/look.runner.js';
import type { SmsReply, SmsReport } from './report.js';
import type { SmsReopenedOutcome } from './open-outcome.js';
import type {
  SmsDeliveryChange,
  SmsDeliveryReport,
  SmsDeliveryStore,
  SmsDeliveryText,
} from './store/delivery.store.js';
import type { WriteBehind } from './write-behind.js';
import { withDeadline } from '../time/with-deadline.js';

/** How long handlers have while Tencent waits for the answer. */
const DIRECT_TIMEOUT_MS = 5_000;

/** How long a reply that is pushed waits for the store before it waits in memory. */
const REPLY_PATIENCE_MS = 2_000;

/** Puts replies into the outbox. */
type AnnounceReplies = (
  changes: readonly SmsDeliveryChange[],
  store: SmsDeliveryStore,
) => Promise<void>;
const LOOK_PATIENCE_MS = 10_000;
const LOOK_AGAIN_MS = 100;

/** What the parts of the module share. */
export class DeliveryContext {
  dispatcher: ChangeDispatcher | undefined;
  /** Replies for a store that may be out of reach, while the module runs. */
  replies: Pick<WriteBehind<SmsDeliveryChange>, 'put'> | undefined;
  handlers: readonly DeliveryHandler[] = [];
  /** Those of other parts of this package, which come and go. */
  guests: readonly DeliveryHandler[] = [];
  looks: LookRunner | undefined;
  /** Makes a text of an outcome that came from elsewhere. */
  reopen: (outcome: SmsReopenedOutcome, account?: string) => SmsDeliveryText = () => {
    throw new SmsOptionsError([{ field: 'accounts', message: 'The app has not started yet.' }]);
  };

  constructor(
    readonly store: SmsDeliveryStore | undefined,
    readonly accounts: readonly string[],
    private readonly logger: DeliveryLogger,
    /** Whether texts whose outcome is open are looked for by a timetable. */
    readonly hasTimetable = true,
  ) {}

  /** Has one more handler hear; gives what ends that. */
  invite(handler: DeliveryHandler): () => void {
    this.guests = [...this.guests, handler];
    this.dispatcher?.add(handler);
    return () => {
      this.guests = this.guests.filter((one) => one !== handler);
      this.dispatcher?.remove(handler);
    };
  }

  /**
   * Takes what Tencent pushes. Replies are not pushed again, so that they wait here for a store that is
   * out of reach.
   *
   * @throws as `accept`, for reports.
   */
  async take(body: unknown): Promise<void> {
    const { replies } = this;
    await this.acceptWith(body, async (changes, store) =>
      replies === undefined ? store.announce(changes) : replies.put(changes, REPLY_PATIENCE_MS),
    );
  }

  /** @throws what the store throws, or, without a store, what a handler throws. */
  async accept(body: unknown): Promise<{ accepted: number; refused: number }> {
    return this.acceptWith(body, async (changes, store) => store.announce(changes));
  }

  private async acceptWith(
    body: unknown,
    announce: AnnounceReplies,
  ): Promise<{ accepted: number; refused: number }> {
    const { reports, replies, refused } = parseCallback(body, this.accounts);
    if (refused > 0) {
      this.logger.onRefused(refused);
    }
    const accepted = reports.length + replies.length;
    await this.takeAll(reports, replies, announce);
    return { accepted, refused };
  }

  /**
   * Looks for a text now where its outcome is open or it was not found, and gives what is known of it then.
   *
   * @throws what the store throws.
   */
  async lookFor(key: { readonly to: string; readonly callRef: string }) {
    const { to } = key;
    const until = performance.now() + LOOK_PATIENCE_MS;
    let text = await this.store?.find(key);
    while (text !== undefined && isOpen(text) && performance.now() < until) {
      if ((await this.looks?.lookNow(to)) !== false) {
        return this.store?.find(key);
      }
      // Another instance looks for the number just now.
      await new Promise((resolve) => {
        setTimeout(resolve, LOOK_AGAIN_MS);
      });
      text = await this.store?.find(key);
    }
    return text;
  }

  /**
   * Takes what came in another way than by callback.
   *
   * @throws as `accept`.
   */
  async takeAll(
    reports: readonly SmsDeliveryReport[],
    replies: readonly SmsReply[],
    announce: AnnounceReplies = async (changes, store) => store.announce(changes),
  ): Promise<void> {
    publishReports(reports);
    if (this.store === undefined) {
      await this.tellNow(reports, replies);
    } else if (reports.length + replies.length > 0) {
      await this.keep(this.store, reports, replies, announce);
    }
  }

  private async keep(
    store: SmsDeliveryStore,
    reports: readonly SmsDeliveryReport[],
    replies: readonly SmsReply[],
    announce: AnnounceReplies,
  ): Promise<void> {
    if (reports.length > 0) {
      publishChanges(await store.merge(reports));
    }
    if (replies.length > 0) {
      await announce(replies.map(toReplyChange), store);
    }
    this.dispatcher?.wake();
  }

  private async tellNow(
    reports: readonly SmsDeliveryReport[],
    replies: readonly SmsReply[],
  ): Promise<void> {
    const changes = [...reports.map(toDirectChange), ...replies.map(toReplyChange)];
    const calls = changes.flatMap((change) =>
      this.handlers
        .filter((handler) => hears(handler, change))
        .map((handler) => ({ handler, change })),
    );
    const all = Promise.all(
      calls.map(async ({ handler, change }) => {
        try {
          await handler.call(maskedBody(change.body));
        } catch (error) {
          this.logger.onHandlerFailed(handler.name, error, change.body);
          throw error;
        }
      }),
    );
    await withDeadline(async () => all, {
      timeoutMs: DIRECT_TIMEOUT_MS,
      onTimeout: () => {
        throw new Error(`The handlers did not end within ${DIRECT_TIMEOUT_MS} ms.`);
      },
    });
  }
}

function toReplyChange(reply: SmsReply): SmsDeliveryChange {
  return { id: `reply ${reply.id}`, kind: 'reply', body: reply };
}

/** Without a store nothing is known of the text, and a repeated push is told again. */
function toDirectChange({
  to,
  serialNo,
  state,
  code = '',
  at,
  source,
}: SmsDeliveryReport): SmsDeliveryChange {
  const id = `${serialNo} ${to} ${state}`;
  const body: SmsReport = {
    id,
    to,
    serialNo,
    state: state === 'delivered' ? 'delivered' : 'failed',
    code,
    kind: failureKindOf(state, code),
    at: at ?? Date.now(),
    source,
    known: undefined,
  };
  return { id, kind: 'report', body };
}
