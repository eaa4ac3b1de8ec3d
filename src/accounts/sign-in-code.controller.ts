import { Body, Controller, Get, HttpStatus, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { type FieldError, formErrors, readForm } from '../web/forms.js';
import { Page } from '../web/page.js';
import { Redirect } from '../web/redirect.js';
import { tryAgain } from '../web/too-many-tries.js';
import { Public } from './access.decorator.js';
import { CodeForm } from './code.form.js';
import { KnownBrowsers } from './known-browsers.service.js';
import { startSession, waitingOf } from './session.js';
import { SignInActivity } from './sign-in-activity.service.js';
import { SignInCodes } from './sign-in-codes.service.js';

/** The second step of the sign-in, for whose password has fitted. */
@Public()
@Controller('sign-in/code')
export class SignInCodeController {
  constructor(
    private readonly codes: SignInCodes,
    private readonly browsers: KnownBrowsers,
    private readonly activity: SignInActivity,
  ) {}

  @Get()
  show(@Req() request: Request): Page | Redirect {
    return waitingOf(request) ? page() : new Redirect('/sign-in');
  }

  @Post()
  async signIn(@Req() request: Request, @Body() body: unknown): Promise<Page | Redirect> {
    const waiting = waitingOf(request);
    if (!waiting) return new Redirect('/sign-in');
    const { form, ...read } = readForm(CodeForm, body);
    if (!read.ok) return page(read.errors);
    const { userId, orgId, generation, destination, mark } = waiting;
    const answer = await this.codes.take(waiting, form.code, this.browsers.find(request, userId));
    switch (answer.kind) {
      case 'over':
        return new Redirect('/sign-in');
      case 'wrong':
        return page([{ field: 'code', message: 'This code does not fit, or it was used already.' }]);
      case 'refused':
        return refused(request, answer.retryAfterSeconds);
      case 'in':
        await this.activity.noteDone(waiting, answer.codesLeft === null ? 'code' : 'recovery code');
        await startSession(request, { userId, orgId, generation }, mark);
        this.browsers.remember(request, userId);
        return answer.codesLeft === null
          ? new Redirect(destination)
          : new Redirect(destination, {
              tone: 'warn',
              strong: `You have used a recovery code; ${answer.codesLeft} of them are left.`,
              text: 'If your app is gone, turn the second factor off and on again with the new one.',
            });
    }
  }
}

function refused(request: Request, retryAfterSeconds: number): Page {
  request.res?.set('Retry-After', String(retryAfterSeconds));
  const message = `There were too many codes that did not fit. ${tryAgain(retryAfterSeconds)}`;
  return page([{ field: 'code', message }], HttpStatus.TOO_MANY_REQUESTS);
}

function page(
  errors: readonly FieldError[] = [],
  status = errors.length > 0 ? HttpStatus.UNPROCESSABLE_ENTITY : HttpStatus.OK,
): Page {
  return Page.public(
    'accounts/session/code',
    { title: 'Enter the code', errors: formErrors(['code'], errors) },
    status,
  );
}
