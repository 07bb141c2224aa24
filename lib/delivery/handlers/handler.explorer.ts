import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import type { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
import { SmsOptionsError } from '../../errors/options.error.js';
import type { SmsFieldIssue } from '../../errors/sms.error.js';
import type { DeliveryHandler } from './delivery-handler.js';
import { HANDLER_MARK } from './handler.decorators.js';
import type { HandlerMark } from './handler.decorators.js';

/** A handler, and where it was found. */
interface FoundHandler {
  readonly handler: DeliveryHandler;
  readonly isSingleton: boolean;
  readonly instance: unknown;
  /** Name of the module. */
  readonly where: string;
}

/** Finds the methods that hear of changes, in all providers and controllers of the app. */
@Injectable()
export class HandlerExplorer {
  private readonly scanner = new MetadataScanner();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly reflector: Reflector,
  ) {}

  /**
   * @throws SmsOptionsError naming each handler that is no singleton, and each name that several have: a
   * store tells handlers apart by it.
   */
  explore(): DeliveryHandler[] {
    const wrappers = [...this.discovery.getProviders(), ...this.discovery.getControllers()];
    const found = wrappers.flatMap((wrapper) => this.exploreOne(wrapper));
    const byName = new Map<string, FoundHandler[]>();
    for (const one of found) {
      const same = byName.get(one.handler.name) ?? [];
      // Under another token an instance stands once more.
      if (!same.some(({ instance }) => instance === one.instance)) {
        byName.set(one.handler.name, [...same, one]);
      }
    }
    const issues = [...byName.values()].flatMap(findFault);
    if (issues.length > 0) {
      throw new SmsOptionsError(issues);
    }
    return [...byName.values()].flatMap((same) => same.map(({ handler }) => handler));
  }

  private exploreOne(wrapper: InstanceWrapper): FoundHandler[] {
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
      const isSingleton = wrapper.isDependencyTreeStatic() && !wrapper.isTransient;
      const instance: unknown = wrapper.instance;
      const where = wrapper.host?.name ?? 'a module';
      return [{ handler: { name, mark, call }, isSingleton, instance, where }];
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

/** What is wrong with the handlers of one name. */
function findFault(found: readonly FoundHandler[]): SmsFieldIssue[] {
  const name = found[0]?.handler.name ?? '';
  if (found.some(({ isSingleton }) => !isSingleton)) {
    const message = `${name} is in a request-scoped or transient provider, and no request comes with a report: make the provider a singleton.`;
    return [{ field: name, message }];
  }
  if (found.length > 1) {
    const places = found.map(({ where }) => where).join(' and ');
    const message = `${name} names more than one handler, in ${places}: rename a class or a method, or provide the class in one module that exports it.`;
    return [{ field: name, message }];
  }
  return [];
}

/** The prototype that has a method: an inherited one is marked on the class that it comes from. */
function ownerOf(prototype: object, method: string): object {
  let owner: object | null = prototype;
  while (owner !== null && !Object.hasOwn(owner, method)) {
    owner = Object.getPrototypeOf(owner) as object | null;
  }
  return owner ?? prototype;
}
