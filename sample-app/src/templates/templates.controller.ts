import { Body, Controller, Post } from '@nestjs/common';
import { SmsService } from 'nestjs-tencentcloud-sms';
import * as v from 'valibot';
import { SchemaPipe, inBoth } from '../schema.pipe.js';

const KINDS = { marketing: 1, notification: 2, verification: 3 } as const;
const text = v.pipe(
  v.string(inBoth('expected text', '请填写文本')),
  v.nonEmpty(inBoth('must not be empty', '不能为空')),
);
const TemplateBody = v.object(
  {
    name: text,
    text,
    kind: v.picklist(
      ['marketing', 'notification', 'verification'],
      inBoth(
        'expected "marketing", "notification" or "verification"',
        '请填写 "marketing"、"notification" 或 "verification"',
      ),
    ),
    remark: text,
  },
  inBoth('expected, but missing', '缺少内容'),
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
