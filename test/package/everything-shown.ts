import { inspect } from 'node:util';

/** Something that came out, as text. */
interface Shown {
  /** Which output it came from, and how. */
  readonly where: string;
  readonly text: string;
  /** Data that may be stored: a whole number is in its place here, a secret is not. */
  readonly data: boolean;
}

/** Collects everything that an app can see, print or store of what happens. */
export class EverythingShown {
  private readonly all: Shown[] = [];

  /** Of an error or a log: in every way in which it can be printed. */
  add(where: string, value: unknown): void {
    this.push(`${where}, inspected`, inspect(value, { depth: 10, showHidden: true }));
    this.push(`${where}, as console.dir shows it`, toBare(value), true);
    this.push(`${where}, as JSON`, toJson(value));
    this.push(`${where}, as text`, toText(value));
    const error = value as Partial<AggregateError> | null | undefined;
    if (typeof error === 'object' && typeof error?.stack === 'string') {
      this.push(`${where}, its stack`, `${error.message} ${error.stack}`);
      if (error.cause !== undefined) {
        this.add(`${where}, the cause`, error.cause);
      }
      for (const part of error.errors ?? []) {
        this.add(`${where}, one of its errors`, part);
      }
    }
  }

  /** Of an outcome, which is data: its JSON has the whole number. */
  addOutcome(where: string, value: object): void {
    this.push(`${where}, inspected`, inspect(value, { depth: 10, showHidden: true }));
    this.push(`${where}, as console.dir shows it`, toBare(value), true);
    this.push(`${where}, as JSON`, toJson(value), true);
    const { error } = value as { error?: unknown };
    if (error !== undefined) {
      this.add(`${where}, its error`, error);
    }
  }

  /** Of what must be handed on whole, and is masked only where people print it. */
  addMasked(where: string, value: object): void {
    this.push(`${where}, inspected`, inspect(value, { depth: 10, showHidden: true }));
    this.push(`${where}, as JSON`, toJson(value));
  }

  /** What came from an output. */
  textsOf(where: RegExp): string[] {
    return this.all.filter((shown) => where.test(shown.where)).map(({ text }) => text);
  }

  /** How much came from an output; nothing searched proves nothing. */
  count(where: RegExp): number {
    return this.all.filter((shown) => where.test(shown.where)).length;
  }

  /** Where any of the texts stands. */
  find(canaries: readonly string[], { inData }: { inData: boolean }): string[] {
    const found = this.all
      .filter(({ data }) => inData || !data)
      .flatMap(({ where, text }) =>
        canaries
          .filter((canary) => text.includes(canary))
          .map((canary) => `${canary} in ${where}: ${around(text, canary)}`),
      );
    // A few are enough to know, and each is long.
    return [...new Set(found)].slice(0, 10);
  }

  private push(where: string, text: string, data = false): void {
    this.all.push({ where, text, data });
  }
}

/** `console.dir` asks no object how it wants to be shown, so that only what is not there is hidden. */
function toBare(value: unknown): string {
  return inspect(value, { depth: 10, showHidden: true, customInspect: false });
}

function toJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '';
  }
}

function toText(value: unknown): string {
  const bare = Object(value) === value && !('toString' in Object(value));
  return bare ? '' : String(value);
}

function around(text: string, canary: string): string {
  const at = text.indexOf(canary);
  return JSON.stringify(text.slice(Math.max(0, at - 60), at + canary.length + 20));
}
