import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent } from 'node:https';
import type { AgentOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Duplex } from 'node:stream';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
// A CommonJS package: its exports are the default import.
// oxlint-disable-next-line import/default
import tencentcloud from 'tencentcloud-sdk-nodejs-sms';
import { assertBuilt } from '../package/built-package.js';
import { isChinese, readPages } from './page.js';

const run = promisify(execFile);
const [certify = '', start = ''] = readPages()
  .filter((page) => !isChinese(page))
  .flatMap(({ blocks }) => blocks)
  .filter(({ code }) => code.startsWith('openssl req'))
  .flatMap(({ code }) => code.split('\n'));

class Detour extends Agent {
  constructor(
    ca: Buffer,
    private readonly port: number,
  ) {
    super({ ca });
  }

  override createConnection(options: AgentOptions): Duplex {
    // The name is checked as it is: `sms.tencentcloudapi.com`.
    return connect({ ...options, host: '127.0.0.1', port: this.port });
  }
}

describe('the recipe for TLS', () => {
  let folder: string;

  beforeAll(() => {
    assertBuilt();
    folder = mkdtempSync(join(tmpdir(), 'tls-recipe-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('lets a client talk to the emulator that has the address of production built in', async () => {
    await run('sh', ['-c', certify], { cwd: folder });
    const command = resolve('dist/cli/emulator.cli.js');
    const flags = start.replace(/^npx nestjs-tencentcloud-sms /, '').replace('443', '0');
    const child = spawn(process.execPath, [command, ...flags.split(' ')], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const port = await new Promise<number>((found, fail) => {
      child.stdout.once('data', (data: Buffer) => {
        found(Number(/:(\d+)\n/.exec(data.toString())?.[1]));
      });
      child.once('close', () => {
        fail(new Error('The emulator did not start.'));
      });
    });
    const agent = new Detour(readFileSync(join(folder, 'emulator-cert.pem')), port);
    const client = new tencentcloud.sms.v20210111.Client({
      credential: { secretId: 'AKIDofficial', secretKey: 'emulator-secret-key' },
      region: 'ap-guangzhou',
      profile: { httpProfile: { agent } },
    });
    const { PhoneNumberInfoSet: found } = await client.DescribePhoneNumberInfo({
      PhoneNumberSet: ['+8613711112222'],
    });
    expect(found).toMatchObject([{ Code: 'Ok' }]);
    // As the page says for Node.
    const script = `fetch('https://localhost:${port}/readyz').then(({ status }) => console.log(status))`;
    const { stdout } = await run(process.execPath, ['-e', script], {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, 'emulator-cert.pem') },
    });
    expect(stdout.trim()).toBe('200');
    agent.destroy();
    child.kill();
  });
});
