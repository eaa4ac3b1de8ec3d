import { Body, Controller, Get, Header, HttpStatus, Inject, Param, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { capturedFolder } from '../../email/captured-file.js';
import { clientNetwork } from '../../limits/client-network.js';
import { routeLimits } from '../../limits/limit.js';
import { Limited } from '../../limits/limited.decorator.js';
import { formErrors, readForm, type FieldError } from '../../web/forms.js';
import { Page } from '../../web/page.js';
import { Redirect } from '../../web/redirect.js';
import { tryAgain } from '../../web/too-many-tries.js';
import { Public } from '../access.decorator.js';
import { KnownBrowsers } from '../known-browsers.service.js';
import { NewPasswordForm } from './new-password.form.js';
import { PasswordResets, resetPath, type ResetLink } from './password-resets.service.js';
import { ResetRequestForm } from './reset-request.form.js';

/** Never the token. `no-referrer` would make browsers post the form from the origin `null`, which we refuse. */
const KeepToken = () => Header('Referrer-Policy', 'strict-origin');

/** For whoever has forgotten the password. Looking at a link changes nothing: programs that check mails do. */
@Public()
@Controller('password-reset')
export class PasswordResetController {
  constructor(
    private readonly resets: PasswordResets,
    private readonly browsers: KnownBrowsers,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get()
  show(): Page {
    return this.requestPage('');
  }

  @Post()
  async ask(@Req() request: Request, @Body() body: unknown): Promise<Page | Redirect> {
    const { form, ...read } = readForm(ResetRequestForm, body);
    if (!read.ok) {
      return this.requestPage(form.email, read.errors);
    }
    const refusal = await this.resets.ask(form.email.trim(), clientNetwork(request.ip));
    if (!refusal) {
      return new Redirect(`${resetPath}/sent`);
    }
    request.res?.set('Retry-After', String(refusal.retryAfterSeconds));
    const message = `That was asked for too often. Look for a mail from before. ${tryAgain(refusal.retryAfterSeconds)}`;
    return this.requestPage(form.email, [{ field: 'email', message }], HttpStatus.TOO_MANY_REQUESTS);
  }

  @Get('sent')
  sent(): Page {
    const { keptIn } = this;
    const title = keptIn ? 'No mail was sent' : 'Check your mail';
    return Page.public('accounts/password-reset/sent', { title, keptIn });
  }

  @Get(':token')
  @KeepToken()
  async choose(@Param('token') token: string): Promise<Page> {
    const link = await this.resets.find(token);
    return link === 'open' ? choicePage(token) : overPage(link);
  }

  @Post(':token')
  @KeepToken()
  @Limited(routeLimits.passwordReset)
  async set(@Req() request: Request, @Param('token') token: string, @Body() body: unknown): Promise<Page | Redirect> {
    const link = await this.resets.find(token);
    if (link !== 'open') {
      return overPage(link);
    }
    const { form, ...read } = readForm(NewPasswordForm, body);
    if (!read.ok) {
      return choicePage(token, read.errors);
    }
    const userId = await this.resets.use(token, form.newPassword);
    if (userId === null) {
      return overPage('over');
    }
    // Whoever was signed in here is not any more; and those who guess at the account do not keep its owner out.
    await promisify(request.session.regenerate.bind(request.session))();
    this.browsers.remember(request, userId);
    return new Redirect('/sign-in', { tone: 'good', strong: 'The password is changed.', text: 'Sign in with it.' });
  }

  private requestPage(email: string, errors: readonly FieldError[] = [], status = statusFor(errors)): Page {
    const model = {
      title: 'Forgot your password?',
      form: { email },
      keptIn: this.keptIn,
      errors: formErrors(['email'], errors),
    };
    return Page.public('accounts/password-reset/request', model, status);
  }

  /** Where mails lie that are captured; null where they are sent. */
  private get keptIn(): string | null {
    return this.settings.email.transport === 'capture' ? join(this.settings.dataDir, capturedFolder) : null;
  }
}

function choicePage(token: string, errors: readonly FieldError[] = []): Page {
  const model = {
    title: 'Choose a new password',
    action: `${resetPath}/${encodeURIComponent(token)}`,
    errors: formErrors(['newPassword'], errors),
  };
  return Page.public('accounts/password-reset/choice', model, statusFor(errors));
}

function overPage(link: Exclude<ResetLink, 'open'>): Page {
  return Page.public(
    'accounts/password-reset/over',
    { title: 'This link does not work any more' },
    link === 'unknown' ? HttpStatus.NOT_FOUND : HttpStatus.GONE,
  );
}

function statusFor(errors: readonly FieldError[]): number {
  return errors.length > 0 ? HttpStatus.UNPROCESSABLE_ENTITY : HttpStatus.OK;
}
