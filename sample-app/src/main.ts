import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { addressOf } from './address-of.js';
import { configureApp } from './configure-app.js';
import { useEmulator } from './development/use-emulator.js';
import { reservePort } from './reserve-port.js';

// First of all: the emulator calls the app back, and is told where when it starts.
const port = await reservePort(addressOf(process.env));
// Before the modules are loaded: the configuration is read while they are.
if (process.env['TENCENTCLOUD_SECRET_ID'] === undefined) {
  // A text is under way for some seconds, as on a real network.
  const { url } = await useEmulator(process.env, port.url, 'realistic');
  Logger.log(`TENCENTCLOUD_SECRET_ID is not set: texts go to the emulator at ${url}`, 'SampleApp');
}
const { AppModule } = await import('./app.module.js');

const app = await NestFactory.create<NestExpressApplication>(AppModule);
configureApp(app);
await port.listen(app);
Logger.log(`Listening on ${await app.getUrl()}`, 'SampleApp');
