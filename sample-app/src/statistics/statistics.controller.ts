import { Controller, Get, Query } from '@nestjs/common';
import { SmsService } from 'nestjs-tencentcloud-sms';
import type { SendStatusStatistics } from 'nestjs-tencentcloud-sms/api';
import * as v from 'valibot';
import { SchemaPipe, inBoth } from '../schema.pipe.js';

const hour = v.optional(
  v.pipe(
    v.string(),
    v.regex(
      /^\d{10}$/,
      inBoth(
        'expected an hour as yyyymmddhh, such as "2026112308"',
        '请按 yyyymmddhh 填写小时，例如 "2026112308"',
      ),
    ),
  ),
);
const StatisticsQuery = v.object({ from: hour, to: hour });

/** Counts the texts between two hours; today's when none are given. */
@Controller('statistics')
export class StatisticsController {
  constructor(private readonly sms: SmsService) {}

  @Get()
  async count(
    @Query(new SchemaPipe(StatisticsQuery)) { from, to }: v.InferOutput<typeof StatisticsQuery>,
  ): Promise<SendStatusStatistics & { requestId: string }> {
    const thisHour = toChinaHour(new Date());
    const answer = await this.sms.sendStatusStatistics({
      BeginTime: from ?? `${thisHour.slice(0, 8)}00`,
      EndTime: to ?? thisHour,
      Limit: 0,
      Offset: 0,
    });
    return { ...answer.SendStatusStatistics, requestId: answer.RequestId };
  }
}

/** `yyyymmddhh` of China time, the clock that Tencent counts by. */
function toChinaHour(moment: Date): string {
  const EIGHT_HOURS = 8 * 3_600_000;
  return new Date(moment.getTime() + EIGHT_HOURS).toISOString().replaceAll(/\D/g, '').slice(0, 10);
}
