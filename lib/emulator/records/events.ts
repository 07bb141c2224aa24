import { BoundedList } from './bounded-list.js';
import type { Keep } from '../memory/keep.js';
import { sizeOfRecord } from './message-log.js';
import type { SendRecord } from './message-log.js';
import type { ControlApiEvents } from '../contract/control-api.types.js';

/** Something that happened. */
export interface EmulatorEvent<Kind extends keyof ControlApiEvents = keyof ControlApiEvents> {
  /** Counts up from 1. */
  readonly id: number;
  readonly kind: Kind;
  /** Whose; `null` for what concerns every application. */
  readonly sdkAppId: string | null;
  /** The text that it is about, when it is about one. */
  readonly record: SendRecord | undefined;
  /** As it is now. Computed when read: most events have no reader. */
  read(): ControlApiEvents[Kind];
}

type Listener = (event: EmulatorEvent) => void;

const MAX_PAST = 1000;
const EVENT_BYTES = 300;

interface KeptEvent {
  readonly event: EmulatorEvent;
  readonly bytes: number;
}

/** Publishes events to subscribers, and replays the last ones to a reader that reconnects. */
export class Events {
  private readonly past: BoundedList<KeptEvent>;
  private readonly listeners = new Set<Listener>();
  private count = 0;

  constructor(keep: Keep) {
    this.past = new BoundedList({ capacity: MAX_PAST, keep, sizeOf: ({ bytes }) => bytes });
  }

  get lastId(): number {
    return this.count;
  }

  /** `bytes` is what the event keeps in memory beside its record. */
  emit<Kind extends keyof ControlApiEvents>(
    kind: Kind,
    sdkAppId: string | null,
    read: () => ControlApiEvents[Kind],
    record?: SendRecord,
    bytes = 0,
  ): void {
    this.count += 1;
    const event: EmulatorEvent = { id: this.count, kind, sdkAppId, read, record };
    const recordBytes = record === undefined ? 0 : sizeOfRecord(record);
    this.past.push({ event, bytes: EVENT_BYTES + recordBytes + bytes });
    for (const listener of this.listeners) {
      listener(event);
    }
  }

  /**
   * Events after the last one that the reader got, oldest first. A number not reached yet is from
   * an emulator before this one, so everything is new.
   */
  after(id: number): EmulatorEvent[] {
    const all = this.past.toArray().map(({ event }) => event);
    return id > this.count ? all : all.filter((event) => event.id > id);
  }

  /** Gives a function that ends it. */
  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }
}
