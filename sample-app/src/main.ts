import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { addressOf } from './address-of.js';
import { configureApp } from './configure-app.js';
import { useEmulator } from './development/use-emulator.js';

// Before the modules are loaded: the configuration is read while they are.
if (process.env['TENCENTCLOUD_SECRET_ID'] === undefined) {
  const { url } = await useEmulator(process.env);
  Logger.log(`TENCENTCLOUD_SECRET_ID is not set: texts go to the emulator at ${url}`, 'SampleApp');
}
const { AppModule } = await import('./app.module.js');

const app = await NestFactory.create<NestExpressApplication>(AppModule);
configureApp(app);
const { port, host } = addressOf(process.env);
await app.listen(port, host);
Logger.log(`Listening on ${await app.getUrl()}`, 'SampleApp');
