import { Controller, Get, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Needs } from '../../accounts/access.decorator.js';
import { CurrentActor } from '../../accounts/current-actor.decorator.js';
import { OrgsService } from '../../accounts/orgs.service.js';
import { Reauthentication } from '../../accounts/reauthentication.service.js';
import type { Actor } from '../../shared/actor.js';
import type { Page } from '../../web/page.js';
import { Redirect } from '../../web/redirect.js';
import { MembersPage } from './members-page.service.js';
import { factorPassword, membersPath } from './members.view.js';

/** Who belongs to the organization, and whether they need a second factor. */
@Needs('admin')
@Controller(membersPath)
export class MembersController {
  constructor(
    private readonly membersPage: MembersPage,
    private readonly orgs: OrgsService,
    private readonly reauthentication: Reauthentication,
  ) {}

  @Get()
  list(@CurrentActor() actor: Actor, @Req() request: Request): Promise<Page> {
    return this.membersPage.show(actor, request);
  }

  @Post('second-factor')
  async askSecondFactor(@CurrentActor() actor: Actor, @Req() request: Request): Promise<Page | Redirect> {
    const fault = await this.reauthentication.fault(request, factorPassword);
    if (fault) return this.membersPage.show(actor, request, { errors: [fault] });
    if (!(await this.orgs.askSecondFactor(actor))) {
      return this.membersPage.show(actor, request, {
        errors: [{ field: 'secondFactor', message: 'Set up a second factor for yourself first.' }],
      });
    }
    return new Redirect(membersPath, {
      tone: 'good',
      strong: 'Everybody needs a second factor now.',
      text: 'Who has none is led to set it up before anything else opens.',
    });
  }

  @Post('second-factor/reversal')
  async askNoSecondFactor(@CurrentActor() actor: Actor, @Req() request: Request): Promise<Page | Redirect> {
    const fault = await this.reauthentication.fault(request, factorPassword);
    if (fault) return this.membersPage.show(actor, request, { errors: [fault] });
    await this.orgs.askNoSecondFactor(actor);
    return new Redirect(membersPath, {
      tone: 'good',
      strong: 'A second factor is everybody’s own choice now.',
      text: 'Those who have one keep it.',
    });
  }
}
