import { Body, Controller, NotFoundException, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { routeLimits } from '../limits/limit.js';
import { Limited } from '../limits/limited.decorator.js';
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
  @Limited(routeLimits.ownSessions)
  async choose(
    @Req() request: Request,
    @CurrentUser() { userId, orgId }: SignedInUser,
    @Body() { organization }: { organization?: unknown },
  ): Promise<Redirect> {
    if (!isId(organization)) throw new NotFoundException();
    const chosen = organization.toLowerCase();
    if (chosen !== orgId) {
      if (!(await this.members.choose(userId, chosen))) throw new NotFoundException();
      await renewSession(request, { orgId: chosen });
    }
    const name = request.person?.otherOrgs.find(({ id }) => id === chosen)?.name;
    return new Redirect('/app/scheduling', name ? { tone: 'info', strong: `You are in ${name} now.` } : undefined);
  }
}
