import { Controller, HttpCode, NotFoundException, Post, UseGuards } from '@nestjs/common';
import { AddressGuard } from '../throttling/address.guard.js';
import { EmbeddedEmulator } from './embedded-emulator.js';

/** What a network does now and then, at will; nothing of it is there with an account of Tencent's. */
@Controller('development')
export class DevelopmentController {
  constructor(private readonly emulator: EmbeddedEmulator) {}

  /** The next send is carried out, and its answer gets lost. */
  @Post('lose-answer')
  @HttpCode(204)
  @UseGuards(AddressGuard)
  loseAnswer(): void {
    const { controls } = this.emulator;
    if (controls === undefined) {
      throw new NotFoundException();
    }
    // Of a send only: the answer to a look-up would be asked for again.
    controls.loseNextResponse({ action: 'SendSms' });
  }
}
