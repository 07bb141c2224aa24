import type { NestExpressApplication } from '@nestjs/platform-express';

/** What the app needs beside its modules; tests start it the same way. */
export function configureApp(app: NestExpressApplication): void {
  // Behind a proxy every caller has the proxy's address, unless the app is told which proxies to
  // believe: app.set('trust proxy', 'loopback, 10.0.0.0/8'). Limits go by address, the Secure of a
  // cookie by the proxy's protocol. Never `true`, which lets a stranger choose an address.
  app.enableShutdownHooks();
}
