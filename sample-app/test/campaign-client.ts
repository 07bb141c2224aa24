import type { NestExpressApplication } from '@nestjs/platform-express';
import request from 'supertest';
import { until } from '../../test/support/until.js';
import type { CampaignProgress } from '../src/campaign/campaigns.js';

/** A file as a shop has it. */
export function toCsv(
  phones: readonly string[],
  { header = 'phone,shop,id', end = '\n', shop = '云上小店' } = {},
): string {
  const lines = phones.map((phone, i) => `${phone},${shop},C${i + 1}`);
  return [header, ...lines, ''].join(end);
}

export function toPhones(count: number, from = 10_000_000): string[] {
  return Array.from({ length: count }, (_unused, i) => `+86138${from + i}`);
}

/** Campaigns of an app, over HTTP. */
export class CampaignClient {
  constructor(private readonly app: NestExpressApplication) {}

  upload(name: string, file: string | Buffer, query: Record<string, string> = {}): request.Test {
    return request(this.app.getHttpServer())
      .put(`/campaigns/${encodeURIComponent(name)}`)
      .query(query)
      .set('Content-Type', 'text/csv')
      .send(file);
  }

  post(name: string, action: 'pause' | 'resume' | 'cancel'): request.Test {
    return request(this.app.getHttpServer()).post(`/campaigns/${name}/${action}`);
  }

  async progress(name: string): Promise<CampaignProgress> {
    const answer = await request(this.app.getHttpServer()).get(`/campaigns/${name}`).expect(200);
    return answer.body as CampaignProgress;
  }

  /** Waits until it is in one of the states. */
  async reached(name: string, ...states: CampaignProgress['state'][]): Promise<CampaignProgress> {
    let progress = await this.progress(name);
    await until(async () => {
      progress = await this.progress(name);
      return states.includes(progress.state);
    });
    return progress;
  }

  /** Lines of the file with the results. */
  async results(name: string): Promise<string[]> {
    const { text } = await request(this.app.getHttpServer())
      .get(`/campaigns/${name}/results`)
      .buffer(true)
      .expect(200)
      .expect('Content-Type', 'text/csv; charset=utf-8')
      .expect('Content-Disposition', new RegExp(`^attachment;.*''${name}-results\\.csv$`));
    return text.split('\r\n').slice(0, -1);
  }
}
