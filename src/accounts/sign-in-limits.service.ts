import { Injectable } from '@nestjs/common';
import { signInLimits } from '../limits/limit.js';
import { Limits, type Refusal } from '../limits/limits.service.js';

export interface SignInRefusal extends Refusal {
  /** It is the account that takes no further tries, and not only the network that is used up. */
  readonly ofAccount: boolean;
}

/** Where a try comes from, and the id of its browser where that has signed in to this account before. */
export interface SignInOrigin {
  readonly account: string;
  readonly network: string;
  readonly knownBrowser: string | null;
}

/**
 * Wrong passwords count for the account and network together, for the account, and for the network. A browser that has
 * signed in before counts for itself, and with the others that have, so that guesses from elsewhere never keep it out.
 */
@Injectable()
export class SignInLimits {
  constructor(private readonly limits: Limits) {}

  async count(origin: SignInOrigin): Promise<SignInRefusal | null> {
    const { account, network, knownBrowser } = origin;
    const ofNetwork = knownBrowser === null ? await this.limits.count(signInLimits.network, network) : null;
    if (ofNetwork) {
      return { ...ofNetwork, ofAccount: false };
    }
    const ofAccount =
      knownBrowser !== null
        ? ((await this.limits.count(signInLimits.knownBrowser, knownBrowser)) ??
          (await this.limits.count(signInLimits.knownBrowsers, account)))
        : ((await this.limits.count(signInLimits.pair, pairOf(origin))) ??
          (await this.limits.count(signInLimits.account, account)));
    return ofAccount && { ...ofAccount, ofAccount: true };
  }

  /** The password fitted: the try does not count, and slips before it are forgiven. */
  async settle(origin: SignInOrigin): Promise<void> {
    const { account, network, knownBrowser } = origin;
    if (knownBrowser !== null) {
      await this.limits.takeBack(signInLimits.knownBrowsers, account);
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
