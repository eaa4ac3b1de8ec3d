import { Body, Controller, ForbiddenException, Get, NotFoundException, Param, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Needs } from '../../accounts/access.decorator.js';
import { CurrentActor } from '../../accounts/current-actor.decorator.js';
import { type ListedMember, type MemberChange, Memberships } from '../../accounts/memberships.service.js';
import { OrgsService } from '../../accounts/orgs.service.js';
import { Reauthentication } from '../../accounts/reauthentication.service.js';
import { roleWords } from '../../accounts/role-words.js';
import type { Actor } from '../../shared/actor.js';
import { type FieldError, formErrors, readForm } from '../../web/forms.js';
import { IdPipe } from '../../web/id.pipe.js';
import { Page } from '../../web/page.js';
import { Redirect } from '../../web/redirect.js';
import { memberView, membersPath, roleChoices } from './members.view.js';
import { RoleForm } from './role.form.js';

const passwords = { role: 'rolePassword', disabling: 'disablingPassword', removal: 'removalPassword' } as const;

/** A section of the page; what was refused is said beside it. */
type Section = keyof typeof passwords;

/** One person of the organization. */
@Needs('admin')
@Controller(`${membersPath}/:id`)
export class MemberController {
  constructor(
    private readonly members: Memberships,
    private readonly orgs: OrgsService,
    private readonly reauthentication: Reauthentication,
  ) {}

  @Get()
  async show(@CurrentActor() actor: Actor, @Req() request: Request, @Param('id', IdPipe) id: string): Promise<Page> {
    return this.page(actor, request, await this.find(actor, id));
  }

  @Post('role')
  async changeRole(
    @CurrentActor() actor: Actor,
    @Req() request: Request,
    @Param('id', IdPipe) id: string,
    @Body() body: unknown,
  ): Promise<Page | Redirect> {
    const member = await this.find(actor, id);
    const { form, ...read } = readForm(RoleForm, body);
    const fault = await this.reauthentication.fault(request, passwords.role);
    if (fault) return this.page(actor, request, member, [fault], form.role);
    if (!read.ok) return this.page(actor, request, member, read.errors);
    const refusal = refusalOf('role', await this.members.changeRole(actor, id, form.role));
    if (refusal) return this.page(actor, request, member, [refusal], form.role);
    return new Redirect(id === actor.userId && form.role !== 'admin' ? '/app/scheduling' : membersPath, {
      tone: 'good',
      strong: `${member.name} is ${roleWords[form.role].asWhat} now.`,
    });
  }

  @Post('disabling')
  async disable(
    @CurrentActor() actor: Actor,
    @Req() request: Request,
    @Param('id', IdPipe) id: string,
  ): Promise<Page | Redirect> {
    const member = await this.find(actor, id);
    const own: FieldError = { field: 'disabling', message: 'You cannot disable yourself.' };
    if (id === actor.userId) return this.page(actor, request, member, [own]);
    return (
      (await this.refused(actor, request, member, 'disabling', () => this.members.disable(actor, id))) ??
      new Redirect(membersPath, {
        tone: 'good',
        strong: `${member.name} is disabled.`,
        text: 'They are signed out everywhere, and cannot sign in.',
      })
    );
  }

  @Post('disabling/reversal')
  async enable(
    @CurrentActor() actor: Actor,
    @Req() request: Request,
    @Param('id', IdPipe) id: string,
  ): Promise<Page | Redirect> {
    const member = await this.find(actor, id);
    return (
      (await this.refused(actor, request, member, 'disabling', () => this.members.enable(actor, id))) ??
      new Redirect(membersPath, { tone: 'good', strong: `${member.name} can sign in again.` })
    );
  }

  @Post('removal')
  async remove(
    @CurrentActor() actor: Actor,
    @Req() request: Request,
    @Param('id', IdPipe) id: string,
  ): Promise<Page | Redirect> {
    const member = await this.find(actor, id);
    const refused = await this.refused(actor, request, member, 'removal', () => this.members.remove(actor, id));
    if (refused) return refused;
    return id === actor.userId
      ? new Redirect('/sign-in')
      : new Redirect(membersPath, { tone: 'good', strong: `${member.name} is removed.` });
  }

  /** Null where it was done. */
  private async refused(
    actor: Actor,
    request: Request,
    member: ListedMember,
    section: Section,
    work: () => Promise<MemberChange>,
  ): Promise<Page | null> {
    const fault = (await this.reauthentication.fault(request, passwords[section])) ?? refusalOf(section, await work());
    return fault && this.page(actor, request, member, [fault]);
  }

  private async find(actor: Actor, id: string): Promise<ListedMember> {
    const member = await this.members.find(actor, id);
    if (!member) throw new NotFoundException();
    return member;
  }

  private async page(
    actor: Actor,
    request: Request,
    member: ListedMember,
    errors?: readonly FieldError[],
    role: unknown = member.role,
  ): Promise<Page> {
    const { timeZone, name: orgName } = await this.orgs.find(actor);
    const view = (field: string) => this.reauthentication.view(request, errors, field);
    return new Page(
      'settings/members/member',
      {
        title: member.name,
        back: { href: membersPath, label: 'Members' },
        orgName,
        ...memberView(member, actor.userId, timeZone),
        roles: roleChoices(role),
        confirm: { role: view(passwords.role), disabling: view(passwords.disabling), removal: view(passwords.removal) },
        errors: formErrors(['role', 'disabling', 'removal'], errors),
      },
      errors ? 422 : 200,
    );
  }
}

function refusalOf(field: Section, change: MemberChange): FieldError | null {
  switch (change) {
    case 'done':
      return null;
    case 'gone':
      throw new NotFoundException();
    case 'no admin':
      throw new ForbiddenException('You are not an admin any more. Nothing was changed.');
    case 'last admin':
      return { field, message: 'There has to be an admin. Make somebody else one first.' };
    case 'belongs elsewhere':
      return { field, message: 'They belong to another organization too. Remove them from this one instead.' };
  }
}
