import { Injectable } from '@nestjs/common';
import type { SmsEmulatorControls } from 'nestjs-tencentcloud-sms/testing';

/** The emulator that runs in this process, where one does: what starts it sets it. */
@Injectable()
export class EmbeddedEmulator {
  controls: SmsEmulatorControls | undefined;
}
