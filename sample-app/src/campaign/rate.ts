const LOOKS = 10;
/** Over less, the rate says nothing. */
const SHORTEST_MS = 100;

/** Rows a second over the last looks. */
export class Rate {
  private readonly looks: { readonly atMs: number; readonly ended: number }[] = [];

  /** @param ended rows that have ended until now */
  of(ended: number): number {
    this.looks.push({ atMs: performance.now(), ended });
    if (this.looks.length > LOOKS) {
      this.looks.shift();
    }
    const [first, last] = [this.looks[0], this.looks.at(-1)];
    if (first === undefined || last === undefined || last.atMs - first.atMs < SHORTEST_MS) {
      return 0;
    }
    return Math.round(((last.ended - first.ended) * 1000) / (last.atMs - first.atMs));
  }
}
