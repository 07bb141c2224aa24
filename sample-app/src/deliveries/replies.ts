import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { OnSmsReply } from 'nestjs-tencentcloud-sms/delivery';
import type { SmsReply } from 'nestjs-tencentcloud-sms/delivery';
import { maskPhone } from '../mask-phone.js';
import { LiveList } from '../live-list.js';

const MOST_LISTED = 100;
const MOST_CHARACTERS = 200;

/** A reply as the page lists it, with nothing that a stranger may not see. */
export interface ListedReply {
  readonly id: string;
  /** Masked. */
  readonly from: string;
  /** Without what may be a number or a code. */
  readonly text: string;
  readonly optOut: boolean;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What phones wrote back. A real app stores it, and sends no marketing to who has opted out. */
@Injectable()
export class Replies implements OnModuleDestroy {
  readonly list = new LiveList<ListedReply>(MOST_LISTED);

  /** Called once for each reply, or again when it throws. The sender may be forged: it unlocks nothing. */
  @OnSmsReply()
  onReply({ id, from, text, optOut, at }: SmsReply): void {
    this.list.put({
      id: createHash('sha256').update(id).digest('hex'),
      from: maskPhone(from),
      text: text.slice(0, MOST_CHARACTERS).replaceAll(/\d{4,}/g, '****'),
      optOut,
      at,
    });
  }

  onModuleDestroy(): void {
    this.list.close();
  }
}
