import { Body, Controller, Get, NotFoundException, Param, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { routeLimits } from '../limits/limit.js';
import { Limited } from '../limits/limited.decorator.js';
import { relativeTime } from '../shared/zoned-time.js';
import { type FieldError, formErrors, readForm } from '../web/forms.js';
import { IdPipe } from '../web/id.pipe.js';
import { Page } from '../web/page.js';
import { Redirect } from '../web/redirect.js';
import { Personal } from './access.decorator.js';
import { CurrentUser } from './current-user.decorator.js';
import { OidcProvider } from './oidc/oidc-provider.service.js';
import { OwnPassword } from './own-password.service.js';
import { type OwnSession, OwnSessions } from './own-sessions.service.js';
import { passwordChangeFields, PasswordChangeForm } from './password-change.form.js';
import { SecondFactors } from './second-factors.service.js';
import { absoluteDays, idleHours } from './session-life.js';
import { renewSession, type SignedInUser } from './session.js';

const path = '/app/account';

/** What belongs to a person and to no organization. */
@Personal()
@Controller(path)
export class AccountController {
  constructor(
    private readonly password: OwnPassword,
    private readonly factors: SecondFactors,
    private readonly sessions: OwnSessions,
    private readonly oidc: OidcProvider,
  ) {}

  @Get()
  show(@Req() request: Request, @CurrentUser() user: SignedInUser): Promise<Page> {
    return this.page(request, user);
  }

  @Post('password')
  @Limited(routeLimits.ownPassword)
  async changePassword(
    @Req() request: Request,
    @CurrentUser() user: SignedInUser,
    @Body() body: unknown,
  ): Promise<Page | Redirect> {
    const { form, ...read } = readForm(PasswordChangeForm, body);
    if (!read.ok) return this.page(request, user, read.errors);
    if (!(await this.password.fits(user.userId, form.currentPassword))) {
      return this.page(request, user, [
        { field: 'currentPassword', message: 'This is not the password you have now.' },
      ]);
    }
    const generation = await this.password.change(user.userId, form.newPassword);
    await renewSession(request, { generation, confirmedAt: Date.now() });
    return new Redirect(path, {
      tone: 'good',
      strong: 'The password is changed.',
      text: 'Wherever else you were signed in, you are not any more.',
    });
  }

  @Post('sessions/:id/revocation')
  async endSession(@CurrentUser() { userId }: SignedInUser, @Param('id', IdPipe) id: string): Promise<Redirect> {
    if (!(await this.sessions.end(userId, id))) throw new NotFoundException();
    return new Redirect(path, { tone: 'good', strong: 'That session is over.' });
  }

  @Post('sessions/revocation')
  @Limited(routeLimits.ownSessions)
  async endOtherSessions(@Req() request: Request, @CurrentUser() user: SignedInUser): Promise<Redirect> {
    const generation = await this.sessions.endAll(user.userId);
    await renewSession(request, { generation });
    return new Redirect(path, { tone: 'good', strong: 'All other sessions are over.' });
  }

  private async page(
    { session, person }: Request,
    { userId }: SignedInUser,
    errors?: readonly FieldError[],
  ): Promise<Page> {
    const [factor, sessions] = await Promise.all([this.factors.find(userId), this.sessions.list(userId)]);
    const { timeZone } = person!;
    const isThisOne = ({ id }: OwnSession) => id === session.listedAs;
    return new Page(
      'accounts/account/account',
      {
        title: 'Your account',
        // Whoever has no password has nothing of it to change here.
        provider: session.hasPassword === false ? this.oidc.settings : null,
        factor,
        sessions: sessions
          .toSorted((left, right) => Number(isThisOne(right)) - Number(isThisOne(left)))
          .map((one) => ({
            href: `${path}/sessions/${one.id}/revocation`,
            browser: one.browser,
            started: relativeTime(one.startedAt, timeZone),
            lastSeen: relativeTime(one.lastSeenAt, timeZone),
            isThisOne: isThisOne(one),
          })),
        others: sessions.length > 1,
        idleHours,
        absoluteDays,
        errors: formErrors(passwordChangeFields, errors),
      },
      errors ? 422 : 200,
    );
  }
}
