import { Body, Controller, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor } from '../../../accounts/current-actor.decorator.js';
import type { Actor } from '../../../shared/actor.js';
import { Writes } from '../api.decorators.js';
import { PayloadPipe } from '../payload.pipe.js';
import { InvitationsAnswer } from './invitations.answer.js';
import { InvitationsPayload } from './invitations.payload.js';
import { UpsertInvitationsService } from './upsert-invitations.service.js';

@ApiTags('Candidates')
@Controller('api/admin/invitations')
export class InvitationsApiController {
  constructor(private readonly invitations: UpsertInvitationsService) {}

  @Put()
  @Writes({
    does: 'Takes over candidates from the assessment platform',
    more: 'Makes or changes the assessment and its invitations; the same again changes nothing. An invitation is known by its external id, else by its address. An entry with a wrong value is refused, the others go in.',
    answer: InvitationsAnswer,
    problems: [],
  })
  async upsert(
    @CurrentActor() actor: Actor,
    @Body(PayloadPipe) payload: InvitationsPayload,
  ): Promise<InvitationsAnswer> {
    return { data: await this.invitations.upsert(actor, payload) };
  }
}
