import { Controller, Get, Header, NotFoundException, Param, StreamableFile } from '@nestjs/common';
import { Needs } from '../../../accounts/access.decorator.js';
import { CurrentActor } from '../../../accounts/current-actor.decorator.js';
import type { Actor } from '../../../shared/actor.js';
import { IdPipe } from '../../../web/id.pipe.js';
import { CandidateCopies } from './candidate-copies.service.js';

/** A file for a person who asks what is kept of them. */
@Needs('admin')
@Controller('app/candidates/:invitationId/data.json')
export class CandidateCopiesController {
  constructor(private readonly copies: CandidateCopies) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  async make(
    @CurrentActor() actor: Actor,
    @Param('invitationId', IdPipe) invitationId: string,
  ): Promise<StreamableFile> {
    const copy = await this.copies.make(actor, invitationId);
    if (!copy) {
      throw new NotFoundException();
    }
    return new StreamableFile(Buffer.from(`${JSON.stringify(copy, null, 2)}\n`), {
      type: 'application/json; charset=utf-8',
      // Names nobody: the name of a file is seen in many places.
      disposition: `attachment; filename="candidate-${invitationId}.json"`,
    });
  }
}
