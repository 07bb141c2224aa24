import type { CallFaults } from './faults.js';
import type { WireAnswer } from '../wire/wire.js';

/** Does to an answer what the faults of its call ask for. */
export function spoil(answer: WireAnswer, faults: CallFaults): WireAnswer {
  const { effect, latencyMs, status } = faults;
  if (effect === undefined) {
    return latencyMs === 0 ? answer : { ...answer, effect: { delayMs: latencyMs, cut: undefined } };
  }
  switch (effect) {
    case 'reset':
    case 'drop':
    case 'stalled':
      return { ...answer, effect: { delayMs: latencyMs, cut: effect } };
    case 'http-status':
      return { ...toHtml(status), effect: { delayMs: latencyMs, cut: undefined } };
    case 'html':
      return { ...toHtml(200), effect: { delayMs: latencyMs, cut: undefined } };
    case 'truncated': {
      const body = answer.body.slice(0, answer.body.length / 2);
      return { ...answer, body, effect: { delayMs: latencyMs, cut: undefined } };
    }
    default:
      return effect satisfies never;
  }
}

function toHtml(status: number): WireAnswer {
  return {
    status,
    headers: { 'Content-Type': 'text/html; charset=utf-8' },
    body: `<html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>`,
  };
}
