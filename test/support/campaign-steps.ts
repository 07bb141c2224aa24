import type { SmsCampaignStore } from 'nestjs-tencentcloud-sms/queue';

/** A call of a store, and whether a hook is run before or after it. */
export interface CampaignStep {
  readonly when: 'before' | 'after';
  readonly method: keyof SmsCampaignStore;
  /** The first of such calls whose arguments fit. */
  readonly fits?: ((given: readonly unknown[]) => boolean) | undefined;
}

/** A store of campaigns that stops at one of its steps until something else is done. */
export class CampaignSteps {
  readonly store: SmsCampaignStore;
  private hook: (CampaignStep & { readonly act: () => Promise<void> }) | undefined;

  constructor(store: SmsCampaignStore) {
    this.store = new Proxy(store, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        return typeof member === 'function'
          ? async (...given: unknown[]): Promise<unknown> => {
              await this.reach('before', name, given);
              const answer: unknown = await Reflect.apply(member, target, given);
              await this.reach('after', name, given);
              return answer;
            }
          : member;
      },
    });
  }

  /** Does something, once, when the step is reached next; resolves when that was done. */
  async at(step: CampaignStep, act: () => Promise<void>): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.hook = {
        ...step,
        act: async () => {
          const acted = act();
          acted.then(resolve, reject);
          // What fails there is a failure of the store.
          await acted;
        },
      };
    });
  }

  private async reach(
    when: CampaignStep['when'],
    name: string | symbol,
    given: readonly unknown[],
  ): Promise<void> {
    const { hook } = this;
    if (hook?.when === when && hook.method === name && (hook.fits?.(given) ?? true)) {
      this.hook = undefined;
      await hook.act();
    }
  }
}
