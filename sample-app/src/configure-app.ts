import type { NestExpressApplication } from '@nestjs/platform-express';

/** What the app needs beside its modules; tests start it the same way. */
export function configureApp(app: NestExpressApplication): void {
  // A campaign may be long, and may come as CSV.
  app.useBodyParser('json', { limit: '10mb' });
  app.useBodyParser('text', { limit: '10mb', type: 'text/csv' });
  app.enableShutdownHooks();
}
