import { types } from 'node:util';
import type { InjectionToken, OnApplicationShutdown } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';

/**
 * Has the module whose provider this is shut down after all others, and in any case.
 *
 * Nest shuts modules down by their distance, the farthest last. A wait in the middle would hold up the
 * hooks behind it: queue workers would begin another job, and the app would close later by the time of a
 * send. Where Nest orders them otherwise, this changes nothing.
 */
export function shutDownLast(
  modules: ModulesContainer,
  token: InjectionToken,
  instance: unknown,
): void {
  // An instrumented app: no method of a Map works through a proxy, and the order stays as it is.
  if (types.isProxy(modules)) {
    return;
  }
  for (const module of modules.values()) {
    if (module.providers.get(token)?.instance === instance) {
      module.distance = Infinity;
    }
  }
}

/**
 * Closes with the app what a `LazyModuleLoader` loads: Nest lists the modules whose hooks it calls when
 * the app starts, and none that came later. Its own first module is listed in any case, and the providers
 * of a module are listed when its hooks are called.
 *
 * @param isListed whether Nest has called a hook of the module
 */
export function closeWithApp(
  modules: ModulesContainer,
  isListed: () => boolean,
  close: () => Promise<void>,
): void {
  if (types.isProxy(modules)) {
    return;
  }
  const [core] = modules.values();
  core?.addProvider({
    provide: Symbol('nestjs-tencentcloud-sms:lazy'),
    useValue: new LazyShutdown(isListed, close),
  });
}

class LazyShutdown implements OnApplicationShutdown {
  constructor(
    private readonly isListed: () => boolean,
    private readonly close: () => Promise<void>,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    if (!this.isListed()) {
      await this.close();
    }
  }
}
