import { readFileSync } from 'node:fs';
import { Controller, Get, Header, Inject } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { smsConfig } from 'nestjs-tencentcloud-sms/config';

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const read = (name: string) => readFileSync(new URL(`./page/${name}`, import.meta.url), 'utf8');

/** A page to try it all by hand: a code, a campaign, and what becomes of the texts. */
@Controller()
export class HomeController {
  private readonly html = read('index.html');
  private readonly styles = read('page.css');
  private readonly script = read('page.js');

  constructor(@Inject(smsConfig.KEY) private readonly config: ConfigType<typeof smsConfig>) {}

  @Get()
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', POLICY)
  @Header('X-Content-Type-Options', 'nosniff')
  page(): string {
    return this.html;
  }

  @Get('page/page.css')
  @Header('Content-Type', 'text/css; charset=utf-8')
  style(): string {
    return this.styles;
  }

  @Get('page/page.js')
  @Header('Content-Type', 'text/javascript; charset=utf-8')
  code(): string {
    return this.script;
  }

  /** Where texts go: an emulator, which has an inbox at the same address, or Tencent. */
  @Get('destination')
  destination(): { inbox: string | null } {
    const { endpoint = '' } = this.config;
    // Anywhere else, even without TLS, may be a gateway to Tencent.
    const isEmulator = /^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?\/?$/.test(endpoint);
    return { inbox: isEmulator ? endpoint : null };
  }
}
