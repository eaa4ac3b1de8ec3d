import { Body, Controller, NotFoundException, Param, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Needs } from '../../accounts/access.decorator.js';
import { CurrentActor } from '../../accounts/current-actor.decorator.js';
import { MemberInvites } from '../../accounts/invites/member-invites.service.js';
import { Reauthentication } from '../../accounts/reauthentication.service.js';
import { routeLimits } from '../../limits/limit.js';
import { Limited } from '../../limits/limited.decorator.js';
import type { Actor, Role } from '../../shared/actor.js';
import { readForm } from '../../web/forms.js';
import { IdPipe } from '../../web/id.pipe.js';
import type { Page } from '../../web/page.js';
import { Redirect } from '../../web/redirect.js';
import { InviteForm } from './invite.form.js';
import { MembersPage } from './members-page.service.js';
import { membersPath } from './members.view.js';

const refusals = {
  member: 'Whoever has this address is a member already.',
  open: 'There is an open invite for this address. Send it again, or withdraw it first.',
} as const;

/** Asks people to join by mail. */
@Needs('admin')
@Controller(`${membersPath}/invites`)
export class InvitesController {
  constructor(
    private readonly invites: MemberInvites,
    private readonly membersPage: MembersPage,
    private readonly reauthentication: Reauthentication,
  ) {}

  @Post()
  @Limited(routeLimits.memberInvite)
  async invite(@CurrentActor() actor: Actor, @Req() request: Request, @Body() body: unknown): Promise<Page | Redirect> {
    const { form, ...read } = readForm(InviteForm, trimmed(body));
    const fault = await this.reauthentication.fault(request);
    if (fault) return this.membersPage.show(actor, request, { form, errors: [fault] });
    if (!read.ok) return this.membersPage.show(actor, request, { form, errors: read.errors });
    const outcome = await this.invites.invite(actor, form.email, form.role as Role);
    if (outcome !== 'invited') {
      const errors = [{ field: 'email', message: refusals[outcome] }];
      return this.membersPage.show(actor, request, { form, errors });
    }
    return new Redirect(membersPath, {
      tone: 'good',
      strong: `${form.email} is invited.`,
      text: 'The link in the mail works once, within 72 hours.',
    });
  }

  @Post(':id/renewal')
  @Limited(routeLimits.memberInvite)
  async renew(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: string): Promise<Redirect> {
    const address = found(await this.invites.renew(actor, id));
    return new Redirect(membersPath, {
      tone: 'good',
      strong: `${address} gets another mail.`,
      text: 'Its link works for 72 hours; the one before opens nothing any more.',
    });
  }

  @Post(':id/withdrawal')
  async withdraw(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: string): Promise<Redirect> {
    const address = found(await this.invites.withdraw(actor, id));
    return new Redirect(membersPath, {
      tone: 'good',
      strong: 'Withdrawn.',
      text: `The invite of ${address} opens nothing any more.`,
    });
  }
}

function found(address: string | null): string {
  if (address === null) throw new NotFoundException();
  return address;
}

function trimmed(body: unknown): object {
  const { email, ...others } = body as { email?: unknown };
  return { ...others, email: typeof email === 'string' ? email.trim() : email };
}
