import type { DoctorCheck } from './check.js';
import { application } from './checks/application.js';
import { callback } from './checks/callback.js';
import { clock } from './checks/clock.js';
import { dns } from './checks/dns.js';
import { keys } from './checks/keys.js';
import { packages } from './checks/packages.js';
import { permissions } from './checks/permissions.js';
import { proxy } from './checks/proxy.js';
import { region } from './checks/region.js';
import { send } from './checks/send.js';
import { signature } from './checks/signature.js';
import { statistics } from './checks/statistics.js';
import { templates } from './checks/templates.js';
import { tls } from './checks/tls.js';
import { variables } from './checks/variables.js';
import { versions } from './checks/versions.js';

/** What is looked at, in this order: each needs what stands before it. */
export const CHECKS: readonly DoctorCheck[] = [
  variables,
  versions,
  dns,
  proxy,
  tls,
  clock,
  keys,
  permissions,
  region,
  application,
  signature,
  templates,
  packages,
  statistics,
  callback,
  send,
];
