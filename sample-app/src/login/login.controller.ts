import { Body, Controller, Headers, HttpCode, Ip, Post, Req, Res } from '@nestjs/common';
import { SmsVerificationService } from 'nestjs-tencentcloud-sms/verification';
import type { SmsPublicVerificationStart } from 'nestjs-tencentcloud-sms/verification';
import * as v from 'valibot';
import { Texts } from '../deliveries/texts.js';
import { maskPhone } from '../mask-phone.js';
import { Phone } from '../phone.schema.js';
import { SchemaPipe, inBoth } from '../schema.pipe.js';
import { Login } from './login.js';

const MISSING = inBoth('expected, but missing', '缺少内容');
const text = v.string(inBoth('expected text', '请填写文本'));
const PhoneBody = v.object({ phone: Phone, id: v.optional(text) }, MISSING);
const CodeBody = v.object({ id: text, code: text }, MISSING);

const TRUST = 'sms-trust';
/** As long as the token holds. */
const TRUST_MS = 180 * 24 * 3_600_000;

/** A response of Express, as far as it matters here. */
interface TakesCookies {
  cookie(name: string, value: string, options: object): unknown;
}

/** Signs in with a code by text: two calls, and the limits and the codes are the library's. */
@Controller('login')
export class LoginController {
  constructor(
    private readonly codes: SmsVerificationService,
    private readonly texts: Texts,
  ) {}

  /** Texts a code; with the `id` of an earlier answer, the same one again. */
  @Post('code')
  @HttpCode(200)
  async code(
    @Body(new SchemaPipe(PhoneBody)) { phone, id }: v.InferOutput<typeof PhoneBody>,
    @Ip() caller: string,
    @Headers('cookie') cookies: string | undefined,
  ): Promise<SmsPublicVerificationStart> {
    const trust = readCookie(cookies, TRUST);
    const start = await this.codes.startOrThrow(Login, { to: phone, id, caller, trust });
    if (start.status === 'sent' && start.outcome !== undefined) {
      this.texts.follow(start.outcome);
    }
    return start.toPublic();
  }

  /** A real app would open its session here. */
  @Post()
  @HttpCode(200)
  async signIn(
    @Body(new SchemaPipe(CodeBody)) { id, code }: v.InferOutput<typeof CodeBody>,
    @Ip() caller: string,
    @Headers('cookie') cookies: string | undefined,
    @Req() { secure }: { readonly secure: boolean },
    @Res({ passthrough: true }) response: TakesCookies,
  ): Promise<{ signedIn: string }> {
    const trust = readCookie(cookies, TRUST);
    const approved = await this.codes.checkOrThrow(Login, { id, code, caller, trust });
    // It signs in nowhere: it keeps strangers from locking this phone out.
    const options = { maxAge: TRUST_MS, httpOnly: true, sameSite: 'lax', secure };
    response.cookie(TRUST, approved.trust, options);
    return { signedIn: maskPhone(approved.to) };
  }
}

function readCookie(cookies: string | undefined, name: string): string | undefined {
  const pair = cookies?.split(/;\s*/).find((each) => each.startsWith(`${name}=`));
  // The token is of characters that cookies take as they are.
  return pair?.slice(name.length + 1);
}
