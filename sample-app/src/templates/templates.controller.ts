import { Body, Controller, Post } from '@nestjs/common';
import { SmsService } from 'nestjs-tencentcloud-sms';
import * as v from 'valibot';
import { SchemaPipe } from '../schema.pipe.js';

const KINDS = { marketing: 1, notification: 2, verification: 3 } as const;
const text = v.pipe(v.string('expected text'), v.nonEmpty('must not be empty'));
const TemplateBody = v.object(
  {
    name: text,
    text,
    kind: v.picklist(
      ['marketing', 'notification', 'verification'],
      'expected "marketing", "notification" or "verification"',
    ),
    remark: text,
  },
  'expected, but missing',
);

/** Hands in a template for review. */
@Controller('templates')
export class TemplatesController {
  constructor(private readonly sms: SmsService) {}

  @Post()
  async add(
    @Body(new SchemaPipe(TemplateBody)) body: v.InferOutput<typeof TemplateBody>,
  ): Promise<{ templateId: string; requestId: string }> {
    const answer = await this.sms.addSmsTemplate({
      TemplateName: body.name,
      TemplateContent: body.text,
      SmsType: KINDS[body.kind],
      International: 0,
      Remark: body.remark,
    });
    return { templateId: answer.AddTemplateStatus.TemplateId, requestId: answer.RequestId };
  }
}
