import { Body, Controller, Get, HttpStatus, Post, Query, Req } from '@nestjs/common';
import type { Request } from 'express';
import { clientNetwork } from '../limits/client-network.js';
import { readForm, type FieldError } from '../web/forms.js';
import { Page } from '../web/page.js';
import { Redirect } from '../web/redirect.js';
import { tryAgain } from '../web/too-many-tries.js';
import { Public } from './access.decorator.js';
import { inviteLinkIn } from './invites/invite-path.js';
import { KnownBrowsers } from './known-browsers.service.js';
import { absoluteDays, idleHours } from './session-life.js';
import { OidcProvider } from './oidc/oidc-provider.service.js';
import { endSession, startSession, startWaiting } from './session.js';
import { SignInActivity } from './sign-in-activity.service.js';
import { SignInForm } from './sign-in.form.js';
import { signInPage } from './sign-in.page.js';
import { SignInService } from './sign-in.service.js';

const busySeconds = 5;
const endedSentence = `A session ends ${idleHours} hours after it was last used, and ${absoluteDays} days after the sign-in. If you sent something just now, it was not saved.`;

@Public()
@Controller()
export class SessionController {
  constructor(
    private readonly signIns: SignInService,
    private readonly browsers: KnownBrowsers,
    private readonly activity: SignInActivity,
    private readonly oidc: OidcProvider,
  ) {}

  @Get()
  home(): Redirect {
    return new Redirect('/app/scheduling');
  }

  @Get('sign-in')
  show(@Req() request: Request, @Query('next') next: unknown, @Query('ended') ended: unknown): Page | Redirect {
    return request.actor
      ? new Redirect('/app/scheduling')
      : signInPage(
          { email: '', next: typeof next === 'string' ? next : '' },
          { provider: this.oidc.settings, ended: ended === undefined ? null : endedSentence },
        );
  }

  @Post('sign-in')
  async signIn(@Req() request: Request, @Body() body: unknown): Promise<Page | Redirect> {
    const read = readForm(SignInForm, body);
    if (!read.ok) {
      return this.page(read.form, read.errors);
    }
    const { form } = read;
    const answer = await this.signIns.signIn({
      email: form.email.trim(),
      password: form.password,
      network: clientNetwork(request.ip),
      knownBrowser: (account) => this.browsers.find(request, account),
    });
    switch (answer.kind) {
      case 'wrong':
        return this.page(form, [{ field: 'email', message: 'This e-mail address and password do not fit together.' }]);
      case 'refused':
        return this.refused(request, form, answer.retryAfterSeconds);
      case 'busy':
        return this.busy(request, form);
      case 'in':
        if (answer.owner.orgId === null && !form.inviteLink) {
          return this.page(form, [
            { field: 'email', message: 'You belong to no organization. Ask an admin to invite you.' },
          ]);
        }
        if (answer.waits) {
          await startWaiting(request, answer.owner, form.destination);
          return new Redirect('/sign-in/code');
        }
        await this.activity.noteDone(answer.owner, 'password');
        await startSession(request, answer.owner);
        this.browsers.remember(request, answer.owner.userId);
        return new Redirect(form.destination);
    }
  }

  @Post('sign-out')
  async signOut(@Req() request: Request, @Body() body: unknown): Promise<Redirect> {
    const page =
      request.session.signedInBy === 'provider' && this.oidc.settings ? '/sign-in/oidc/signed-out' : '/sign-in';
    const { userId, orgId } = request.session;
    if (userId) await this.activity.noteOut({ userId, orgId: orgId ?? null });
    await endSession(request);
    return new Redirect(inviteLinkIn((body as { next?: unknown }).next) ?? page);
  }

  private refused(request: Request, form: SignInForm, retryAfterSeconds: number): Page {
    request.res?.set('Retry-After', String(retryAfterSeconds));
    const message = `There were too many tries that did not fit. ${tryAgain(retryAfterSeconds)}`;
    return this.page(form, [{ field: 'email', message }], HttpStatus.TOO_MANY_REQUESTS);
  }

  private busy(request: Request, form: SignInForm): Page {
    request.res?.set('Retry-After', String(busySeconds));
    const message = 'Many people are signing in at this moment. Try again in a few seconds.';
    return this.page(form, [{ field: 'email', message }], HttpStatus.SERVICE_UNAVAILABLE);
  }

  private page(form: SignInForm, errors: readonly FieldError[], status?: HttpStatus): Page {
    return signInPage(form, { provider: this.oidc.settings, errors, status });
  }
}
