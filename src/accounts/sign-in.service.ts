import { Injectable } from '@nestjs/common';
import { availableParallelism } from 'node:os';
import { AccountsService } from './accounts.service.js';
import { LockNotices } from './lock-notices.service.js';
import { MembersService } from './members.service.js';
import { SecondFactors } from './second-factors.service.js';
import type { SessionOwner } from './session.js';
import { SignInActivity } from './sign-in-activity.service.js';
import { SignInLimits } from './sign-in-limits.service.js';
import { Turns } from './turns.js';
import type { User } from './user.entity.js';

export interface SignInTry {
  readonly email: string;
  readonly password: string;
  readonly network: string;
  /** The id of the browser, where it has signed in to this account before. */
  readonly knownBrowser: (account: string) => string | null;
}

export type SignInAnswer =
  | { readonly kind: 'in'; readonly owner: SessionOwner; /** The code is still missing. */ readonly waits: boolean }
  | { readonly kind: 'wrong' | 'busy' }
  | { readonly kind: 'refused'; readonly retryAfterSeconds: number };

/** Where there are several cores, one is left to the pages: a look at a password takes some 60 ms of one, and 32 MiB. */
const looksAtOnce = Math.max(1, Math.min(2, availableParallelism() - 1));
const mayWait = 100;

/** Who gets in. Where a limit refuses, nobody looks at the password; unknown accounts are counted like known ones. */
@Injectable()
export class SignInService {
  private readonly turns = new Turns(looksAtOnce, mayWait);

  constructor(
    private readonly accounts: AccountsService,
    private readonly members: MembersService,
    private readonly factors: SecondFactors,
    private readonly limits: SignInLimits,
    private readonly lockNotices: LockNotices,
    private readonly activity: SignInActivity,
  ) {}

  /** Counted in its turn, so that many right passwords at once do not look like guesses. */
  async signIn(attempt: SignInTry): Promise<SignInAnswer> {
    return (await this.turns.take(() => this.inTurn(attempt))) ?? { kind: 'busy' };
  }

  private async inTurn({ email, password, network, knownBrowser }: SignInTry): Promise<SignInAnswer> {
    const user = await this.accounts.findByEmail(email);
    const account = user?.id ?? email.toLowerCase();
    const origin = { account, network, knownBrowser: knownBrowser(account) };
    const refusal = await this.limits.count(origin);
    if (refusal) {
      if (refusal.ofAccount && user) {
        this.lockNotices.tell(user.id, 'passwords');
      }
      return { kind: 'refused', retryAfterSeconds: refusal.retryAfterSeconds };
    }
    const owner = await this.ownerWith(user, password);
    if (!owner) {
      this.activity.noteFailed(user?.id ?? null);
      return { kind: 'wrong' };
    }
    await this.limits.settle(origin);
    return { kind: 'in', owner, waits: (await this.factors.find(owner.userId)) !== null };
  }

  private async ownerWith(user: User | null, password: string): Promise<SessionOwner | null> {
    if (!(await this.accounts.fits(user, password)) || !user) {
      return null;
    }
    const member = await this.members.findFirst(user.id);
    return { userId: user.id, orgId: member?.actor.orgId ?? null, generation: user.sessionGeneration };
  }
}
