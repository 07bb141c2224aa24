import type { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';

interface Insides {
  readonly engine: {
    readonly events: {
      listen(
        onEvent: (event: {
          kind: string;
          record?: { readonly phone: { e164: string }; readonly code: string } | undefined;
        }) => void,
      ): () => void;
    };
  };
}

/** Counts all texts that an emulator accepts: what it shows are the last thousand. */
export class TextCounter {
  private counts = new Map<string, number>();
  private count = 0;

  constructor(emulator: SmsEmulator) {
    (emulator as unknown as Insides).engine.events.listen(({ kind, record }) => {
      if (kind === 'message' && record?.code === 'Ok') {
        const { e164 } = record.phone;
        this.count += 1;
        this.counts.set(e164, (this.counts.get(e164) ?? 0) + 1);
      }
    });
  }

  /** Texts. */
  get texts(): number {
    return this.count;
  }

  /** Numbers that got one or more. */
  get numbers(): number {
    return this.counts.size;
  }

  to(phone: string): number {
    return this.counts.get(phone) ?? 0;
  }

  clear(): void {
    this.counts = new Map();
    this.count = 0;
  }
}
