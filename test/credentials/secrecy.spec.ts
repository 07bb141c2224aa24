import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  assumeRoleCredentials,
  chainCredentials,
  cvmRoleCredentials,
  environmentCredentials,
  profileCredentials,
  staticCredentials,
  webIdentityCredentials,
} from 'nestjs-tencentcloud-sms';
import type { SmsCredentialsProvider } from 'nestjs-tencentcloud-sms';
import { RawServer, httpResponse } from '../support/raw-server.js';
import type { RawResponse } from '../support/raw-server.js';
import {
  CANARIES,
  FakeClock,
  grantingSts,
  metadataOf,
  refusingSts,
  temporaryKeys,
} from './fake-sts.js';

const { secretId, secretKey, token, webIdentityToken } = CANARIES;

/** Every way in which something gets into a log. */
function everythingShownOf(value: unknown): string {
  const { message = '', stack = '' } = value as Partial<Error>;
  const plain = JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null
      ? Object.fromEntries(
          Object.getOwnPropertyNames(member).map((name) => [
            name,
            (member as Record<string, unknown>)[name],
          ]),
        )
      : member,
  );
  const inspected = inspect(value, { showHidden: true, depth: null, getters: true });
  return [message, stack, plain, inspected, String(value)].join('\n');
}

describe('no provider shows a secret', () => {
  let server: RawServer;
  let clock: FakeClock;
  let folder: string;
  let providers: Record<string, SmsCredentialsProvider>;

  beforeEach(async () => {
    clock = new FakeClock();
    server = await RawServer.start(grantingSts(clock));
    folder = await mkdtemp(join(tmpdir(), 'sms-secrecy-'));
    const path = join(folder, 'ini');
    const tokenFile = join(folder, 'token');
    await writeFile(path, `[default]\nsecret_id=${secretId}\nsecret_key=${secretKey}\n`);
    await writeFile(tokenFile, webIdentityToken);
    const { now } = clock;
    const endpoint = server.url;
    const roleArn = 'qcs::cam::uin/1:roleName/x';
    const source = { secretId, secretKey, token };
    const env = { TENCENTCLOUD_SECRET_ID: secretId, TENCENTCLOUD_SECRET_KEY: secretKey };
    providers = {
      static: staticCredentials(source),
      environment: environmentCredentials({ env }),
      profile: profileCredentials({ path, now }),
      cvmRole: cvmRoleCredentials({ endpoint, now }),
      assumeRole: assumeRoleCredentials({ roleArn, source, endpoint, now }),
      webIdentity: webIdentityCredentials({ roleArn, providerId: 'p', tokenFile, endpoint, now }),
    };
    providers['chain'] = chainCredentials(...Object.values(providers));
  });

  afterEach(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  it('when it is printed, before and after it was asked', async () => {
    expect(everythingShownOf(providers)).not.toContain('canary');
    for (const [name, provider] of Object.entries(providers)) {
      server.respondWith(name === 'cvmRole' ? metadataOf('x', clock) : grantingSts(clock));
      // oxlint-disable-next-line no-await-in-loop -- one server for all, answering differently
      expect(JSON.stringify(await provider())).toContain('canary');
    }
    expect(everythingShownOf(providers)).not.toContain('canary');
  });

  const echo = [...Object.values(CANARIES), JSON.stringify(temporaryKeys(1))].join(' ');
  it.each([
    [
      'a refusal that repeats all it was given',
      (socket, request, count) => {
        const given = `${JSON.stringify(request.headers)} ${request.body}`;
        refusingSts('AuthFailure.SignatureFailure', given)(socket, request, count);
      },
    ],
    ['a page', (socket) => socket.write(httpResponse(`<p>${echo}</p>`))],
    ['a server error', (socket) => socket.write(httpResponse(echo, { status: 500 }))],
    [
      'JSON cut short',
      (socket) =>
        socket.write(
          httpResponse(`{"Response":{"Credentials":${JSON.stringify(temporaryKeys(1))}`),
        ),
    ],
    [
      'keys without an end',
      (socket) =>
        socket.write(
          httpResponse(
            JSON.stringify({
              Code: 'Success',
              ...temporaryKeys(1),
              Response: { Credentials: temporaryKeys(1) },
            }),
          ),
        ),
    ],
    ['a broken connection', (socket) => socket.destroy()],
    [
      'half an answer',
      (socket) => socket.end(`HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n${echo}`),
    ],
  ] as [string, RawResponse][])('when it fails because of %s', async (_, answer) => {
    for (const name of ['cvmRole', 'assumeRole', 'webIdentity']) {
      server.respondWith((socket, request, count) => {
        // The metadata service names the role first, so that the keys are what goes wrong.
        if (request.target.endsWith('/security-credentials/')) {
          socket.write(httpResponse('x'));
        } else {
          answer(socket, request, count);
        }
      });
      // oxlint-disable-next-line no-await-in-loop -- one server for all
      const error: unknown = await Promise.resolve(providers[name]?.()).catch(
        (reason: unknown) => reason,
      );
      expect(error).toMatchObject({ name: 'SmsCredentialsError' });
      expect(everythingShownOf(error)).not.toContain('canary');
    }
  });
});
