import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import type { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
import { SmsOptionsError } from '../../errors/options.error.js';
import type { DeliveryHandler } from './delivery-handler.js';
import { HANDLER_MARK } from './handler.decorators.js';
import type { HandlerMark } from './handler.decorators.js';

/** Finds the methods that hear of changes, in all providers and controllers of the app. */
@Injectable()
export class HandlerExplorer {
  private readonly scanner = new MetadataScanner();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly reflector: Reflector,
  ) {}

  /** @throws SmsOptionsError naming each handler that Nest can't call outside a request. */
  explore(): DeliveryHandler[] {
    const wrappers = [...this.discovery.getProviders(), ...this.discovery.getControllers()];
    const found = wrappers.flatMap((wrapper) => this.exploreOne(wrapper));
    const scoped = found.filter(({ isStatic }) => !isStatic);
    if (scoped.length > 0) {
      throw new SmsOptionsError(
        scoped.map(({ handler: { name } }) => ({
          field: name,
          message: `${name} is in a request-scoped provider, and no request comes with a report: make the provider a singleton.`,
        })),
      );
    }
    // A class that stands in two modules is two instances with one name; the first one is called.
    return [...new Map(found.toReversed().map(({ handler }) => [handler.name, handler])).values()];
  }

  private exploreOne(wrapper: InstanceWrapper): { handler: DeliveryHandler; isStatic: boolean }[] {
    const { metatype } = wrapper;
    // Under other tokens and as values classes stand once more; factories have no methods of ours.
    const prototype =
      (wrapper.instance as object | null | undefined) === undefined || wrapper.instance === null
        ? (metatype as { prototype?: object } | null)?.prototype
        : (Object.getPrototypeOf(wrapper.instance) as object | null);
    if (typeof prototype !== 'object' || prototype === null || prototype === Object.prototype) {
      return [];
    }
    return this.scanner.getAllMethodNames(prototype).flatMap((method) => {
      const mark = this.markOf(prototype, method);
      if (mark === undefined) {
        return [];
      }
      const name = `${prototype.constructor.name}.${method}`;
      const call = (body: unknown): unknown =>
        (wrapper.instance as Record<string, (body: unknown) => unknown>)[method]?.(body);
      return [{ handler: { name, mark, call }, isStatic: wrapper.isDependencyTreeStatic() }];
    });
  }

  private markOf(prototype: object, method: string): HandlerMark | undefined {
    const owner = ownerOf(prototype, method);
    const value: unknown = Object.getOwnPropertyDescriptor(owner, method)?.value;
    return typeof value === 'function'
      ? this.reflector.get<HandlerMark | undefined>(HANDLER_MARK, value as () => unknown)
      : undefined;
  }
}

/** The prototype that has a method: an inherited one is marked on the class that it comes from. */
function ownerOf(prototype: object, method: string): object {
  let owner: object | null = prototype;
  while (owner !== null && !Object.hasOwn(owner, method)) {
    owner = Object.getPrototypeOf(owner) as object | null;
  }
  return owner ?? prototype;
}
