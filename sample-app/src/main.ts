import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import { addressOf } from './address-of.js';
import { configureApp } from './configure-app.js';
import { EmbeddedEmulator } from './development/embedded-emulator.js';
import { useEmulator } from './development/use-emulator.js';
import { reservePort } from './reserve-port.js';

// First of all: the emulator calls the app back, and is told where when it starts.
const port = await reservePort(addressOf(process.env));
// Before the modules are loaded: the configuration is read while they are.
let emulator: SmsEmulator | undefined;
if (process.env['TENCENTCLOUD_SECRET_ID'] === undefined) {
  // A text is under way for some seconds, as on a real network.
  emulator = await useEmulator(process.env, port.url, 'realistic');
  Logger.log(
    `TENCENTCLOUD_SECRET_ID is not set: texts go to the emulator at ${emulator.url}`,
    'SampleApp',
  );
}
const { AppModule } = await import('./app.module.js');

const app = await NestFactory.create<NestExpressApplication>(AppModule);
configureApp(app);
app.get(EmbeddedEmulator).controls = emulator;
await port.listen(app);
Logger.log(`Listening on ${await app.getUrl()}`, 'SampleApp');
