import { Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { MemberInvites } from '../../accounts/invites/member-invites.service.js';
import { Memberships } from '../../accounts/memberships.service.js';
import { OrgsService } from '../../accounts/orgs.service.js';
import { Reauthentication } from '../../accounts/reauthentication.service.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import type { Actor } from '../../shared/actor.js';
import { type FieldError, formErrors } from '../../web/forms.js';
import { Page } from '../../web/page.js';
import { inviteFields, InviteForm } from './invite.form.js';
import { factorPassword, factorView, inviteView, memberView, roleChoices } from './members.view.js';

interface Refused {
  readonly form?: InviteForm;
  readonly errors: readonly FieldError[];
}

/** The page of the members, which several controllers answer with. */
@Injectable()
export class MembersPage {
  constructor(
    private readonly members: Memberships,
    private readonly invites: MemberInvites,
    private readonly orgs: OrgsService,
    private readonly reauthentication: Reauthentication,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async show(actor: Actor, request: Request, refused?: Refused): Promise<Page> {
    const { form = new InviteForm(), errors } = refused ?? {};
    const [members, invites, { timeZone, name, asksSecondFactor }] = await Promise.all([
      this.members.list(actor),
      this.invites.list(actor),
      this.orgs.find(actor),
    ]);
    return new Page(
      'settings/members/members',
      {
        title: 'Members',
        orgName: name,
        members: members.map((member) => memberView(member, actor.userId, timeZone)),
        invites: invites.map((invite) => inviteView(invite, timeZone)),
        captured: this.settings.email.transport === 'capture',
        factor: factorView(members, actor.userId, asksSecondFactor),
        form: { email: typeof form.email === 'string' ? form.email : '', roles: roleChoices(form.role) },
        confirm: this.reauthentication.view(request, errors),
        confirmFactor: this.reauthentication.view(request, errors, factorPassword),
        errors: formErrors([...inviteFields, 'secondFactor'], errors),
      },
      errors ? 422 : 200,
    );
  }
}
