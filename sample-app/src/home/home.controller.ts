import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { extname } from 'node:path';
import {
  Controller,
  Get,
  Header,
  Inject,
  NotFoundException,
  Param,
  StreamableFile,
} from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { ConfigType } from '@nestjs/config';
import { smsConfig } from 'nestjs-tencentcloud-sms/config';
import { callbackSecretOf, toCallbackUrls } from '../deliveries/callback-urls.js';
import { EmbeddedEmulator } from '../development/embedded-emulator.js';

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const FOLDER = new URL('./page/', import.meta.url);
/** The sources of the app, beside what is built from them. */
const SOURCES = new URL('../../src/', import.meta.url);
const TYPES = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
]);

/** Where texts go, and where what becomes of them comes from. */
interface Destination {
  readonly inbox: string | null;
  /** Whether the app can have an answer of the emulator's lost. */
  readonly losesAnswers: boolean;
  /** The paths of the callbacks, without their secret; `null` when none are taken. */
  readonly callbacks: { readonly status: string; readonly reply: string } | null;
}

/** A page to try it all by hand: each story of the app, and how it looks in code. */
@Controller()
export class HomeController {
  private readonly files = new Map(
    readdirSync(FOLDER).map((name) => [name, readFileSync(new URL(name, FOLDER))]),
  );

  /** None where the app is deployed without them. */
  private readonly sources = new Set(
    existsSync(SOURCES)
      ? readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
          .map((path) => path.replaceAll('\\', '/'))
          .filter((path) => path.endsWith('.ts'))
      : [],
  );

  constructor(
    @Inject(smsConfig.KEY) private readonly config: ConfigType<typeof smsConfig>,
    private readonly env: ConfigService,
    private readonly emulator: EmbeddedEmulator,
  ) {}

  @Get()
  @Header('Content-Security-Policy', POLICY)
  @Header('X-Content-Type-Options', 'nosniff')
  page(): StreamableFile {
    return this.file('index.html');
  }

  /** The styles and the modules of the page. */
  @Get('page/:name')
  @Header('X-Content-Type-Options', 'nosniff')
  file(@Param('name') name: string): StreamableFile {
    const content = this.files.get(name);
    const type = TYPES.get(extname(name));
    if (content === undefined || type === undefined) {
      throw new NotFoundException();
    }
    return new StreamableFile(content, { type });
  }

  /** How it looks in code: a file of this app. */
  @Get(['source/:name', 'source/:folder/:name'])
  @Header('Content-Security-Policy', "default-src 'none'")
  @Header('X-Content-Type-Options', 'nosniff')
  source(@Param() { folder, name }: { folder?: string; name: string }): StreamableFile {
    const path = folder === undefined ? name : `${folder}/${name}`;
    // Only what a listing has: a path from outside leads nowhere else.
    if (!this.sources.has(path)) {
      throw new NotFoundException();
    }
    const content = readFileSync(new URL(path, SOURCES));
    return new StreamableFile(content, { type: 'text/plain; charset=utf-8' });
  }

  /**
   * Where texts go: an emulator, which has an inbox at the same address, or Tencent, whose console is
   * to have two addresses of the app.
   */
  @Get('destination')
  destination(): Destination {
    const { endpoint = '' } = this.config;
    // Anywhere else, even without TLS, may be a gateway to Tencent.
    const isEmulator = /^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?\/?$/.test(endpoint);
    const takesCallbacks = callbackSecretOf(this.env.get('SMS_CALLBACK_SECRET')) !== undefined;
    return {
      inbox: isEmulator ? endpoint : null,
      losesAnswers: this.emulator.controls !== undefined,
      callbacks: takesCallbacks ? toCallbackUrls('', '****') : null,
    };
  }
}
