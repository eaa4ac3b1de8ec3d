import { Body, Controller, Get, Post, Query, Req } from '@nestjs/common';
import type { Request } from 'express';
import { formErrors, readForm, type FieldError } from '../web/forms.js';
import { Page } from '../web/page.js';
import { Redirect } from '../web/redirect.js';
import { Public } from './access.decorator.js';
import { AccountsService } from './accounts.service.js';
import { MembersService } from './members.service.js';
import { endSession, startSession } from './session.js';
import { SignInForm } from './sign-in.form.js';

@Public()
@Controller()
export class SessionController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly members: MembersService,
  ) {}

  @Get()
  home(): Redirect {
    return new Redirect('/app/scheduling');
  }

  @Get('sign-in')
  show(@Req() request: Request, @Query('next') next: unknown): Page | Redirect {
    return request.actor
      ? new Redirect('/app/scheduling')
      : page({ email: '', next: typeof next === 'string' ? next : '' });
  }

  @Post('sign-in')
  async signIn(@Req() request: Request, @Body() body: unknown): Promise<Page | Redirect> {
    const read = readForm(SignInForm, body);
    if (!read.ok) {
      return page(read.form, read.errors);
    }
    const { form } = read;
    const user = await this.accounts.authenticate(form.email.trim(), form.password);
    const member = user && (await this.members.findFirst(user.id));
    if (!member) {
      return page(form, [{ field: 'email', message: 'This e-mail address and password do not fit together.' }]);
    }
    await startSession(request, user.id, member.actor.orgId);
    return new Redirect(form.destination);
  }

  @Post('sign-out')
  async signOut(@Req() request: Request): Promise<Redirect> {
    await endSession(request);
    return new Redirect('/sign-in');
  }
}

function page(form: { email: string; next: string }, errors: readonly FieldError[] = []): Page {
  const model = {
    title: 'Sign in',
    form: { email: form.email, next: form.next },
    errors: formErrors(['email', 'password'], errors),
  };
  return Page.public('accounts/session/sign-in', model, errors.length > 0 ? 422 : 200);
}
