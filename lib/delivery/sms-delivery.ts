import { Observable } from 'rxjs';
import { SmsOptionsError } from '../errors/options.error.js';
import { SmsValidationError } from '../errors/validation.error.js';
import { DURATION_FORM, parseDuration } from '../time/duration.js';
import type { SmsDuration } from '../time/duration.js';
import { failureKindOf } from './failure-kind.js';
import { maskedBody } from './masked-body.js';
import type { DeliveryContext } from './delivery-context.js';
import type { SmsOpenOutcome } from './open-outcome.js';
import type { SmsSettlement } from './settlement.js';
import { isFinal } from './store/merge-facts.js';
import { toSettlement } from './store/to-change.js';
import type {
  SmsDeliveryKey,
  SmsDeliverySource,
  SmsDeliveryStatus,
  SmsDeliveryStore,
  SmsFailureKind,
  SmsStoredText,
} from './store/delivery.store.js';

/** What became of a text, as far as it is known. Data: plain in JSON, masked where it is printed. */
export interface SmsDeliveryState {
  readonly state: SmsDeliveryStatus;
  /** The carrier's receipt code, or the code of a refusal. */
  readonly code?: string | undefined;
  /** Why it failed. */
  readonly kind?: SmsFailureKind | undefined;
  /** When: milliseconds since 1970. */
  readonly at?: number | undefined;
  readonly source?: SmsDeliverySource | undefined;
  /** Whether it had ended otherwise before. */
  readonly corrected?: boolean | undefined;
  /** E.164. */
  readonly to: string;
  readonly serialNo?: string | undefined;
  readonly ref?: string | undefined;
  readonly template?: string | undefined;
}

/** A text: its receipt, its unknown outcome, or what names it. With `ref` the latest one counts. */
export type SmsTextReference =
  | { readonly to: string; readonly serialNo: string }
  | { readonly to: string; readonly callRef: string | undefined; readonly serialNo?: undefined }
  | { readonly to: string; readonly ref: string };

/** How long `delivered` waits. */
export interface SmsDeliveredOptions {
  /** @default '30s' */
  within?: SmsDuration | undefined;
  /** Ends the wait: the state by then is given. @default none */
  signal?: AbortSignal | undefined;
}

/** How often a waiter looks by itself, where the store's message did not come. */
const POLL_MS = 2_000;

/**
 * Tells what became of texts.
 *
 * @example
 * const receipt = await this.sms.send(OrderShipped, { to, params });
 * const end = await this.delivery.delivered(receipt, { within: '30s' });
 */
export class SmsDelivery {
  /** @internal Made by `SmsDeliveryModule`. */
  constructor(private readonly context: DeliveryContext) {}

  /** @internal What other parts of this package share with the module. */
  get parts(): DeliveryContext {
    return this.context;
  }

  /**
   * What is known of a text now; `undefined` for one that is not followed.
   *
   * @throws SmsOptionsError with `store: false`; SmsValidationError when it names no text.
   */
  async state(text: SmsTextReference): Promise<SmsDeliveryState | undefined> {
    const found = await this.store().find(toKey(text));
    return found === undefined ? undefined : toState(found);
  }

  /**
   * Waits for the end of a text: its first final state, or the present one at the deadline. Never throws
   * for a bad fate; `undefined` for a text that is not followed.
   *
   * @throws as `state`.
   */
  async delivered(
    text: SmsTextReference,
    { within = '30s', signal }: SmsDeliveredOptions = {},
  ): Promise<SmsDeliveryState | undefined> {
    const timeoutMs = parseDuration(within);
    if (timeoutMs === undefined) {
      throw new SmsValidationError([
        { field: 'within', message: `within is not usable: expected ${DURATION_FORM}.` },
      ]);
    }
    let last = await this.state(text);
    if (last === undefined || isFinal(last.state)) {
      return last;
    }
    // Best effort: it is looked for all the same.
    await this.store()
      .prefer(text.to)
      .catch(() => undefined);
    await new Promise<void>((resolve) => {
      const subscription = this.watch(text).subscribe({
        next: (state) => {
          last = state;
        },
        complete: resolve,
        error: () => {
          resolve();
        },
      });
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        subscription.unsubscribe();
        resolve();
      };
      const timer = setTimeout(end, Math.min(timeoutMs, 2 ** 31 - 1));
      timer.unref();
      subscription.add(end);
      signal?.addEventListener('abort', end, { once: true });
      if (signal?.aborted === true) {
        end();
      }
    });
    return last;
  }

  /**
   * The states of a text: the present one, each change, and completion with a final one. Errors where
   * the store is out of reach from the beginning.
   */
  watch(text: SmsTextReference): Observable<SmsDeliveryState> {
    const key = toKey(text);
    const store = this.store();
    return new Observable((subscriber) => {
      let shown: string | undefined;
      let looking = false;
      const show = (found: SmsStoredText | undefined): void => {
        if (found === undefined) {
          return;
        }
        const state = toState(found);
        const json = JSON.stringify(state);
        if (json !== shown) {
          shown = json;
          subscriber.next(state);
        }
        if (isFinal(state.state)) {
          subscriber.complete();
        }
      };
      const look = (): void => {
        if (looking) {
          return;
        }
        looking = true;
        store.find(key).then(
          (found) => {
            looking = false;
            show(found);
            return undefined;
          },
          (error: unknown) => {
            looking = false;
            if (shown === undefined) {
              subscriber.error(error);
            }
          },
        );
      };
      const stop = store.subscribe((to) => {
        if (to === undefined || to === key.to) {
          looking = false;
          look();
        }
      });
      const timer = setInterval(look, POLL_MS);
      timer.unref();
      look();
      return () => {
        stop();
        clearInterval(timer);
      };
    });
  }

  /**
   * Looks for a text whose outcome is open in Tencent's records now, beside the timetable. The verdict is
   * `open` when nothing was found yet, or while another request to the number is under way. Never send a
   * text again because of `absent` alone: it is presumed.
   *
   * @param outcome as `trySend` gave it, or as it came back from JSON
   * @throws as `state`, and what the store throws.
   */
  async settle(outcome: SmsOpenOutcome): Promise<SmsSettlement> {
    return this.settleFor(undefined, outcome);
  }

  /** @internal {@link settle} of a text that goes out over that account, if it is not known. */
  async settleFor(account: string | undefined, outcome: SmsOpenOutcome): Promise<SmsSettlement> {
    const store = this.store();
    const text = toOpenText(outcome);
    if ((await store.find(text)) === undefined) {
      // Sent before the store was there, or by a process that could not reach it.
      await store.put([this.context.reopen(text, account)]);
    }
    const found = await this.context.lookFor(text);
    if (found === undefined) {
      throw new SmsOptionsError([
        { field: 'store', message: 'store did not keep a text that it was given.' },
      ]);
    }
    return maskedBody(toSettlement(found, `${found.callRef} ${found.to}`, false));
  }

  /**
   * Takes the body of a callback, for a route, a queue or a file of your own, and to replay one. What is
   * neither a report nor a reply is counted as refused.
   *
   * @throws what the store throws: have the body sent again then.
   */
  async accept(body: unknown): Promise<{ accepted: number; refused: number }> {
    return this.context.accept(body);
  }

  private store(): SmsDeliveryStore {
    const { store } = this.context;
    if (store === undefined) {
      throw new SmsOptionsError([
        {
          field: 'store',
          message: 'store is false: this module keeps no texts, so it can be asked about none.',
        },
      ]);
    }
    return store;
  }
}

function toKey(text: SmsTextReference): SmsDeliveryKey {
  const { to, serialNo, callRef, ref } = Object(text) as Partial<
    Record<'to' | 'serialNo' | 'callRef' | 'ref', unknown>
  >;
  if (typeof to === 'string') {
    if (typeof serialNo === 'string' && serialNo !== '') {
      return { to, serialNo };
    }
    if (typeof callRef === 'string') {
      return { to, callRef };
    }
    if (typeof ref === 'string') {
      return { to, ref };
    }
  }
  throw new SmsValidationError([
    {
      field: 'text',
      message:
        'text names none: give a receipt, an unknown outcome, { serialNo, to } or { ref, to }.',
    },
  ]);
}

/** What a text is known by, and when it can have run. */
function toOpenText(outcome: unknown): SmsOpenOutcome & { readonly callRef: string } {
  const { to, callRef, status } = Object(outcome) as Partial<Record<string, unknown>>;
  if (typeof to !== 'string' || typeof callRef !== 'string' || status !== 'unknown') {
    throw new SmsValidationError([
      { field: 'outcome', message: 'outcome must be one with the status unknown.' },
    ]);
  }
  return outcome as SmsOpenOutcome & { readonly callRef: string };
}

function toState({
  to,
  serialNo,
  ref,
  template,
  fact,
  corrected,
}: SmsStoredText): SmsDeliveryState {
  const { state, code, at, source } = fact;
  const kind = failureKindOf(state, code);
  const members = { state, code, kind, at, source, corrected, to, serialNo, ref, template };
  return maskedBody(
    Object.fromEntries(
      Object.entries(members).filter(([, value]) => value !== undefined && value !== false),
    ) as unknown as SmsDeliveryState,
  );
}
