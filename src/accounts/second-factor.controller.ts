import { Body, Controller, Get, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { routeLimits } from '../limits/limit.js';
import { Limited } from '../limits/limited.decorator.js';
import { relativeTime } from '../shared/zoned-time.js';
import { type FieldError, formErrors, readForm } from '../web/forms.js';
import { Page } from '../web/page.js';
import { Redirect } from '../web/redirect.js';
import { CodeForm } from './code.form.js';
import { Personal } from './access.decorator.js';
import { CurrentUser } from './current-user.decorator.js';
import { OrgsService } from './orgs.service.js';
import { OwnPassword } from './own-password.service.js';
import { qrCode } from './qr-code.js';
import { type FreshCodes, SecondFactors } from './second-factors.service.js';
import { renewSession, type SignedInUser } from './session.js';
import { totpUri } from './totp.js';

const path = '/app/account/second-factor';
const shownMs = 15 * 60 * 1000;
const back = { href: '/app/account', label: 'Your account' };
const passwordFields = ['password', 'codesPassword', 'removalPassword'] as const;
const otherwiseMeanwhile = {
  tone: 'info',
  strong: 'Nothing was changed.',
  text: 'This was done or undone meanwhile.',
} as const;

type PasswordField = (typeof passwordFields)[number];

/** The authenticator app of the signed-in person. Each change of it asks for the password. */
@Personal()
@Controller(path)
export class SecondFactorController {
  constructor(
    private readonly factors: SecondFactors,
    private readonly password: OwnPassword,
    private readonly orgs: OrgsService,
  ) {}

  @Get()
  async show(@Req() request: Request, @CurrentUser() user: SignedInUser): Promise<Page | Redirect> {
    // Without a password there is nothing to add a factor to.
    return request.session.hasPassword === false ? new Redirect(back.href) : this.page(request, user);
  }

  @Post()
  @Limited(routeLimits.ownPassword)
  async begin(
    @Req() request: Request,
    @CurrentUser() user: SignedInUser,
    @Body() body: unknown,
  ): Promise<Page | Redirect> {
    const fault = await this.passwordFault(user, 'password', body);
    if (fault) return this.page(request, user, [fault]);
    await this.factors.begin(user.userId);
    request.session.factorShownUntil = Date.now() + shownMs;
    return new Redirect(path);
  }

  @Post('confirmation')
  async confirm(
    @Req() request: Request,
    @CurrentUser() user: SignedInUser,
    @Body() body: unknown,
  ): Promise<Page | Redirect> {
    if (!(await this.shownSecret(request, user))) return new Redirect(path, otherwiseMeanwhile);
    const { form, ...read } = readForm(CodeForm, body);
    if (!read.ok) return this.page(request, user, read.errors);
    const fresh = await this.factors.confirm(user.userId, form.code);
    return fresh
      ? this.freshCodes(request, fresh, 'The second factor is on')
      : this.page(request, user, [
          { field: 'code', message: 'This code does not fit. Enter the one your app shows now.' },
        ]);
  }

  @Post('recovery-codes')
  @Limited(routeLimits.ownPassword)
  async renewCodes(
    @Req() request: Request,
    @CurrentUser() user: SignedInUser,
    @Body() body: unknown,
  ): Promise<Page | Redirect> {
    const fault = await this.passwordFault(user, 'codesPassword', body);
    if (fault) return this.page(request, user, [fault]);
    const fresh = await this.factors.renewCodes(user.userId);
    return fresh ? this.freshCodes(request, fresh, 'New recovery codes') : new Redirect(path, otherwiseMeanwhile);
  }

  @Post('removal')
  @Limited(routeLimits.ownPassword)
  async remove(
    @Req() request: Request,
    @CurrentUser() user: SignedInUser,
    @Body() body: unknown,
  ): Promise<Page | Redirect> {
    const fault = (await this.demandFault(user)) ?? (await this.passwordFault(user, 'removalPassword', body));
    if (fault) return this.page(request, user, [fault]);
    const generation = await this.factors.remove(user.userId);
    if (generation === null) return new Redirect(path, otherwiseMeanwhile);
    await renewSession(request, { generation });
    return new Redirect(back.href, {
      tone: 'good',
      strong: 'The second factor is off.',
      text: 'Your password alone opens your account. Wherever else you were signed in, you are not any more.',
    });
  }

  /** The answer is the one place where the codes stand: no redirect, which would have to carry them. */
  private async freshCodes(request: Request, { codes, generation }: FreshCodes, title: string): Promise<Page> {
    delete request.session.factorShownUntil;
    await renewSession(request, { generation });
    return new Page('accounts/second-factor/recovery-codes', { title, codes }, 201);
  }

  private async page(request: Request, user: SignedInUser, list: readonly FieldError[] = []): Promise<Page> {
    const status = list.length > 0 ? 422 : 200;
    const factor = await this.factors.find(user.userId);
    const secret = factor ? null : await this.shownSecret(request, user);
    const title = 'Second factor';
    if (secret) {
      const errors = formErrors(['code'], list);
      const model = {
        title,
        back,
        qr: qrCode(totpUri(secret, request.person!.email)),
        secret: inGroups(secret),
        askedBy: askedBy(request),
        errors,
      };
      return new Page('accounts/second-factor/set-up', model, status);
    }
    const since = factor && relativeTime(factor.confirmedAt, request.person!.timeZone);
    const model = {
      title,
      back,
      since,
      codesLeft: factor?.codesLeft ?? 0,
      askedBy: askedBy(request),
      keptFor: inWords(await this.orgs.thatAskSecondFactor(user.userId)),
      errors: formErrors(passwordFields, list),
    };
    return new Page('accounts/second-factor/second-factor', model, status);
  }

  /** Only in the session that has shown the password for it. */
  private async shownSecret({ session }: Request, { userId }: SignedInUser): Promise<string | null> {
    return (session.factorShownUntil ?? 0) > Date.now() ? this.factors.unconfirmedSecret(userId) : null;
  }

  private async demandFault({ userId }: SignedInUser): Promise<FieldError | null> {
    const orgs = await this.orgs.thatAskSecondFactor(userId);
    return orgs.length > 0
      ? { field: 'removal', message: `It stays on: a second factor is asked for by ${inWords(orgs)}.` }
      : null;
  }

  private async passwordFault(
    { userId }: SignedInUser,
    field: PasswordField,
    body: unknown,
  ): Promise<FieldError | null> {
    const typed = (body as Partial<Record<PasswordField, unknown>>)[field];
    if (typeof typed !== 'string' || typed === '') return { field, message: 'Enter your password.' };
    return (await this.password.fits(userId, typed)) ? null : { field, message: 'This is not your password.' };
  }
}

/** The organization that opens only with a second factor, which is still missing. */
function askedBy({ person }: Request): string | null {
  return person!.lacksFactor ? person!.orgName : null;
}

/** `Acme and Globex`. */
function inWords(names: readonly string[]): string {
  return new Intl.ListFormat('en').format(names);
}

/** As it is typed: `ABCD EFGH ...`. */
function inGroups(secret: string): string {
  return secret.match(/.{1,4}/g)!.join(' ');
}
