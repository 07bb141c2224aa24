import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';
import { inboxPage } from '../../../lib/emulator/inbox/inbox.page.js';
import { SmsEmulator } from '../../../lib/testing/index.js';
import type { SmsEmulatorOptions } from '../../../lib/testing/index.js';
import { officialClient } from '../official-client.js';

/** A text to send; what is left out is Tencent's example. */
export interface Text {
  readonly to?: string;
  readonly template?: string;
  readonly params?: string[];
  readonly sign?: string;
}

/** An emulator behind a small reverse proxy, which serves the inbox at its root or below a prefix. */
export class InboxHost {
  /** What browsers that came back said they had seen. */
  readonly lastEventIds: string[];

  private constructor(
    private readonly target: Target,
    private readonly server: Server,
    /** Where the inbox is; ends with a slash. */
    readonly url: string,
    lastEventIds: string[],
  ) {
    this.lastEventIds = lastEventIds;
  }

  get emulator(): SmsEmulator {
    return this.target.emulator;
  }

  static async start(options?: SmsEmulatorOptions, prefix = ''): Promise<InboxHost> {
    const target = { emulator: await SmsEmulator.start(options) };
    const lastEventIds: string[] = [];
    const server = createProxy(target, prefix, lastEventIds);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return new InboxHost(target, server, `http://127.0.0.1:${port}${prefix}/`, lastEventIds);
  }

  async send({
    to = '+8613711112222',
    template = '449739',
    params = ['042137', '5'],
    sign = '腾讯云',
  }: Text = {}): Promise<void> {
    await officialClient(this.emulator).SendSms({
      PhoneNumberSet: [to],
      SmsSdkAppId: '1400006666',
      SignName: sign,
      TemplateId: template,
      TemplateParamSet: params,
    });
  }

  /** Puts a new emulator in the place of the old one, which knows nothing of what was sent before. */
  async restart(options?: SmsEmulatorOptions): Promise<void> {
    await this.emulator.stop();
    this.target.emulator = await SmsEmulator.start(options);
  }

  /** Ends the connections of browsers, as a proxy in trouble does. */
  dropConnections(): void {
    this.server.closeAllConnections();
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.dropConnections();
    await Promise.all([closed, this.emulator.stop()]);
  }
}

interface Target {
  emulator: SmsEmulator;
}

function createProxy(target: Target, prefix: string, lastEventIds: string[]): Server {
  return createServer((incoming, outgoing) => {
    const address = incoming.url ?? '';
    if (!address.startsWith(`${prefix}/`) && address !== prefix) {
      outgoing.writeHead(404).end('outside of the prefix');
      return;
    }
    const path = address.slice(prefix.length) || '/';
    // A question mark is a call of the API.
    if (incoming.method === 'GET' && path === '/') {
      const { html, headers } = inboxPage();
      outgoing.writeHead(200, headers).end(html);
      return;
    }
    const { method, headers } = incoming;
    const lastEventId = headers['last-event-id'];
    if (typeof lastEventId === 'string') {
      lastEventIds.push(lastEventId);
    }
    const { port } = target.emulator;
    const onwards = request({ port, host: '127.0.0.1', method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      // Not `pipe`, which would leave a browser waiting when the emulator stops.
      pipeline(answer, outgoing, () => {});
    });
    onwards.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onwards.destroy());
    incoming.pipe(onwards);
  });
}
