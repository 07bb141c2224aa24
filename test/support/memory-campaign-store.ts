import type { SmsCampaignStore } from '../../lib/guard/campaign.store.js';
import { CampaignModel } from '../../lib/testing/campaign-store/campaign-model.js';

/** What the rules of campaigns say, as a store: one that does what they say, to be changed into others. */
export class MemoryCampaignStore implements SmsCampaignStore {
  private readonly models = new Map<string, CampaignModel>();

  constructor(private readonly now: () => number) {}

  async create(id: string, definition: string) {
    const model = this.of(id);
    this.models.set(id, model);
    return model.create(definition, this.now());
  }

  async find(id: string) {
    return this.of(id).find(this.now());
  }

  async lease(id: string, token: string, milliseconds: number) {
    return this.of(id).lease(token, milliseconds, this.now());
  }

  async append(id: string, token: string, chunk: Parameters<SmsCampaignStore['append']>[2]) {
    return this.of(id).append(token, chunk, this.now());
  }

  async endLoading(id: string, token: string) {
    this.of(id).endLoading(token, this.now());
  }

  async stopLoading(id: string, token: string, reason: string) {
    this.of(id).stopLoading(token, reason, this.now());
  }

  async pause(id: string) {
    this.of(id).pause(true, this.now());
  }

  async resume(id: string) {
    this.of(id).pause(false, this.now());
  }

  async cancel(id: string) {
    this.of(id).cancel(this.now());
  }

  async read(id: string, chunk: number) {
    return this.of(id).read(chunk, this.now());
  }

  async letters(id: string, rows: readonly number[]) {
    return this.of(id).lettersOf(rows, this.now());
  }

  async begin(id: string, request: Parameters<SmsCampaignStore['begin']>[1]) {
    return this.of(id).begin(request, this.now());
  }

  async end(id: string, rows: Parameters<SmsCampaignStore['end']>[1], token?: string) {
    this.of(id).end(rows, token, this.now());
  }

  private of(id: string): CampaignModel {
    return this.models.get(id) ?? new CampaignModel();
  }
}
