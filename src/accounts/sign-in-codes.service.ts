import { Injectable } from '@nestjs/common';
import { codeLimits } from '../limits/limit.js';
import { Limits } from '../limits/limits.service.js';
import { LockNotices } from './lock-notices.service.js';
import { MembersService } from './members.service.js';
import { SecondFactors } from './second-factors.service.js';
import type { SessionOwner } from './session.js';
import { SignInActivity } from './sign-in-activity.service.js';

export type CodeAnswer =
  | { readonly kind: 'in'; /** Where one of them was used. */ readonly codesLeft: number | null }
  | { readonly kind: 'wrong' | 'over' }
  | { readonly kind: 'refused'; readonly retryAfterSeconds: number };

/** Whether the code fits that somebody enters after the password. */
@Injectable()
export class SignInCodes {
  constructor(
    private readonly members: MembersService,
    private readonly factors: SecondFactors,
    private readonly limits: Limits,
    private readonly lockNotices: LockNotices,
    private readonly activity: SignInActivity,
  ) {}

  /** Counted before it is looked at. Browsers that have signed in before count for themselves, as with passwords. */
  async take(owner: SessionOwner, typed: string, knownBrowser: string | null): Promise<CodeAnswer> {
    const { userId } = owner;
    if (!(await this.members.findUser(owner))) {
      return { kind: 'over' };
    }
    const counted = knownBrowser ?? userId;
    const refusal =
      (await this.limits.count(codeLimits.quarter, counted)) ??
      (await this.limits.count(codeLimits.day, counted)) ??
      (knownBrowser ? await this.limits.count(codeLimits.knownBrowsers, userId) : null);
    if (refusal) {
      this.lockNotices.tell(userId, 'codes');
      return { kind: 'refused', ...refusal };
    }
    const accepted = await this.factors.accept(userId, typed);
    if (!accepted) {
      this.activity.noteFailed(userId);
      return { kind: 'wrong' };
    }
    await this.limits.forget(codeLimits.quarter, counted);
    await this.limits.takeBack(codeLimits.day, counted);
    if (knownBrowser) {
      await this.limits.takeBack(codeLimits.knownBrowsers, userId);
    }
    const factor = accepted === 'recovery code' ? await this.factors.find(userId) : null;
    return { kind: 'in', codesLeft: factor?.codesLeft ?? null };
  }
}
