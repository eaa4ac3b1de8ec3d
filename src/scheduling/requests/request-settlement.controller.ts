import { Body, Controller, NotFoundException, Param, Post } from '@nestjs/common';
import { Needs } from '../../accounts/access.decorator.js';
import { CurrentActor } from '../../accounts/current-actor.decorator.js';
import type { Actor } from '../../shared/actor.js';
import { IdPipe } from '../../web/id.pipe.js';
import { Redirect } from '../../web/redirect.js';
import { filterQuery, readCandidateFilter } from '../candidates/candidate-filter.js';
import { placeOfForm } from '../candidates/candidate-place.js';
import { CandidateRequestsService } from './candidate-requests.service.js';
import { DeclinesService } from './declines.service.js';

type Fields = Readonly<Record<string, unknown>>;

/** What a scheduler does about what candidates asked for or said. */
@Needs('scheduler')
@Controller('app/scheduling')
export class RequestSettlementController {
  constructor(
    private readonly requests: CandidateRequestsService,
    private readonly declines: DeclinesService,
  ) {}

  @Post('requests/:id/settlement')
  async settle(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: string, @Body() body: Fields): Promise<Redirect> {
    if ((await this.requests.settle(actor, id)) === 'unknown') {
      throw new NotFoundException();
    }
    return back(body, 'Settled', 'This needs no attention any more.');
  }

  @Post('candidates/:invitationId/reopening')
  async reopen(
    @CurrentActor() actor: Actor,
    @Param('invitationId', IdPipe) invitationId: string,
    @Body() body: Fields | undefined,
  ): Promise<Redirect> {
    if (!(await this.declines.reopen(actor, invitationId))) {
      throw new NotFoundException();
    }
    return back(body, 'Reopened', 'A link that has not expired works again. Nothing is sent by itself.');
  }
}

function back(body: Fields | undefined, strong: string, text: string): Redirect {
  const place = placeOfForm(body) ?? `/app/scheduling${filterQuery(readCandidateFilter(body ?? {}))}`;
  return new Redirect(place, { tone: 'good', strong, text });
}
