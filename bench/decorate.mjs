// Decorators without a compiler, for classes of benchmarks.
import { Body, HttpCode, Post } from '@nestjs/common';

/** Marks a method with a decorator. */
export function decorate(type, method, decorator) {
  const descriptor = Object.getOwnPropertyDescriptor(type.prototype, method);
  decorator(type.prototype, method, descriptor);
}

/** Makes a method take the body of a POST to `/plain`. */
export function takeBody(type, method) {
  Body()(type.prototype, method, 0);
  decorate(type, method, HttpCode(200));
  decorate(type, method, Post('plain'));
}
