import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import type { Socket } from 'node:net';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { EmulatorServer } from '../../../lib/emulator/server/emulator-server.js';
import { resolveEmulatorOptions } from '../../../lib/emulator/engine/emulator.options.js';
import { assertBuilt } from '../../package/built-package.js';
import { sendSigned } from '../raw-client.js';

/** Writes the address of each module to stderr as it is loaded. */
const HOOKS = `
  import { register } from 'node:module';
  register('data:text/javascript,' + encodeURIComponent(\`
    export async function load(url, context, next) {
      process._rawDebug('load ' + url);
      return next(url, context);
    }\`));`;

describe('the command', () => {
  beforeAll(assertBuilt);

  it('greets before it loads the engine and the numbering plans, and loads no page without a visitor', async () => {
    const hooks = `data:text/javascript,${encodeURIComponent(HOOKS)}`;
    const command = ['--import', hooks, 'dist/cli/emulator.cli.js', 'emulator', '--port', '0'];
    // One pipe for both, so that the order is the one in which they were written.
    const child = spawn('sh', ['-c', 'exec "$0" "$@" 2>&1', process.execPath, ...command], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        const [, found] = /listening on (\S+)\n/.exec(text) ?? [];
        if (found !== undefined) {
          resolve(found);
        }
      });
      child.on('close', () => {
        reject(new Error(`The command ended early: ${text}`));
      });
    });
    // The answer waits until everything is there.
    const ready = await fetch(`${url}/readyz`);
    const closed = once(child, 'close');
    child.kill();
    await closed;
    expect(ready.status).toBe(200);
    const [before = '', after = ''] = text.split('listening on');
    expect(before).toContain('emulator.cli.js');
    expect(before).not.toMatch(/\/engine\.js|libphonenumber|inbox\.page/);
    expect(after).toMatch(/\/engine\.js/);
    expect(after).toMatch(/libphonenumber/);
    expect(after).not.toMatch(/inbox\.page/);
  });
});

describe('a request that comes before the engine is loaded', () => {
  it('is answered when it is, like any other', async () => {
    const server = await EmulatorServer.listen(resolveEmulatorOptions());
    const { port, url } = server;
    const [page, { response }, ready] = await Promise.all([
      fetch(url),
      sendSigned({
        port,
        action: 'SendSms',
        body: JSON.stringify({
          PhoneNumberSet: ['+60198890000'],
          SmsSdkAppId: '1400006666',
          TemplateId: '77',
        }),
      }),
      fetch(`${url}/readyz`),
    ]);
    expect(await page.text()).toContain('<title>');
    expect(response['SendStatusSet']).toMatchObject([{ Code: 'Ok', IsoCode: 'MY' }]);
    expect(await ready.json()).toEqual({ status: 'ok' });
    await server.close();
  });

  it('is forgotten when its client goes away or the emulator ends', async () => {
    const server = await EmulatorServer.listen(resolveEmulatorOptions());
    const cut = fetch(`${server.url}/readyz`).catch(() => 'cut');
    const gone = request(`${server.url}/readyz`)
      .on('error', () => undefined)
      .end();
    const [socket] = (await once(gone, 'socket')) as [Socket];
    await once(socket, 'connect');
    gone.destroy();
    await server.close();
    expect(await cut).toBe('cut');
    await server.load();
    await server.close();
  });
});
