import http from 'node:http';
import https from 'node:https';

const HOOKS = ['addRequest', 'createSocket', 'createConnection'] as (keyof http.Agent)[];

/** Whether an agent, or the global one of Node, makes its connections as Node does. */
export function isNodeAgent(agent: http.Agent): boolean {
  return HOOKS.every(
    (hook) =>
      agent[hook] === http.Agent.prototype[hook] || agent[hook] === https.Agent.prototype[hook],
  );
}
