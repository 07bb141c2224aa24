import type { AddSmsSignRequest } from '../../api/signs.js';
import type { ReadableClock } from '../clock/clock.js';
import { Review } from './review.js';
import { findSignRejection } from './review-rules.js';
import {
  findSignFault,
  isInternationalSignName,
  isMainlandSignName,
} from '../../templates/sign-name.js';

/** A signature of the account. */
export interface Sign {
  readonly id: number;
  name: string;
  /** 0 mainland, 1 international. */
  readonly market: 0 | 1;
  readonly createdAt: number;
  qualificationId: number | undefined;
  review: Review;
}

/** Most signatures of an account; Tencent keeps its own number to itself. */
export const MAX_SIGNS = 1000;
const SEED_ID = 100_001;
const FIRST_ID = 500_001;

/** The account's signatures: one to start with, and what `AddSmsSign` brings. */
export class Signs {
  private readonly known = new Map<number, Sign>();
  private readonly deleted = new Set<string>();
  /** Ids that are there from the start, and so need not be kept. */
  private readonly given = new Set<number>();
  private nextId = FIRST_ID;

  constructor(
    private readonly clock: ReadableClock,
    private readonly strict: boolean,
  ) {
    for (const market of [0, 1] as const) {
      const id = SEED_ID + market;
      this.known.set(id, {
        id,
        name: '腾讯云',
        market,
        createdAt: clock.now(),
        qualificationId: 1,
        review: Review.passed(),
      });
      this.given.add(id);
    }
  }

  get size(): number {
    return this.known.size;
  }

  find(id: number): Sign | undefined {
    return this.known.get(id);
  }

  findByName(name: string, market: 0 | 1): Sign | undefined {
    for (const sign of this.known.values()) {
      if (sign.name === name && sign.market === market) {
        return sign;
      }
    }
    return undefined;
  }

  list(): Sign[] {
    return [...this.known.values()];
  }

  /**
   * Takes one that was there before, with an id of its own where it has none; what is given from the
   * start is not among the added ones.
   */
  restore(sign: Omit<Sign, 'id'> & { readonly id: number | undefined }, isGiven: boolean): void {
    const id = sign.id ?? this.freeId();
    this.known.set(id, { ...sign, id });
    if (isGiven) {
      this.given.add(id);
    }
  }

  /** What came after the start. */
  added(): Sign[] {
    return this.list().filter(({ id }) => !this.given.has(id));
  }

  add(request: AddSmsSignRequest): Sign {
    const now = this.clock.now();
    const sign: Sign = {
      id: this.freeId(),
      name: request.SignName,
      market: request.International,
      createdAt: now,
      qualificationId: request.QualificationId,
      review: Review.submittedAt(now, findSignRejection(request)),
    };
    this.known.set(sign.id, sign);
    this.deleted.delete(keyOf(sign.name, sign.market));
    return sign;
  }

  delete(sign: Sign): void {
    this.known.delete(sign.id);
    // Remembered, so that the lenient mode does not learn it again.
    this.deleted.add(keyOf(sign.name, sign.market));
    if (this.deleted.size > MAX_SIGNS) {
      for (const oldest of this.deleted) {
        this.deleted.delete(oldest);
        break;
      }
    }
  }

  private freeId(): number {
    while (this.known.has(this.nextId)) {
      this.nextId += 1;
    }
    this.nextId += 1;
    return this.nextId - 1;
  }

  /** Whether a text may be sent under this name. */
  isUsable(name: string, market: 0 | 1): boolean {
    const sign = this.findByName(name, market);
    if (sign === undefined) {
      return !this.strict && !this.deleted.has(keyOf(name, market)) && isSignName(name, market);
    }
    if (!this.strict) {
      sign.review.finishNow();
    }
    return sign.review.statusAt(this.clock.now()) === 0;
  }
}

// With brackets of its own, a text would show them twice.
function isSignName(name: string, market: 0 | 1): boolean {
  return market === 0
    ? isMainlandSignName(name)
    : isInternationalSignName(name) && findSignFault(name) === undefined && !/[[\]]/.test(name);
}

function keyOf(name: string, market: 0 | 1): string {
  return `${market}${name}`;
}
