import type { TestingModule } from '@nestjs/testing';

/**
 * Closes a module, also one whose start failed: NestJS 11 then throws the error of the start once more
 * instead of running any hook.
 */
export async function closeModule(module: TestingModule): Promise<void> {
  const closing = module.close();
  await (Reflect.get(module, 'isInitialized') === true ? closing : closing.catch(() => undefined));
}
