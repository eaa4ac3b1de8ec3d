import { Injectable } from '@nestjs/common';
import { signInLimits } from '../limits/limit.js';
import { Limits, type Refusal } from '../limits/limits.service.js';

/** Where a try comes from, and the id of its browser where that has signed in to this account before. */
export interface SignInOrigin {
  readonly account: string;
  readonly network: string;
  readonly knownBrowser: string | null;
}

/**
 * Wrong passwords count for the account and network together, for the account, and for the network. A browser that has
 * signed in before counts for itself alone, so that guesses from elsewhere never keep it out.
 */
@Injectable()
export class SignInLimits {
  constructor(private readonly limits: Limits) {}

  async count(origin: SignInOrigin): Promise<Refusal | null> {
    const { account, network, knownBrowser } = origin;
    return knownBrowser !== null
      ? this.limits.count(signInLimits.knownBrowser, knownBrowser)
      : ((await this.limits.count(signInLimits.network, network)) ??
          (await this.limits.count(signInLimits.pair, pairOf(origin))) ??
          (await this.limits.count(signInLimits.account, account)));
  }

  /** The password fitted: the try does not count, and slips before it are forgiven. */
  async settle(origin: SignInOrigin): Promise<void> {
    const { account, network, knownBrowser } = origin;
    if (knownBrowser !== null) {
      return this.limits.forget(signInLimits.knownBrowser, knownBrowser);
    }
    await this.limits.forget(signInLimits.pair, pairOf(origin));
    await this.limits.takeBack(signInLimits.account, account);
    await this.limits.takeBack(signInLimits.network, network);
  }
}

function pairOf({ account, network }: SignInOrigin): string {
  return `${account} ${network}`;
}
