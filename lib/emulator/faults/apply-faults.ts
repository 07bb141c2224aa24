import type { CallFaults } from './faults.js';
import type { WireResponse } from '../wire/wire.js';

/** Does to an answer what the faults of its call ask for. */
export function applyFaults(response: WireResponse, faults: CallFaults): WireResponse {
  const { effect, latencyMs, status } = faults;
  if (effect === undefined) {
    return latencyMs === 0
      ? response
      : { ...response, effect: { delayMs: latencyMs, cut: undefined } };
  }
  switch (effect) {
    case 'reset':
    case 'drop':
    case 'stalled':
      return { ...response, effect: { delayMs: latencyMs, cut: effect } };
    case 'http-status':
      return { ...toHtml(status), effect: { delayMs: latencyMs, cut: undefined } };
    case 'html':
      return { ...toHtml(200), effect: { delayMs: latencyMs, cut: undefined } };
    case 'truncated': {
      const body = response.body.slice(0, response.body.length / 2);
      return { ...response, body, effect: { delayMs: latencyMs, cut: undefined } };
    }
    default:
      return effect satisfies never;
  }
}

function toHtml(status: number): WireResponse {
  return {
    status,
    headers: { 'Content-Type': 'text/html; charset=utf-8' },
    body: `<html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>`,
  };
}
