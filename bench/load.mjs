// Requests over sockets: one child process of its own, which trusts the test authority.
import { createClients, requestOf } from './clients.mjs';
import { compareLoad } from './measure.mjs';

const { ports, scenarios, rounds } = JSON.parse(process.argv[2]);
const results = [];
for (const scenario of scenarios) {
  const secure = scenario.wire === 'tls';
  const { clients, close } = await createClients({
    secure,
    port: ports[scenario.wire],
    params: requestOf(scenario.numbers),
  });
  results.push({ ...scenario, ...(await compareLoad(clients, { ...scenario, rounds })) });
  await close();
}
process.send(results, () => process.exit(0));
