import { types } from 'node:util';
import type { ModulesContainer } from '@nestjs/core';

/**
 * Has the module that provides an instance start after all others and shut down before them.
 *
 * Nest goes by the distance of modules from the root: it starts the farthest first and shuts it down
 * last. Where Nest orders them otherwise, this changes nothing.
 */
export function closeFirst(modules: ModulesContainer, instance: unknown): void {
  // An instrumented app: no method of a Map works through a proxy, and the order stays as it is.
  if (types.isProxy(modules)) {
    return;
  }
  for (const module of modules.values()) {
    if ([...module.providers.values()].some((provider) => provider.instance === instance)) {
      module.distance = -1;
    }
  }
}
