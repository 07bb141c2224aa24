import type { Held, Keep } from '../memory/keep.js';
import type { EmulatorClock } from './clock.js';

interface Task {
  readonly at: number;
  /** `undefined` once it is forgotten: its place in the order stays until its time has come. */
  run: ((at: number) => void) | undefined;
  held: Held | undefined;
}

/** What a task keeps in memory as long as it waits. */
export interface TaskMemory {
  readonly bytes: number;
  /** Told when there was no space for it any longer. */
  readonly onForgotten?: () => void;
}

/** The longest delay that timers take. */
const MAX_DELAY_MS = 2 ** 31 - 1;
/** Beyond this, the next one is done early: an emulator may run for weeks under load. */
const MAX_TASKS = 100_000;
const TASK_BYTES = 200;

/**
 * What is to happen later, by the emulator's clock: when real time gets there, or when a test moves
 * the clock. One timer at most, and it keeps no process alive.
 */
export class Schedule {
  // Latest first, so that the next one is taken from the end.
  private tasks: Task[] = [];
  private timer: NodeJS.Timeout | undefined;
  private timerAt = Infinity;
  private isRunning = false;

  constructor(
    private readonly clock: EmulatorClock,
    private readonly keep: Keep,
  ) {}

  /** Calls `run` with the time it was due, which may be past when it is called. */
  add(at: number, run: (at: number) => void, { bytes, onForgotten }: TaskMemory): void {
    const task: Task = { at, run, held: undefined };
    this.tasks.splice(this.placeOf(at), 0, task);
    task.held = this.keep.hold(TASK_BYTES + bytes, () => {
      task.run = undefined;
      onForgotten?.();
    });
    if (this.tasks.length > MAX_TASKS) {
      this.runLast(this.clock.now());
    }
    this.arm();
  }

  /** Does what is due, in the order of time; also what that brings about. */
  runDue(): void {
    const now = this.clock.now();
    this.isRunning = true;
    try {
      for (let next = this.tasks.at(-1); next !== undefined && next.at <= now;) {
        this.runLast(next.at);
        next = this.tasks.at(-1);
      }
    } finally {
      this.isRunning = false;
    }
    this.arm();
  }

  /** Forgets everything. */
  clear(): void {
    for (const { held } of this.tasks) {
      this.keep.release(held);
    }
    this.tasks = [];
    this.arm();
  }

  private runLast(at: number): void {
    const task = this.tasks.pop();
    this.keep.release(task?.held);
    task?.run?.(at);
  }

  // Behind those of the same time, which were there first.
  private placeOf(at: number): number {
    let low = 0;
    let high = this.tasks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.tasks[middle]?.at ?? 0) > at) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private arm(): void {
    const at = this.tasks.at(-1)?.at ?? Infinity;
    // A clock that was moved needs no timer: the call that moves it runs what is due.
    // What runs may have set the clock back for its time, and a timer must not go by that.
    if (at === this.timerAt || this.isRunning) {
      return;
    }
    clearTimeout(this.timer);
    this.timer = undefined;
    this.timerAt = at;
    if (at !== Infinity) {
      const delay = Math.min(Math.max(at - this.clock.now(), 0), MAX_DELAY_MS);
      this.timer = setTimeout(() => {
        this.timerAt = Infinity;
        this.runDue();
      }, delay).unref();
    }
  }
}
