import { Body, Controller, Get, HttpStatus, Param, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { routeLimits } from '../../limits/limit.js';
import { Limited } from '../../limits/limited.decorator.js';
import { type FieldError, formErrors, readForm } from '../../web/forms.js';
import { Page } from '../../web/page.js';
import { Redirect } from '../../web/redirect.js';
import { Public } from '../access.decorator.js';
import { KnownBrowsers } from '../known-browsers.service.js';
import { MembersService } from '../members.service.js';
import { roleWords } from '../role-words.js';
import { renewSession, startSession } from '../session.js';
import { SignInActivity } from '../sign-in-activity.service.js';
import { InviteAcceptance, type OpenInvite } from './invite-acceptance.service.js';
import { invitePath } from './invite-path.js';
import { newMemberFields, NewMemberForm } from './new-member.form.js';

const destination = '/app/scheduling';

/** The link of an invite. Looking at it changes nothing: mail scanners look before people do. */
@Public()
@Controller('invites/:token')
export class InviteController {
  constructor(
    private readonly invites: InviteAcceptance,
    private readonly members: MembersService,
    private readonly browsers: KnownBrowsers,
    private readonly activity: SignInActivity,
  ) {}

  @Get()
  async show(@Req() request: Request, @Param('token') token: string): Promise<Page> {
    const invite = await this.invites.find(token);
    return invite ? this.page(request, token, invite) : closed();
  }

  @Post('account')
  @Limited(routeLimits.invite)
  async makeAccount(
    @Req() request: Request,
    @Param('token') token: string,
    @Body() body: unknown,
  ): Promise<Page | Redirect> {
    const invite = await this.invites.find(token);
    if (!invite) return closed();
    if (invite.hasAccount || (await this.members.findUser(request.session))) return new Redirect(invitePath + token);
    const { form, ...read } = readForm(NewMemberForm, body);
    if (!read.ok) return this.page(request, token, invite, { form, errors: read.errors });
    const owner = await this.invites.makeAccount(token, form.name.trim().replaceAll(/\s+/g, ' '), form.password);
    if (!owner) return new Redirect(invitePath + token);
    await this.activity.noteDone(owner, 'invite');
    await startSession(request, owner);
    this.browsers.remember(request, owner.userId);
    return new Redirect(destination, { tone: 'good', strong: `Welcome to ${invite.orgName}.` });
  }

  @Post('membership')
  @Limited(routeLimits.invite)
  async join(@Req() request: Request, @Param('token') token: string): Promise<Page | Redirect> {
    const invite = await this.invites.find(token);
    if (!invite) return closed();
    const user = await this.members.findUser(request.session);
    const orgId = user && (await this.invites.join(token, user.userId));
    if (!orgId) return new Redirect(invitePath + token);
    await renewSession(request, { orgId });
    return new Redirect(destination, { tone: 'good', strong: `You belong to ${invite.orgName} now.` });
  }

  private async page(
    { session }: Request,
    token: string,
    invite: OpenInvite,
    { form = new NewMemberForm(), errors }: { form?: NewMemberForm; errors?: readonly FieldError[] } = {},
  ): Promise<Page> {
    const user = await this.members.findUser(session);
    const isInvited = user?.email.toLowerCase() === invite.address.toLowerCase();
    const path = invitePath + token;
    return Page.public(
      'accounts/invites/invite',
      {
        title: `Join ${invite.orgName}`,
        path,
        signInHref: `/sign-in?next=${encodeURIComponent(path)}`,
        orgName: invite.orgName,
        address: invite.address,
        role: roleWords[invite.role].asWhat,
        mayJoin: isInvited,
        signedInAs: user && !isInvited ? user.email : null,
        signsIn: !user && invite.hasAccount,
        form: { name: typeof form.name === 'string' ? form.name : '' },
        errors: formErrors(newMemberFields, errors),
      },
      errors ? HttpStatus.UNPROCESSABLE_ENTITY : HttpStatus.OK,
    );
  }
}

/** One answer, whatever became of the invite. */
function closed(): Page {
  return Page.public('accounts/invites/closed', { title: 'This invite is not open' }, HttpStatus.NOT_FOUND);
}
