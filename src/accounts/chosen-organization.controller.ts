import { Body, Controller, NotFoundException, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { isId } from '../web/id.pipe.js';
import { Redirect } from '../web/redirect.js';
import { Personal } from './access.decorator.js';
import { CurrentUser } from './current-user.decorator.js';
import { MembersService } from './members.service.js';
import { renewSession, type SignedInUser } from './session.js';

/** In which of their organizations somebody is. */
@Personal()
@Controller('app/account/organization')
export class ChosenOrganizationController {
  constructor(private readonly members: MembersService) {}

  @Post()
  async choose(
    @Req() request: Request,
    @CurrentUser() { userId }: SignedInUser,
    @Body() { organization }: { organization?: unknown },
  ): Promise<Redirect> {
    if (!isId(organization) || !(await this.members.choose(userId, organization))) throw new NotFoundException();
    await renewSession(request, { orgId: organization.toLowerCase() });
    const name = request.person?.otherOrgs.find(({ id }) => id === organization.toLowerCase())?.name;
    return new Redirect('/app/scheduling', name ? { tone: 'info', strong: `You are in ${name} now.` } : undefined);
  }
}
