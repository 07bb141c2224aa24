import { Body, Controller, Get, Post } from '@nestjs/common';
import { HealthCheck, HealthCheckService } from '@nestjs/terminus';
import { InjectSms, SmsService } from 'nestjs-tencentcloud-sms';
import { SmsHealthIndicator } from 'nestjs-tencentcloud-sms/health';

@Controller()
export class CodesController {
  constructor(
    // By class, so that the metadata the compiler writes must find the class at run time.
    private readonly sms: SmsService,
    @InjectSms('configured') private readonly configured: SmsService,
    private readonly health: HealthCheckService,
    private readonly smsHealth: SmsHealthIndicator,
  ) {}

  @Post('codes')
  async sendCode(@Body() body: { phone: string; account?: string }) {
    const sms = body.account === undefined ? this.sms : this.configured;
    const { SendStatusSet } = await sms.sendSms({
      PhoneNumberSet: [body.phone],
      SignName: '腾讯云',
      TemplateId: '449739',
      TemplateParamSet: ['042137', '5'],
    });
    return { serialNo: SendStatusSet[0].SerialNo };
  }

  @Get('health')
  @HealthCheck()
  check() {
    return this.health.check([() => this.smsHealth.reachability('sms')]);
  }

  /** Never called: the compiler must know the types, instead of taking them for `any`. */
  protected misuse() {
    // @ts-expect-error No such action.
    void this.sms.request('SendSmoke', {});
    // @ts-expect-error A phone number is text.
    void this.sms.sendSms({ PhoneNumberSet: [1], TemplateId: '449739' });
  }
}
