import { API_VERSION } from '../../lib/api/envelope.js';
import type { SmsAction, SmsRequest } from '../../lib/api/actions.js';
import type { SmsCall } from '../../lib/signing/signer.js';
import { Tc3Signer } from '../../lib/signing/tc3.signer.js';
import { createEngine } from '../../lib/emulator/engine/create-engine.js';
import type { Engine } from '../../lib/emulator/engine/engine.js';
import { resolveBehavior } from '../../lib/emulator/engine/emulator.options.js';
import type { SmsEmulatorBehavior } from '../../lib/testing/index.js';
import type { LooseResponse } from './raw-client.js';

const SECRET_KEY = 'engine-key';

/** An engine without a socket, and a client of it. */
export interface EngineClient {
  readonly engine: Engine;
  /** Calls an action, in this region and language. */
  readonly call: <A extends SmsAction>(
    action: A,
    request: SmsRequest<A>,
    options?: Partial<Pick<SmsCall, 'region' | 'language'>>,
  ) => LooseResponse;
}

/** Starts an engine. */
export async function engineClient(behavior: SmsEmulatorBehavior = {}): Promise<EngineClient> {
  const engine = await createEngine({ secretKey: SECRET_KEY, ...resolveBehavior(behavior) });
  const signer = new Tc3Signer();
  return {
    engine,
    call(action, params, { region = 'ap-guangzhou', language } = {}) {
      const host = 'sms.tencentcloudapi.com';
      const { headers, body } = signer.sign(
        {
          method: 'POST',
          host,
          action,
          params,
          version: API_VERSION,
          region,
          language,
          timestamp: Math.floor(Date.now() / 1000),
        },
        { secretId: 'AKIDengine', secretKey: SECRET_KEY },
      );
      const lowerCased = Object.entries(headers).map(([name, value]) => [
        name.toLowerCase(),
        value,
      ]);
      const answer = engine.respond({
        method: 'POST',
        target: '/',
        headers: { host, ...(Object.fromEntries(lowerCased) as Record<string, string>) },
        body: Buffer.from(body),
        bodyTooLarge: false,
      });
      return (JSON.parse(answer.body) as { Response: LooseResponse }).Response;
    },
  };
}
