import { HttpStatus } from '@nestjs/common';
import type { OidcSettings } from '../config/settings.js';
import { type FieldError, formErrors } from '../web/forms.js';
import { Page } from '../web/page.js';

interface Shown {
  /** Who signs people in besides us. */
  readonly provider: OidcSettings | null;
  /** A sentence where a session has ended by itself. */
  readonly ended?: string | null;
  /** What went wrong at the provider, or between it and us. */
  readonly trouble?: { readonly strong: string; readonly text: string } | null;
  readonly errors?: readonly FieldError[];
  readonly status?: HttpStatus;
}

export function signInPage(
  { email, next }: { readonly email: string; readonly next: string },
  {
    provider,
    ended = null,
    trouble = null,
    errors = [],
    status = errors.length > 0 ? HttpStatus.UNPROCESSABLE_ENTITY : HttpStatus.OK,
  }: Shown,
): Page {
  const model = {
    title: 'Sign in',
    form: { email, next },
    provider: provider && { name: provider.name, href: `/sign-in/oidc?next=${encodeURIComponent(next)}` },
    ended,
    trouble,
    errors: formErrors(['email', 'password'], errors),
  };
  return Page.public('accounts/session/sign-in', model, status);
}
