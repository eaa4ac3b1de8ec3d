import { Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { SETTINGS, type Settings } from '../config/settings.js';
import { routeLimits } from '../limits/limit.js';
import { countedPerson } from '../limits/limit.guard.js';
import { Limits } from '../limits/limits.service.js';
import type { FieldError } from '../web/forms.js';
import { TooManyTries } from '../web/too-many-tries.js';
import { OwnPassword } from './own-password.service.js';
import { renewSession } from './session.js';

const [limit] = routeLimits.ownPassword;
const confirmedForMs = 15 * 60 * 1000;
const defaultField = 'confirmPassword';

/** For `{{> confirm-password confirm=confirm}}`. */
export interface ConfirmView {
  readonly asks: boolean;
  readonly field: string;
  readonly error: string;
  /** Where whoever has no password signs in again; null: by the password. */
  readonly provider: { readonly name: string; readonly href: string } | null;
}

/** Asks for the password again before keys, members, tokens, factors or security rules change. */
@Injectable()
export class Reauthentication {
  constructor(
    private readonly password: OwnPassword,
    private readonly limits: Limits,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** `field` tells several forms of a page apart. */
  view(request: Request, errors: readonly FieldError[] = [], field = defaultField): ConfirmView {
    const error = errors.find((one) => one.field === field)?.message ?? '';
    return { asks: !wasConfirmed(request.session), field, error, provider: this.providerFor(request) };
  }

  /**
   * What keeps a post from being done. Null once the password was shown: at the sign-in, or by this very post, which
   * gives the session another id. Ask before anything else is looked at, so that nobody types the password twice.
   */
  async fault(request: Request, field = defaultField): Promise<FieldError | null> {
    if (wasConfirmed(request.session)) return null;
    const provider = this.providerFor(request);
    if (provider) return { field, message: `Sign in again with ${provider.name} first.` };
    const typed = (request.body as Readonly<Record<string, unknown>>)[field];
    if (typeof typed !== 'string' || typed === '') {
      return { field, message: 'Enter your password: you signed in a while ago.' };
    }
    const refusal = await this.limits.count(limit, countedPerson(request));
    if (refusal) throw new TooManyTries(refusal.retryAfterSeconds);
    if (!(await this.password.fits(request.actor!.userId!, typed))) {
      return { field, message: 'This is not your password.' };
    }
    await this.limits.forget(limit, countedPerson(request));
    await renewSession(request, { confirmedAt: Date.now() });
    return null;
  }

  private providerFor(request: Request): ConfirmView['provider'] {
    if (request.session.hasPassword !== false || !this.settings.oidc) return null;
    const next = encodeURIComponent(pageOf(request));
    return { name: this.settings.oidc.name, href: `/sign-in/oidc?again=yes&next=${next}` };
  }
}

/** The one that shows the form, also where a post of it was refused. */
function pageOf(request: Request): string {
  const referer = request.get('Referer') ?? '';
  if (request.method === 'GET' || !URL.canParse(referer)) return request.originalUrl;
  const { pathname, search } = new URL(referer);
  return `${pathname}${search}`;
}

function wasConfirmed({ confirmedAt }: Request['session']): boolean {
  return confirmedAt !== undefined && Date.now() - confirmedAt < confirmedForMs;
}
