import { Controller, Get, HttpStatus, NotFoundException, Query, Req } from '@nestjs/common';
import type { Request } from 'express';
import { routeLimits } from '../../limits/limit.js';
import { Limited } from '../../limits/limited.decorator.js';
import { Page } from '../../web/page.js';
import { Redirect } from '../../web/redirect.js';
import { Public } from '../access.decorator.js';
import { SecondFactors } from '../second-factors.service.js';
import { renewSession, saveSession, startSession, startWaiting, type SessionMark } from '../session.js';
import { SignInActivity } from '../sign-in-activity.service.js';
import { destinationOf } from '../sign-in.form.js';
import { signInPage } from '../sign-in.page.js';
import { beginAttempt, takeAttempt } from './attempt.js';
import { OidcProvider } from './oidc-provider.service.js';
import { type Admission, ProvidedPeople } from './provided-people.service.js';
import { type OidcTrouble, oidcTrouble } from './oidc-trouble.js';

/** How far the provider's may be from ours. */
const clocksApartMs = 60_000;

/** Sign-in by a provider of OpenID Connect, where the environment names one. */
@Public()
@Controller('sign-in/oidc')
export class OidcController {
  constructor(
    private readonly provider: OidcProvider,
    private readonly people: ProvidedPeople,
    private readonly factors: SecondFactors,
    private readonly activity: SignInActivity,
  ) {}

  /** A link and no form: the policy against foreign form targets would stop the browser on its way there. */
  @Get()
  @Limited(routeLimits.oidc)
  async begin(
    @Req() request: Request,
    @Query('next') next: unknown,
    @Query('again') again: unknown,
  ): Promise<Page | Redirect> {
    this.needSettings();
    const destination = destinationOf(next);
    if (request.actor && again === undefined) return new Redirect(destination);
    const begun = await this.provider.begin(again !== undefined);
    if (!begun) return this.trouble(request, 'away', destination);
    await beginAttempt(request, { ...begun.attempt, destination, again: again !== undefined });
    return new Redirect(begun.url);
  }

  @Get('callback')
  @Limited(routeLimits.oidc)
  async finish(@Req() request: Request): Promise<Page | Redirect> {
    this.needSettings();
    const attempt = takeAttempt(request);
    if (!attempt) return this.trouble(request, 'over');
    const { destination, again, beganAt } = attempt;
    const answer = await this.provider.finish(queryOf(request), attempt);
    if (answer.kind !== 'person') return this.trouble(request, answer.kind, destination);
    // Without a word about it, only a sign-in that was asked for just now is one.
    const shownAt = Math.min(answer.shownAt ?? (again ? Date.now() : 0), Date.now());
    if (again && shownAt < beganAt - clocksApartMs) return this.trouble(request, 'not again', destination);
    const admission = await this.people.admit(answer.person);
    if (admission.kind !== 'in') return this.trouble(request, admission.kind, destination);
    return this.enter(request, admission, destination, shownAt);
  }

  @Get('signed-out')
  async signedOut(): Promise<Page> {
    const { name } = this.needSettings();
    return Page.public('accounts/session/signed-out', {
      title: 'Signed out',
      provider: name,
      signOutThere: await this.provider.signOutUrl(),
    });
  }

  private async enter(
    request: Request,
    { owner, hasPassword }: Extract<Admission, { kind: 'in' }>,
    destination: string,
    confirmedAt: number,
  ): Promise<Redirect> {
    const mark: SessionMark = { signedInBy: 'provider', hasPassword, confirmedAt };
    if (request.actor?.userId === owner.userId && request.session.generation === owner.generation) {
      await renewSession(request, mark);
    } else if (await this.factors.find(owner.userId)) {
      await startWaiting(request, owner, destination, mark);
      await saveSession(request);
      return new Redirect('/sign-in/code');
    } else {
      await this.activity.noteDone(owner, 'provider');
      await startSession(request, owner, mark);
    }
    await saveSession(request);
    return new Redirect(destination);
  }

  private trouble(request: Request, trouble: OidcTrouble, next = ''): Page {
    const { status, ...words } = oidcTrouble(trouble, this.provider.settings!.name);
    if (status === HttpStatus.SERVICE_UNAVAILABLE) request.res?.set('Retry-After', '30');
    return signInPage({ email: '', next }, { provider: this.provider.settings, trouble: words, status });
  }

  private needSettings() {
    if (!this.provider.settings) throw new NotFoundException();
    return this.provider.settings;
  }
}

function queryOf({ originalUrl }: Request): string {
  const start = originalUrl.indexOf('?');
  return start < 0 ? '' : originalUrl.slice(start);
}
